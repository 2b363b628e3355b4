"""A pair of an authority that nobody knows holds nothing until support knows better."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from certificates import review, services
from certificates.authorities.chain import Authorities
from certificates.authorities.proposed import propose
from certificates.findings import sat_findings
from certificates.models import Csd, CsdValidation, Diagnosis, SatAuthority
from certificates.test_invoice import services as test_invoice
from certificates.testing import CA
from companies.models import Company, User
from facturamos.status.report import Level
from mailing.models import Message
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from tests.certificates.conftest import NAME, NOW, RFC, Issue, receive, rsa_key, work
from tests.conftest import make_issuer

pytestmark = pytest.mark.django_db
State = Csd.State
SignIn = Callable[[User], Client]
PAGE = "/admin/certificates/csd/{}/"


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def waiting(company: Company, ca: CA) -> Csd:
    """The company's upload of a home-made pair, judged."""
    return judged(company, ca)


def judged(company: Company, ca: CA, number: int = 0) -> Csd:
    pair = ca.issue(
        rfc=company.rfc, name=company.name, valid_from=NOW - timedelta(days=180), key=rsa_key(number)
    )
    csd = receive(company, pair)
    work(csd)
    return csd


def namesake(other_distributor: User) -> Company:
    """Another distributor's company of the same RFC."""
    user = make_issuer(other_distributor, name=NAME, rfc=RFC, username="otra")
    assert user.company is not None
    return user.company


def add(ca: CA, support: User) -> SatAuthority:
    proposed = propose(ca.certificate, Authorities(), Authorities())
    return SatAuthority.objects.add(proposed, support, "La publicó el SAT.")


def again(csd: Csd) -> None:
    """What the worker does with what was queued anew."""
    work(csd)


def test_it_waits_and_seals_nothing(waiting: Csd, company: Company, issuer: User) -> None:
    assert (waiting.state, waiting.activated_at, waiting.draft_until) == (State.UNDER_REVIEW, None, None)
    assert waiting.key is not None
    assert Diagnosis.objects.get().for_support
    assert test_invoice.start(company, issuer) is None
    (said,) = [finding for finding in sat_findings() if finding.key == "sat.csds_under_review"]
    assert (said.number, said.level) == (1, Level.WARNING)


def test_the_owner_of_the_rfc_displaces_it(
    waiting: Csd, other_distributor: User, issue: Issue, company: Company
) -> None:
    owner = namesake(other_distributor)

    csd = receive(owner, issue(key=rsa_key(1)))
    work(csd)

    waiting.refresh_from_db()
    assert (csd.state, waiting.state, waiting.key) == (State.ACTIVE, State.REFUSED, None)
    told = services.overview(company)
    assert (told.state, [line.reason for line in told.problems]) == ("refused", ["taken"])
    assert Message.objects.filter(kind=services.CSD_REVIEWED, company=company).count() == 1


def test_after_the_owner_nobody_gets_the_rfc_on_support_s_word(
    ca: CA, other_distributor: User, issue: Issue, company: Company, support: User
) -> None:
    work(receive(namesake(other_distributor), issue(key=rsa_key(1))))
    csd = judged(company, ca)
    assert csd.state == State.UNDER_REVIEW

    review.vouch(csd, support, "Lo vi en el sitio del SAT.")
    again(csd)

    assert csd.state == State.REFUSED


def test_two_may_wait_with_one_rfc(waiting: Csd, ca: CA, other_distributor: User) -> None:
    assert judged(namesake(other_distributor), ca, 1).state == State.UNDER_REVIEW


def test_a_renewal_that_waits_leaves_the_active_one_sealing(company: Company, issue: Issue, ca: CA) -> None:
    active = receive(company, issue(key=rsa_key(1)))
    work(active)

    judged(company, ca)

    active.refresh_from_db()
    assert active.state == State.ACTIVE
    shown = services.overview(company)
    assert (shown.state, shown.active_heading) == ("under_review", "Mientras tanto siguen activos")
    assert services.csd_status(company).state == "valid"


def test_of_a_company_one_waits(waiting: Csd, company: Company, ca: CA) -> None:
    second = judged(company, ca, 1)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.key, second.state) == (State.REPLACED, None, State.UNDER_REVIEW)


def test_the_same_files_again_are_nothing_new(waiting: Csd, company: Company) -> None:
    assert list(Csd.objects.filter(company=company).stored()) == [waiting]


def test_every_page_says_what_is_awaited_and_finishing_does_not_wait(
    waiting: Csd, issuer: User, company: Company
) -> None:
    page = services.overview(company)
    assert page.heading == "Sus sellos están en revisión por Asistencia"
    assert page.asks_nothing
    assert services.csd_status(company).state == "under_review"

    readiness = Readiness(Progress.of(issuer), STEPS)

    line = next(line for line in readiness.requirements if line.code == "sellos")
    assert (line.turn.name, line.stops.name, line.met) == ("US", "INVOICING", False)
    assert "Asistencia" in line.text
    assert line not in readiness.before_finishing


def test_a_wrong_upload_beside_it_does_not_hide_it(waiting: Csd, company: Company, issue: Issue) -> None:
    work(receive(company, issue(key=rsa_key(1), valid_to=NOW - timedelta(days=1))))

    shown = services.overview(company)

    assert shown.state == "refused"
    assert shown.reviewed is not None
    assert services.csd_status(company).state == "under_review"


# --- support decides


def test_support_sees_the_chain_and_vouches(waiting: Csd, support: User, sign_in: SignIn) -> None:
    client = sign_in(support)
    page = client.get(f"{PAGE.format(waiting.pk)}change/").text
    assert "AC DE PAPEL" in page
    assert "no lo sabemos" in page
    assert "Un CSD espera que Asistencia confirme quién lo emitió" in client.get("/admin/").text

    client.post(f"{PAGE.format(waiting.pk)}confirmar/", {"reason": "Está en el sitio del SAT."})
    again(waiting)

    assert (waiting.state, waiting.vouched_by) == (State.ACTIVE, support)
    assert Message.objects.filter(kind=services.CSD_REVIEWED).count() == 1


def test_support_refuses_and_the_issuer_is_told_why(
    waiting: Csd, company: Company, support: User, sign_in: SignIn
) -> None:
    sign_in(support).post(f"{PAGE.format(waiting.pk)}rechazar/", {"reason": "Es casero."})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.key, waiting.password) == (State.REFUSED, None, None)
    assert services.overview(company).heading == "Asistencia no pudo confirmar quién lo emitió"
    assert Message.objects.filter(kind=services.CSD_REVIEWED).count() == 1


def test_a_distributor_decides_nothing(waiting: Csd, distributor: User, sign_in: SignIn) -> None:
    answer = sign_in(distributor).post(f"{PAGE.format(waiting.pk)}confirmar/", {"reason": "Es mi cliente."})

    waiting.refresh_from_db()
    assert (answer.status_code, waiting.vouched_by) == (403, None)


def test_an_authority_that_support_adds_releases_all_of_its_pairs(
    waiting: Csd, ca: CA, support: User, other_issuer: User
) -> None:
    assert other_issuer.company is not None
    second = judged(other_issuer.company, ca, 1)
    assert review.chain_of(waiting).others == 1

    add(ca, support)
    assert review.reconsider() == 2
    assert review.reconsider() == 0

    for csd in (waiting, second):
        again(csd)
        assert csd.state == State.ACTIVE


def test_nothing_is_judged_again_while_nothing_has_changed(waiting: Csd) -> None:
    assert review.reconsider() == 0
    assert CsdValidation.objects.count() == 1


def test_what_expires_while_it_waits_is_refused(waiting: Csd) -> None:
    with time_machine.travel(waiting.valid_to + timedelta(days=1), tick=False):
        assert review.reconsider() == 1
        again(waiting)

    assert waiting.state == State.REFUSED


def test_another_rfc_of_the_company_ends_the_wait(waiting: Csd, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(rfc="EKU9003173C9")

    assert review.reconsider() == 1
    again(waiting)

    assert waiting.state == State.REFUSED


def test_the_database_lets_it_hold_no_rfc(waiting: Csd) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'csd_rfc_active_once'")
        (definition,) = cursor.fetchone()
    assert "'active'" in definition
    assert "under_review" not in definition
