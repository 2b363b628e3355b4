"""A new CSD that the SAT must have by now is told of once, however that became known."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from certificates import services
from certificates.expiry import USABLE_AFTER
from certificates.models import Csd
from companies.models import User
from facturamos.celery import app
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail

pytestmark = pytest.mark.django_db
KIND = "certificates.csd_usable"
WAIT = USABLE_AFTER[1]
NEW, LATER = timedelta(hours=1), WAIT + timedelta(minutes=1)


def active(user: User, *, age: timedelta, uploaded: timedelta) -> Csd:
    """A CSD that was issued `age` ago, and uploaded `uploaded` ago."""
    assert user.company is not None
    now = timezone.now()
    return Csd.objects.create(
        company=user.company,
        state=Csd.State.ACTIVE,
        number="30001000000500003416",
        rfc=user.company.rfc,
        valid_from=now - age,
        valid_to=now + timedelta(days=1000),
        certificate=b"DER",
        certificate_sha256="0" * 64,
        key_sha256="1" * 64,
        activated_at=now - uploaded,
    )


def told() -> list[Message]:
    return list(Message.objects.filter(kind=KIND))


def test_nothing_is_told_before_the_wait_is_over(issuer: User) -> None:
    active(issuer, age=WAIT - timedelta(minutes=1), uploaded=NEW)

    assert services.tell_waits_over() == 0
    assert told() == []


def test_it_is_told_once_when_the_wait_passes_by_itself(issuer: User) -> None:
    csd = active(issuer, age=NEW, uploaded=NEW)
    with time_machine.travel(timezone.now() + WAIT, tick=False):
        for _ in range(3):
            services.tell_waits_over()

        [message] = told()
        deliver(message)
        services.tell_waits_over()

    sent = last_mail()
    assert len(told()) == 1
    assert sent.to == [issuer.confirmed_email]
    assert sent.subject == "Sus sellos (CSD) ya están activos"
    assert csd.number in str(sent.body)
    assert "Ya pasaron las 72 horas" in str(sent.body)
    # It says, too, what else is missing.
    assert "- Carta manifiesto: " in str(sent.body)


def test_who_uploaded_it_after_the_wait_was_told_of_none(issuer: User) -> None:
    active(issuer, age=WAIT + timedelta(days=1), uploaded=NEW)

    assert services.tell_waits_over() == 0


@pytest.mark.parametrize("status", ["R", "C"])
def test_one_that_the_sat_has_ended_is_not_told_of(issuer: User, status: str) -> None:
    active(issuer, age=LATER, uploaded=LATER - NEW)
    Csd.objects.update(sat_status=status)

    assert services.tell_waits_over() == 0


def test_one_that_was_known_to_be_active_is_not_told_of_again(issuer: User) -> None:
    csd = active(issuer, age=LATER, uploaded=LATER - NEW)
    services.mark_usable(csd)

    assert services.tell_waits_over() == 0
    assert len(told()) == 1


def test_support_who_confirms_it_afterwards_tells_nothing_more(issuer: User) -> None:
    csd = active(issuer, age=LATER, uploaded=LATER - NEW)
    services.tell_waits_over()

    services.mark_usable(csd)

    assert csd.usable_since is not None
    assert len(told()) == 1


def test_one_that_was_replaced_meanwhile_is_not_sent(issuer: User) -> None:
    active(issuer, age=LATER, uploaded=LATER - NEW)
    services.tell_waits_over()
    Csd.objects.update(state=Csd.State.REPLACED)

    deliver(told()[0])

    assert mail.outbox == []


def test_beat_finds_the_task() -> None:
    app.loader.import_default_modules()

    assert "certificates.tell_waits_over" in app.tasks
    assert "certificates.tell_waits_over" in {entry["task"] for entry in app.conf.beat_schedule.values()}
