"""Reminders: once each, stoppable by a link, whatever is run twice."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from companies.models import Company, User
from facturamos.schedule import REMINDER_HOURS, SCHEDULE
from mailing import outbox
from mailing.models import Message
from mailing.outbox import Mail
from onboarding.models import Reminder, ReminderStop
from onboarding.reminders import services
from onboarding.reminders.services import Due
from tests.mailing.conftest import run

KIND = "tests.reminder"
NOON = timezone.localtime().replace(hour=12)


def due(now: datetime) -> Iterable[Due]:
    """Every company, once."""
    rows = Company.objects.alive().filter(services.unreminded(KIND)).order_by("pk")
    return [Due("ana@example.com", "", company_id=company.pk) for company in rows[: services.BATCH]]


def build(reminder: Reminder) -> Mail:
    """A mail with the stop link."""
    url = services.stop_url(reminder)
    return Mail("Recordatorio", f"Para {reminder.company}: {url}", "<p>Recordatorio</p>", unsubscribe=url)


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """One kind of reminder, and no other."""
    monkeypatch.setattr(outbox, "_kinds", {})
    monkeypatch.setattr(services, "_kinds", {})
    services.reminder(KIND, label="Recordatorio de prueba", due=due)(build)


@pytest.mark.django_db
def test_it_goes_out_once(issuer: User, other_issuer: User) -> None:
    assert [services.send_due(NOON) for _ in range(3)] == [2, 0, 0]

    for message in Message.objects.all():
        run(message)
    assert [letter.subject for letter in mail.outbox] == ["Recordatorio"] * 2
    assert mail.outbox[0].extra_headers["List-Unsubscribe"] in [
        f"<{services.stop_url(reminder)}>" for reminder in Reminder.objects.all()
    ]
    assert {message.company_id for message in Message.objects.all()} == {
        issuer.company_id,
        other_issuer.company_id,
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "sent"), [(0, 0), (7, 0), (8, 1), (19, 1), (20, 0), (23, 0)])
def test_at_night_nobody_is_reminded_whoever_calls(issuer: User, hour: int, sent: int) -> None:
    assert services.send_due(NOON.replace(hour=hour)) == sent


def test_beat_calls_in_the_same_hours() -> None:
    called = SCHEDULE["reminders"]["schedule"]

    assert {*vars(called)["hour"]} == {*REMINDER_HOURS}


@pytest.mark.django_db
def test_an_address_that_cannot_be_used_does_not_stop_the_others(issuer: User, other_issuer: User) -> None:
    assert issuer.company_id is not None
    unusable = Due("ana@panaderia.o\u2028y", "", company_id=issuer.company_id)
    usable = Due("ana@example.com", "", company_id=other_issuer.company_id)
    services._kinds[KIND] = services.ReminderKind(lambda now: [unusable, usable], build)

    assert services.send_due(NOON) == 1
    assert Message.objects.get().company_id == other_issuer.company_id


@pytest.mark.django_db(transaction=True)
def test_eight_beats_at_once_send_one(issuer: User) -> None:
    found = list(due(timezone.now()))

    def beat(_: int) -> None:
        try:
            for each in found:
                services._send(KIND, each)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(beat, range(8)))

    assert (Reminder.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_link_asks_first_and_a_post_stops(client: Client, issuer: User) -> None:
    services.send_due(NOON)
    link = services.stop_url(Reminder.objects.get())
    path = re.sub("^https?://[^/]+", "", link)

    asked = client.get(path).content.decode()
    assert "¿Dejar de recibir estos recordatorios?" in asked
    assert "Recordatorio de prueba" in asked
    assert not ReminderStop.objects.exists()
    answer = client.post(path)
    client.post(path)

    assert (answer.status_code, answer["Location"]) == (302, path)
    assert ReminderStop.objects.get().company_id == issuer.company_id
    assert "no le enviaremos más" in client.get(path).content.decode()


@pytest.mark.django_db
def test_a_mail_program_stops_it_with_one_click(issuer: User) -> None:
    """RFC 8058: a POST without a session, a token or a redirect, to the address in the header."""
    services.send_due(NOON)
    run(Message.objects.get())
    headers = mail.outbox[0].message()
    path = re.sub("^https?://[^/]+", "", headers["List-Unsubscribe"].strip("<>"))
    program = Client(enforce_csrf_checks=True)

    answer = program.post(path, {headers["List-Unsubscribe-Post"].split("=")[0]: "One-Click"})

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (answer.status_code, answer.content) == (204, b"")
    assert ReminderStop.objects.get().company_id == issuer.company_id
    assert program.post("/recordatorios/x/", {"List-Unsubscribe": "One-Click"}).status_code == 404


@pytest.mark.django_db
def test_a_stopped_reminder_that_waits_is_not_sent(issuer: User) -> None:
    services.send_due(NOON)
    services.stop(Reminder.objects.get())

    run(Message.objects.get())

    assert mail.outbox == []
    assert "no recibir más" in Message.objects.get().outcome


@pytest.mark.django_db
def test_who_stopped_is_not_reminded_of_anything_new(issuer: User, other_issuer: User) -> None:
    ReminderStop.objects.create(kind=KIND, company=issuer.company)

    services.send_due(NOON)

    assert [reminder.company_id for reminder in Reminder.objects.all()] == [other_issuer.company_id]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["x", "MQ:1abc:firma-inventada", "MQ:firma-inventada", "1", "%C3%B1"])
def test_an_altered_link_stops_nothing(client: Client, issuer: User, token: str) -> None:
    for answer in (client.get(f"/recordatorios/{token}/"), client.post(f"/recordatorios/{token}/")):
        assert answer.status_code == 404
        assert "Este enlace no es válido" in answer.content.decode()
    assert not ReminderStop.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("several", [1, 3])
def test_finding_what_is_due_costs_one_query(
    issuer: User, several: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(several):
        assert issuer.company is not None
        Company.objects.create(distributor=issuer.company.distributor, name="X", rfc=f"AAA01010{number}AA1")

    with django_assert_num_queries(1):
        assert len(list(due(timezone.now()))) == several + 1


@pytest.mark.django_db
def test_a_closed_account_is_told_nothing(issuer: User) -> None:
    services.send_due(NOON)
    Company.objects.update(deleted_at="2026-11-01T00:00Z")

    run(Message.objects.get())

    assert mail.outbox == []
