"""The way out when the ring is lost: what does not open is given up, staff get in, the site starts."""

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from certificates.models import Csd
from companies.accounts import second_factor
from companies.models import SecondFactor, User
from facturamos import vault
from facturamos.status import canary
from facturamos.vault import Secret
from mailing.models import Mailbox

NEW = ["t2:dHdvIGZvciB0aGUgdGVzdHMgb2YgdGhpcyBzaXRlISE="]

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(issuer: User) -> Mailbox:
    assert issuer.company
    mailbox = Mailbox(
        company=issuer.company, from_email="a@example.com", from_name="A", host="h", username="a"
    )
    vault.put(mailbox, "password", Secret("secreto"))
    mailbox.save()
    mailbox.approve()
    return mailbox


@pytest.fixture
def factor(support: User) -> SecondFactor:
    second_factor.make(support)
    return SecondFactor.objects.get(user=support)


def test_it_does_nothing_while_the_ring_is_right(factor: SecondFactor) -> None:
    with pytest.raises(CommandError, match="nada perdido"):
        call_command("accept_lost_ring", "--sin-preguntar")

    assert SecondFactor.objects.exists()


def test_it_asks_first(factor: SecondFactor, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FACTURAMOS_KEYS = NEW
    monkeypatch.setattr("builtins.input", lambda text: "no")

    with pytest.raises(CommandError, match="No se cambió nada"):
        call_command("accept_lost_ring")

    assert SecondFactor.objects.exists()


def test_what_does_not_open_is_given_up(
    factor: SecondFactor, mailbox: Mailbox, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FACTURAMOS_KEYS = NEW
    assert not canary.sings()

    call_command("accept_lost_ring", "--sin-preguntar")

    said = capsys.readouterr().out
    assert "companies.SecondFactor.key: 1 perdidos" in said
    assert "mailing.Mailbox.password: 1 perdidos" in said
    assert canary.sings()
    assert not SecondFactor.objects.exists()
    mailbox.refresh_from_db()
    assert (mailbox.password, mailbox.is_active) == (None, False)
    assert not Csd.objects.exclude(key=None).exists()


def test_what_opens_stays(factor: SecondFactor, settings: Settings) -> None:
    old = settings.FACTURAMOS_KEYS
    settings.FACTURAMOS_KEYS = [*NEW, *old]
    canary.replace()
    settings.FACTURAMOS_KEYS = old

    call_command("accept_lost_ring", "--sin-preguntar")

    assert SecondFactor.objects.exists()
