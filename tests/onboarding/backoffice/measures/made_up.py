"""A company whose way is known to the second, and times by the dozen."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from certificates.models import Csd, CsdValidation, Diagnosis
from companies.accounts.credentials import CREDENTIALS
from companies.models import Company, ManifestLetter, SecurityEvent, User
from mailing.models import Mailbox, MailboxTest, Message
from onboarding.backoffice.measures.counting import monday
from onboarding.backoffice.models import SeenRelease, StepTime, TimeCount
from onboarding.models import Onboarding, RefusedSubmit, StepState

# The week before this one: a Tuesday of it is over, whatever today is.
WEEK = monday(timezone.localdate()) - timedelta(weeks=1)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of that week; its Monday is day 0."""
    moment = datetime.combine(WEEK + timedelta(days=day), time(hour, minute, second))
    return timezone.make_aware(moment)


def saved(user: User, slug: str, moment: datetime) -> None:
    """The issuer saved a step."""
    onboarding = Onboarding.objects.get(company=user.company)
    StepState.objects.create(onboarding=onboarding, slug=slug, saved_at=moment)


def came_in(user: User, moment: datetime) -> None:
    """The issuer signed in."""
    SecurityEvent.objects.create(user=user, kind=SecurityEvent.Kind.SIGNED_IN, at=moment)


def done_job(job: Any, begun: datetime, took: timedelta) -> None:
    """A job that was asked for at a moment, and took so long."""
    changes = {"state": "done", "created_at": begun, "finished_at": begun + took}
    type(job).objects.filter(pk=job.pk).update(**changes)


def known_way(user: User) -> Company:
    """What `tests/onboarding/backoffice/measures/test_counting.py` tells the times of."""
    company = user.company
    assert company is not None
    Company.objects.filter(pk=company.pk).update(created_at=at(0, 8))
    mail = Message.objects.create(kind=CREDENTIALS, to=user.email, company=company, give_up_at=at(2, 8))
    done_job(mail, at(0, 8), 30 * SECOND)
    Message.objects.filter(pk=mail.pk).update(mailed_at=at(0, 8, 0, 30))

    came_in(user, at(1, 8, 0, 30))
    saved(user, "aviso-de-privacidad", at(1, 8, 2, 30))
    refused(company, at(1, 8, 12, 30), {"field": "rfc", "code": "rfc"}, {"field": "name", "code": "required"})
    saved(user, "datos-fiscales", at(1, 8, 17, 30))
    came_in(user, at(3, 8, 17, 30))
    saved(user, "direccion-fiscal", at(3, 8, 27, 30))
    _seals(user, company)
    _mailbox(user, company)
    _letter(company)
    return company


def refused(company: Company, moment: datetime, *errors: dict[str, str], release: str = "1.0") -> None:
    """A page that was not taken."""
    RefusedSubmit.objects.create(
        company=company, step="datos-fiscales", errors=[*errors], release=release, at=moment
    )


def _seals(user: User, company: Company) -> None:
    """Refused once by the worker, then good; the SAT has them a day later."""
    csd = Csd.objects.create(
        company=company,
        state=Csd.State.ACTIVE,
        rfc=company.rfc,
        valid_from=at(3, 1),
        valid_to=at(3, 1) + timedelta(days=365),
        certificate=b"DER",
        uploaded_at=at(3, 8, 37, 30),
        activated_at=at(3, 8, 40),
        usable_since=at(4, 8, 40),
    )
    for minute, took in ((37, 4), (39, 6)):
        job = CsdValidation.objects.create(csd=csd)
        done_job(job, at(3, 8, minute, 30), took * SECOND)
    Diagnosis.objects.create(
        code="CSD-ABCD",
        company=company,
        csd=csd,
        ok=False,
        for_support=False,
        created_at=at(3, 8, 37, 34),
        report=[
            {"code": "password", "state": "bad", "title": "x", "message": "", "reason": "wrong"},
            {"code": "curp", "state": "good", "title": "x", "message": "", "reason": ""},
        ],
    )
    saved(user, "sellos", at(3, 8, 37, 30))


def _mailbox(user: User, company: Company) -> None:
    """Saved at once, tested twice: once in vain."""
    box = Mailbox.objects.create(company=company, from_email=user.email, host="smtp.example.com", port=465)
    saved(user, "correo", at(3, 8, 45, 30))
    for minute, code in ((46, "login_refused"), (48, "ok")):
        test = MailboxTest.objects.create(mailbox=box, code=code)
        done_job(test, at(3, 8, minute, 30), 5 * SECOND)


def _letter(company: Company) -> None:
    """Sent to the PAC, which confirms it after three hours; signed before, without a page of ours."""
    letter = ManifestLetter.objects.create(company=company, signed_on=WEEK, sent_at=at(3, 9))
    letter.verified_at = at(3, 12)
    letter.save(update_fields=["verified_at"])


def step_time(company: Company, seconds: int, **changes: Any) -> StepTime:
    """A time of a company's, as if it had been counted."""
    usual = {"step": "datos-fiscales", "party": "active", "week": WEEK, "release": "1.0"}
    return StepTime.objects.create(
        company=company, distributor=company.distributor, seconds=seconds, **(usual | changes)
    )


def added_up() -> None:
    """The counts of all companies, as the task makes them of the times that are there."""
    for row in StepTime.objects.all():
        TimeCount.objects.create(
            week=row.week,
            release=row.release,
            step=row.step,
            party=row.party,
            seconds=row.seconds,
            companies=1,
        )


def release_seen(version: str = "1.0", since: datetime | None = None) -> None:
    """A release of ours, in use for a month."""
    begun = since or timezone.now() - timedelta(days=30)
    SeenRelease.objects.create(version=version, since=begun, counted_at=begun)


def companies_on(board: Any) -> int:
    """How many companies the board says that it found."""
    number, _ = board.context["how_many"].split()
    assert board.context["how_many"] in board.content.decode() or number == "0"
    return int(number)
