"""Each of many companies stands in a list, and in a file, as it does by itself."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from django.utils import timezone

from certificates.models import Csd, Diagnosis
from companies.models import (
    Address,
    Company,
    DocumentType,
    ManifestLetter,
    NoticeAcceptance,
    PrivacyNotice,
    User,
)
from mailing.models import Mailbox
from onboarding.backoffice.board.companies import rows
from onboarding.models import Onboarding, StepState
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.requirement import Stops
from tests.conftest import make_issuer
from tests.onboarding.backoffice.board.test_companies import company_of, csd, entered
from tests.onboarding.backoffice.rows import published_notice

COMPANIES = 40
SEED = 20261130


def saved(user: User, dice: random.Random) -> None:
    for step in STEPS[1:-1]:
        StepState.objects.create(
            onboarding=company_of(user).onboarding,
            slug=step.slug,
            saved_at=timezone.now() if dice.random() < 0.8 else None,
            omitted=dice.random() < 0.2,
            note="Revise la Ñ." if dice.random() < 0.2 else "",
        )


def accepted(user: User, dice: random.Random) -> None:
    for notice in PrivacyNotice.objects.all()[: dice.randrange(3)]:
        NoticeAcceptance.objects.create(
            notice=notice, company=company_of(user), user=user, address="192.0.2.1"
        )


def finished(user: User, dice: random.Random) -> None:
    Onboarding.objects.filter(company=user.company).update(finished_at=timezone.now(), finished_by=user)


def with_letter(user: User, dice: random.Random) -> None:
    ManifestLetter.objects.create(
        company=company_of(user),
        signed_on=date(2026, 11, 2),
        sent_at=timezone.now() if dice.random() < 0.5 else None,
        verified_at=timezone.now() if dice.random() < 0.5 else None,
        **({"terms": "de otro PAC"} if dice.random() < 0.3 else {}),
    )


def with_csd(user: User, dice: random.Random) -> None:
    company = company_of(user)
    for state in dice.sample(["active", "refused", "replaced", "validating", "under_review"], 2):
        csd(company, state, rfc=dice.choice([company.rfc, f"EKU900317{company.pk % 1000:03}"]))
    if dice.random() < 0.3:
        Csd.objects.filter(company=company).update(valid_to=timezone.now() - timedelta(days=1))


def with_refused_upload(user: User, dice: random.Random) -> None:
    code = f"CSD-{company_of(user).pk:04}"
    Diagnosis.objects.create(code=code, company=company_of(user), ok=False, for_support=False, report=[])


def with_mailbox(user: User, dice: random.Random) -> None:
    Mailbox.objects.create(
        company=company_of(user),
        from_email=f"ventas{user.pk}@example.com",
        from_name="Ñ",
        host="smtp.example.com",
    )


def with_data(user: User, dice: random.Random) -> None:
    company = company_of(user)
    for kind in dice.sample(list(Address.Kind), dice.randrange(3)):
        Address.objects.create(company=company, kind=kind, postal_code=dice.choice(["37000", "00001"]))
    for document in dice.sample(list(DocumentType.Kind), 2):
        DocumentType.objects.create(company=company, kind=document)
    Company.objects.filter(pk=company.pk).update(
        tax_regime=dice.choice(["601", "605"]),
        expedition_place=dice.choice(["37000", "00001"]),
        csf_name=dice.choice(["", "OTRA EMPRESA"]),
    )


def with_own_password(user: User, dice: random.Random) -> None:
    User.objects.filter(pk=user.pk).update(password_is_temporary=False)


CHANGES: tuple[Callable[[User, random.Random], None], ...] = (
    saved,
    accepted,
    finished,
    with_letter,
    with_csd,
    with_refused_upload,
    with_mailbox,
    with_data,
    with_own_password,
)


def test_each_of_many_stands_as_by_itself(distributor: User, other_distributor: User) -> None:
    dice = random.Random(SEED)  # noqa: S311  (to be repeated, not to be secret)
    users = []
    published_notice()
    for number in range(COMPANIES):
        owner = dice.choice([distributor, other_distributor])
        name = dice.choice(["EMPRESA", "Empresa S.A. de C.V."])
        user = make_issuer(
            owner,
            name=f"{name} {number}",
            rfc=f"AAA1903{10 + number % 20}A{number:02}",
            username=f"usuario{number}",
        )
        if dice.random() < 0.8:
            entered(user)
        for change in CHANGES:
            if dice.random() < 0.6:
                change(user, dice)
        users.append(user)
    ids = [company_of(user).pk for user in dice.sample(users, COMPANIES)]

    listed, together = Progress.of_companies(ids), rows(ids)

    assert [row.company.pk for row in together] == ids
    assert together == [row for pk in ids for row in rows([pk])]
    assert len({str(row.blocked) for row in together}) > COMPANIES / 4
    for user in User.objects.filter(company__in=ids):
        alone = Readiness(Progress.of(user), STEPS)
        assert Readiness(listed[company_of(user).pk], STEPS).requirements == alone.requirements
        # Lists ask no more than what may stop it.
        assert alone.before_invoicing == [line for line in alone.missing if line.stops >= Stops.INVOICING]
