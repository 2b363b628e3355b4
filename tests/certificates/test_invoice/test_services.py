"""«Probar mi factura» runs in a worker, opens the key once with a record, and keeps its outcome."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from certificates.models import Csd, SecretAccess, TestInvoice
from certificates.test_invoice import services
from companies.models import Company, SatPostalCode, User
from facturamos.jobs import tasks
from tests.certificates.conftest import Issue, receive, work


@pytest.fixture
def company(company: Company) -> Company:
    company.name, company.tax_regime, company.expedition_place = "PANADERÍA LA ÑAPA", "601", "37000"
    company.save()
    return company


@pytest.fixture
def csd(company: Company, issue: Issue) -> Csd:
    csd = receive(company, issue(valid_from=timezone.now() - timedelta(days=180)))
    work(csd)
    assert csd.state == Csd.State.ACTIVE
    return csd


def do(test: TestInvoice) -> TestInvoice:
    """What a worker would."""
    job = TestInvoice.objects.claim(test.pk)
    assert job is not None
    tasks.perform(job)
    test.refresh_from_db()
    return test


def test_it_seals_verifies_and_keeps_the_xml(company: Company, csd: Csd, issuer: User) -> None:
    test = services.start(company, issuer)
    assert test is not None
    assert services.overview(company, csd.number).state == "running"

    do(test)

    assert (test.state, test.ok) == ("done", True)
    assert csd.number in test.xml
    shown = services.overview(company, csd.number)
    assert (shown.state, shown.has_xml, shown.problems) == ("verified", True, ())
    assert services.latest_xml(company) == test.xml


def test_the_key_is_opened_once_with_a_record(company: Company, csd: Csd, issuer: User) -> None:
    test = services.start(company, issuer)
    assert test is not None

    do(test)

    (access,) = SecretAccess.objects.filter(purpose=SecretAccess.Purpose.TEST_INVOICE)
    assert (access.csd, access.user) == (csd, issuer)


def test_a_second_start_finds_the_first(company: Company, csd: Csd, issuer: User) -> None:
    assert services.start(company, issuer) == services.start(company, issuer)
    assert TestInvoice.objects.count() == 1


def test_without_an_active_csd_nothing_starts(company: Company, issuer: User) -> None:
    assert services.start(company, issuer) is None
    assert services.overview(company, "").state == "none"


def test_changed_data_make_the_outcome_old_news(company: Company, csd: Csd, issuer: User) -> None:
    test = services.start(company, issuer)
    assert test is not None
    do(test)

    company.tax_regime = "603"
    company.save()

    assert services.overview(company, csd.number).state == "outdated"


def test_a_wrong_name_is_kept_as_a_problem(company: Company, csd: Csd, issuer: User) -> None:
    company.name = "PANADERÍA LA ÑAPA SA DE CV"
    company.save()
    test = services.start(company, issuer)
    assert test is not None

    do(test)

    shown = services.overview(company, csd.number)
    assert shown.state == "refused"
    assert [line.code for line in shown.problems] == ["name"]


def test_nothing_of_the_key_is_kept(company: Company, csd: Csd, issuer: User, issue: Issue) -> None:
    test = services.start(company, issuer)
    assert test is not None

    do(test)

    row = str(TestInvoice.objects.filter(pk=test.pk).values().get())
    assert "12345678a" not in row


def test_when_the_csd_is_gone_meanwhile_the_test_says_so(company: Company, csd: Csd, issuer: User) -> None:
    test = services.start(company, issuer)
    assert test is not None
    Csd.objects.filter(pk=csd.pk).update(state="replaced", key=None, password=None)

    do(test)

    assert test.ok is False
    assert [line.code for line in test.results if line.bad] == ["seal"]


def test_the_sample_shows_the_clock_of_the_place_of_issue(company: Company, csd: Csd, issuer: User) -> None:
    zone = {"state": "ROO", "municipality": "005", "time_zone": "Tiempo del Sureste"}
    SatPostalCode.objects.update_or_create(code="77500", defaults=zone)
    company.expedition_place = "77500"
    company.save()
    test = services.start(company, issuer)
    assert test is not None

    before = timezone.localtime(timezone=ZoneInfo("America/Cancun")).replace(microsecond=0, tzinfo=None)
    do(test)

    shown = re.search(r'Fecha="([^"]+)"', test.xml)
    assert shown
    assert timedelta(0) <= datetime.fromisoformat(shown[1]) - before < timedelta(minutes=1)
