"""Every mail of the site as a mail program shows it: narrow and wide, light and dark.

SHOTS=folder keeps the pictures. A kind of mail that is registered and not made here fails the test: nobody
has looked at it yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from certificates.lookalike import make_ca
from certificates.models import Csd
from companies import services as accounts
from companies.models import Company, User
from mailing import outbox
from mailing.models import Mailbox, Message
from mailing.outbox import Mail
from onboarding import csd_expiry, deletion, due
from onboarding.accounts import open_account
from onboarding.models import Onboarding, Reminder
from tests.browser.walk import check
from tests.certificates.conftest import receive, work

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.xdist_group("browser")]

WIDTHS = (360, 640)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A name that leaves no place to break a line at is as wide as names get.
LONG_NAME = "DISTRIBUIDORAYCOMERCIALIZADORADEPRODUCTOSALIMENTICIOS DEL BAJÍO Y ÑANDÚES"


@dataclass(frozen=True)
class Cast:
    """Who the mails are about."""

    issuer: User
    company: Company
    distributor: User
    csd: Csd


@pytest.fixture
def cast(distributor: User) -> Cast:
    assert distributor.distributor is not None
    issuer = open_account(
        distributor=distributor.distributor,
        name=LONG_NAME,
        rfc="DBA190312AB1",
        full_name="María Guadalupe Íñiguez Peña",
        email="administracion.general@distribuidora-del-bajio.example.com",
    )
    assert issuer.company is not None
    now = timezone.now()
    pair = make_ca("AC DE PRUEBAS").issue(
        rfc=issuer.company.rfc,
        name=LONG_NAME,
        branch="Sucursal Peñuelas",
        valid_from=now - timedelta(days=1400),
        valid_to=now + timedelta(days=29),
    )
    csd = receive(issuer.company, pair)
    work(csd)
    assert csd.state == Csd.State.ACTIVE
    for number, moment in enumerate((None, now - timedelta(days=9), now - timedelta(days=2))):
        client = open_account(
            distributor=distributor.distributor,
            name=f"PANADERÍA LA ÑAPA {number}",
            rfc=f"PNA19031{number}AB1",
            full_name="Íñigo Peña",
            email=f"cliente{number}@example.com",
        )
        User.objects.filter(pk=client.pk).update(last_login=moment)
    Onboarding.objects.filter(company=client.company).update(
        finished_at=now - timedelta(days=1), finished_by=client
    )
    return Cast(issuer, issuer.company, distributor, csd)


def made(cast: Cast) -> Iterator[tuple[str, Mail]]:
    """Each mail under the name of its picture, built from rows as the worker builds it."""
    user, email = cast.issuer, cast.issuer.email
    credentials = Message.objects.get(kind=accounts.CREDENTIALS, about=str(user.pk))
    yield accounts.CREDENTIALS, build(credentials)
    for kind in (accounts.PASSWORD_RESET, accounts.EMAIL_CONFIRMATION, accounts.EMAIL_CHANGED):
        User.objects.filter(pk=user.pk).update(confirmed_email=email)
        yield kind, build(outbox.post(kind, to=email, about=user))
    yield from reminders(cast)
    mailbox = Mailbox(from_email=email, host="smtp.distribuidora-del-bajio.example.com", port=587)
    yield "mailing.test", outbox.render("mailing.test", {"mailbox": mailbox})
    deletion.delete(cast.company, reason="El emisor cerró su negocio.")
    yield deletion.DELETION, build(Message.objects.filter(kind=deletion.DELETION).latest("created_at"))
    cast.company.refresh_from_db()
    deletion.cancel(cast.company)
    kind = deletion.DELETION_CANCELLED
    yield kind, build(Message.objects.filter(kind=kind).latest("created_at"))


def reminders(cast: Cast) -> Iterator[tuple[str, Mail]]:
    """Those that nobody asked for."""
    of_issuer = {"company": cast.company, "to": cast.issuer.email}
    of_distributor = {"distributor": cast.distributor.distributor, "to": "ventas@example.com"}
    about = f"{cast.csd.number}/30"
    for kind, owner, occasion in (
        (due.UNUSED_CREDENTIALS, of_issuer, ""),
        (due.IDLE, of_issuer, ""),
        (csd_expiry.TO_ISSUER, of_issuer, about),
        (csd_expiry.TO_DISTRIBUTOR, of_distributor, about),
        (due.DIGEST, of_distributor, "2026-48"),
    ):
        reminder = Reminder.objects.create(kind=kind, about=occasion, **owner)
        yield kind, build(outbox.post(kind, to=reminder.to, about=reminder))
    User.objects.filter(pk=cast.issuer.pk).update(
        temporary_password_until=timezone.now() - timedelta(hours=1)
    )
    expired = Message.objects.get(kind=due.UNUSED_CREDENTIALS)
    yield f"{due.UNUSED_CREDENTIALS}.expired", build(expired)


def build(message: Message) -> Mail:
    """As the worker does it."""
    return outbox._kinds[message.kind].build(message)


def test_every_mail_is_worth_showing(cast: Cast, browser: Browser, shots: Path | None) -> None:
    mails = dict(made(cast))
    assert {name.removesuffix(".expired") for name in mails} - {"mailing.test"} == set(outbox._kinds)

    for scheme in SCHEMES:
        for width in WIDTHS:
            context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
            page = context.new_page()
            for name, letter in mails.items():
                page.set_content(letter.html)
                if shots:
                    page.screenshot(path=shots / f"mail-{name}-{scheme}-{width}.png", full_page=True)
                check(page, f"{name}, {scheme}, {width} px")
            context.close()


def test_the_text_says_what_the_html_says(cast: Cast) -> None:
    for name, letter in made(cast):
        for part in (letter.text, letter.html):
            assert "Buen día" in part or name == "mailing.test", name
            assert "http" in part, name
        assert letter.subject == letter.subject.strip() != ""
        assert len(letter.subject) <= 120, name
        assert "&" not in letter.text.replace("https://", ""), name
