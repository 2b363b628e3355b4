"""60, 30, 7 days and a day before a CSD's end, its issuer and its distributor hear of it, once each."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from certificates.models import Csd
from certificates.testing import CA
from companies.models import Company, Distributor, User
from mailing.models import Message
from onboarding.models import Reminder
from onboarding.reminders import services
from onboarding.reminders.kinds import client_csd_expiry, csd_expiry
from tests.certificates.conftest import NOW, receive, work
from tests.mailing.conftest import run

pytestmark = pytest.mark.django_db

END = NOW + timedelta(days=90)
KINDS = {csd_expiry.KIND: "panaderia@example.com", client_csd_expiry.KIND: "ventas@example.com"}


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def csd(issuer: User, authority: CA) -> Csd:
    """An active CSD with ninety days left."""
    return load(issuer, authority)


def load(issuer: User, authority: CA, **options: object) -> Csd:
    """Uploads a pair of the issuer's company, and validates it."""
    company = Company.objects.get(users=issuer)
    dates = {"valid_from": END - timedelta(days=1460), "valid_to": END} | options
    pair = authority.issue(rfc=company.rfc, name=company.name, branch="Matriz", **dates)  # type: ignore[arg-type]
    csd = receive(company, pair)
    work(csd)
    assert csd.state == Csd.State.ACTIVE
    return csd


def send_at(moment: datetime) -> int:
    """What beat sends then, of these kinds."""
    with time_machine.travel(moment, tick=False):
        return sum(
            services._send(kind, due) for kind in KINDS for due in services._kinds[kind].due(timezone.now())
        )


def letters(moment: datetime) -> list[mail.EmailMultiAlternatives]:
    """Delivers what waits; the mails."""
    with time_machine.travel(moment, tick=False):
        for message in Message.objects.filter(kind__in=KINDS, state="queued").order_by("kind"):
            run(message)
    return mail.outbox  # type: ignore[return-value]


def test_each_of_the_four_days_speaks_once_to_both(csd: Csd) -> None:
    per_day = {left: send_at(END - timedelta(days=left)) for left in range(90, -2, -1)}

    assert {left: count for left, count in per_day.items() if count} == {60: 2, 30: 2, 7: 2, 1: 2}
    assert set(Reminder.objects.filter(company=csd.company).values_list("about", flat=True)) == {
        f"{csd.number}/{days}" for days in (60, 30, 7, 1)
    }


def test_a_second_pass_sends_nothing(csd: Csd) -> None:
    assert [send_at(END - timedelta(days=30)) for _ in range(2)] == [2, 0]


def test_who_comes_in_late_is_told_of_the_nearest_day_only(csd: Csd) -> None:
    assert send_at(END - timedelta(days=5)) == 2
    assert send_at(END - timedelta(days=4)) == 0


def test_the_issuer_reads_when_and_what_to_do(csd: Csd) -> None:
    moment = END - timedelta(days=30)
    send_at(moment)

    letter = next(letter for letter in letters(moment) if letter.to == ["panaderia@example.com"])

    assert letter.subject == "Su CSD vence en 30 días: renuévelo para seguir facturando"
    for text in (str(letter.body), str(letter.alternatives[0][0])):
        assert csd.number in text
        assert "31 de mayo a las 12:00" in text
        assert "CertiSAT Web" in text
        assert "24 a 72 horas" in text
        assert "/configuracion/sellos/" in text
        assert "/recordatorios/" in text


def test_the_distributor_reads_whose_it_is(csd: Csd) -> None:
    moment = END - timedelta(days=1)
    send_at(moment)

    letter = next(letter for letter in letters(moment) if letter.to == ["ventas@example.com"])

    assert letter.subject == "El CSD de PANADERÍA LA ÑAPA vence mañana"
    for text in (str(letter.body), str(letter.alternatives[0][0])):
        assert csd.company.code in text
        assert f"/admin/companies/company/{csd.company_id}/resumen/" in text


def test_a_renewed_csd_is_spoken_of_no_more(csd: Csd, issuer: User, authority: CA) -> None:
    moment = END - timedelta(days=30)
    send_at(moment)
    with time_machine.travel(moment, tick=False):
        load(issuer, authority, valid_from=moment - timedelta(days=5), valid_to=moment + timedelta(days=1460))

    assert letters(moment) == []
    assert send_at(END - timedelta(days=7)) == 0


@pytest.mark.parametrize("change", ["deleted", "revoked", "expired"])
def test_what_cannot_be_helped_is_not_spoken_of(csd: Csd, change: str) -> None:
    moment = END - timedelta(days=7)
    if change == "deleted":
        Company.objects.update(deleted_at=NOW)
    if change == "revoked":
        Csd.objects.update(sat_status="R")
    if change == "expired":
        moment = END + timedelta(hours=1)

    assert send_at(moment) == 0


def test_who_stopped_them_hears_no_more_and_the_other_does(csd: Csd) -> None:
    send_at(END - timedelta(days=60))
    services.stop(Reminder.objects.get(kind=csd_expiry.KIND))

    assert send_at(END - timedelta(days=30)) == 1
    assert Reminder.objects.latest("pk").to == "ventas@example.com"


def test_without_an_address_of_its_own_a_distributors_user_hears_of_it(csd: Csd, distributor: User) -> None:
    Distributor.objects.update(email="")

    found = client_csd_expiry.due(END - timedelta(days=7))

    assert [due.to for due in found] == [distributor.email]


@pytest.mark.parametrize("find", [csd_expiry.due, client_csd_expiry.due])
def test_finding_who_is_due_costs_one_query(
    csd: Csd, find: object, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert len(list(find(END - timedelta(days=7)))) == 1  # type: ignore[operator]
