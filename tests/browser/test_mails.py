"""Every mail of the site as a mail program shows it: narrow and wide, light and dark.

SHOTS=folder keeps the pictures. A kind of mail that is registered and not made here fails the test: nobody
has looked at it yet.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from django.db.models import Model
from django.utils import timezone
from playwright.sync_api import Browser

from certificates.lco import news
from certificates.models import Csd, SatList
from certificates.services import CSD_REVIEWED, CSD_USABLE
from companies.accounts import second_factor
from companies.accounts.changes_by_staff import CREDENTIALS_REPLACED, ROLE_CHANGED
from companies.accounts.credentials import CREDENTIALS
from companies.accounts.email_confirmation import EMAIL_CHANGED, EMAIL_CONFIRMATION
from companies.accounts.guessing import GUESSED_AT
from companies.accounts.password_reset import PASSWORD_RESET
from companies.accounts.sessions import NEW_PLACE
from companies.letters import LETTER_REJECTED, LETTER_VERIFIED
from companies.models import Company, ManifestLetter, SignedInSession, User
from facturamos.status.models import Alarm
from mailing import notices, outbox
from mailing.alarms import ALARM
from mailing.doctor.sentences import ADVICE
from mailing.mailbox_stopped import MAILBOX_STOPPED
from mailing.models import Mailbox, Message
from mailing.outbox import Mail, Moot
from onboarding.account_opening import open_account
from onboarding.backoffice.company_deletion import services
from onboarding.backoffice.models import DelegateProposal
from onboarding.backoffice.proposals.actions import PROPOSED
from onboarding.delegation import services as delegation
from onboarding.models import Delegation, Onboarding, Reminder
from onboarding.reminders import services as reminder_services
from onboarding.reminders.kinds import unused_credentials
from onboarding.steps.sellos import CsdStep
from onboarding.steps.terminar import FINISHED
from tests.authority import known_ca
from tests.browser.walk import check
from tests.certificates.conftest import receive, work
from tests.conftest import make_colleague

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WIDTHS = (360, 640)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A name that leaves no place to break a line at is as wide as names get.
LONG_NAME = "DISTRIBUIDORAYCOMERCIALIZADORADEPRODUCTOSALIMENTICIOS DEL BAJÍO Y ÑANDÚES"


# Of a kind that says more than one thing.
VARIANT = re.compile(r"\.(expired|failing|held|over|refused|begun)$")


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
    pair = known_ca().issue(
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
    credentials = Message.objects.get(kind=CREDENTIALS, about=str(user.pk))
    yield CREDENTIALS, build(credentials)
    for kind in (PASSWORD_RESET, EMAIL_CONFIRMATION, GUESSED_AT):
        User.objects.filter(pk=user.pk).update(confirmed_email=email)
        yield kind, build(outbox.post(kind, to=email, about=user))
    yield from other_addresses(user)
    clerk = make_colleague(cast.distributor, User.DistributorRole.CLERK, "operador")
    yield ROLE_CHANGED, build(outbox.post(ROLE_CHANGED, to=clerk.email, about=clerk))
    session = SignedInSession.objects.create(
        user=user,
        session_key="abc",
        address="2001:db8:85a3::8a2e:370:7334",
        browser="Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    )
    yield NEW_PLACE, build(outbox.post(NEW_PLACE, to=email, about=session))
    yield from reminders(cast)
    mailbox = Mailbox(from_email=email, host="smtp.distribuidora-del-bajio.example.com", port=587)
    url = outbox.page_url("paso", "correo")
    yield "mailing.test", outbox.render("mailing.test", {"mailbox": mailbox, "url": url})
    yield delegation.ASKED, build(asked(cast))
    yield PROPOSED, build(proposed(cast))
    yield from changes(cast)
    yield from alarms()
    services.delete(cast.company, reason="El emisor cerró su negocio.")
    yield services.DELETION, build(Message.objects.filter(kind=services.DELETION).latest("created_at"))
    cast.company.refresh_from_db()
    services.cancel(cast.company)
    kind = services.DELETION_CANCELLED
    yield kind, build(Message.objects.filter(kind=kind).latest("created_at"))


def other_addresses(user: User) -> Iterator[tuple[str, Mail]]:
    """What the confirmed address is told when another took its place: by the user, and by staff."""
    kind, confirmed = EMAIL_CHANGED, user.email
    for name, until in ((kind, None), (f"{kind}.held", timezone.now() + timedelta(hours=24))):
        User.objects.filter(pk=user.pk).update(
            email="nueva@example.com", confirmed_email=confirmed, email_held_until=until
        )
        yield name, build(outbox.post(kind, to=confirmed, about=user))
    for kind in (CREDENTIALS_REPLACED, second_factor.RESET):
        yield kind, build(outbox.post(kind, to=confirmed, about=user))
    User.objects.filter(pk=user.pk).update(email=confirmed, email_held_until=None)


def changes(cast: Cast) -> Iterator[tuple[str, Mail]]:
    """What a company is told when something about it has changed."""
    company, now = cast.company, timezone.now()
    onboarding = Onboarding.objects.get(company=company)
    onboarding.finished_at, onboarding.finished_by = now, cast.issuer
    onboarding.save()
    letter = ManifestLetter.objects.create(company=company, signed_on=now, verified_at=now)
    cast.csd.usable_since = now
    cast.csd.save(update_fields=["usable_since"])
    mailbox = Mailbox.objects.create(
        company=company, from_email=cast.issuer.email, host="smtp.example.com", port=587
    )
    Delegation.objects.update(done_at=now)
    mails: tuple[tuple[str, Model], ...] = (
        (FINISHED, onboarding),
        (LETTER_VERIFIED, letter),
        (CSD_USABLE, cast.csd),
        (CSD_REVIEWED, cast.csd),
        (MAILBOX_STOPPED, mailbox),
        (delegation.DONE, Delegation.objects.get()),
    )
    for kind, row in mails:
        notices.tell(kind, row)
        yield kind, build(Message.objects.get(kind=kind))
    letter.verified_at, letter.rejected_at = None, now
    letter.rejection, letter.next_action = "El PAC no aceptó la firma.", "Firme otra vez con su e.firma."
    letter.save()
    notices.tell(LETTER_REJECTED, letter)
    yield LETTER_REJECTED, build(Message.objects.get(kind=LETTER_REJECTED))
    yield from ended(cast)
    Csd.objects.filter(pk=cast.csd.pk).end(Csd.State.REFUSED)
    yield f"{CSD_REVIEWED}.refused", build(Message.objects.get(kind=CSD_REVIEWED))
    mailbox.approve()
    message, action = ADVICE["auth_refused"]
    mailbox.tests.create(code="auth_refused", message=message, action=action)
    yield f"{MAILBOX_STOPPED}.failing", build(Message.objects.get(kind=MAILBOX_STOPPED))


def ended(cast: Cast) -> Iterator[tuple[str, Mail]]:
    """The SAT's list revokes the CSD and has it again: its issuer, the distributor and support are told."""
    for status, before, kind, name in (("R", "A", news.CSD_ENDED, ""), ("A", "R", news.CSD_BACK, ".begun")):
        reading = SatList.objects.create(listed=1, ours=1)
        Csd.objects.filter(pk=cast.csd.pk).update(sat_status=status, sat_before=before, sat_list=reading)
        news.tell(reading)
        yield kind, build(Message.objects.get(kind=kind))
        for summary in (news.CLIENT_LCO_CHANGES, news.LCO_CHANGES):
            yield f"{summary}{name}", build(Message.objects.get(kind=summary, about=str(reading.pk)))


def alarms() -> Iterator[tuple[str, Mail]]:
    """Two troubles begin, and are over."""
    for key, label in (("jobs.dead", "Correos detenidos"), ("media.writable", "Se puede guardar")):
        Alarm.objects.create(key=key, label=label, said="3")
    message = outbox.post(ALARM, to="operacion@example.com", about="")
    yield ALARM, build(message)
    Alarm.objects.update(ended_at=timezone.now())
    yield f"{ALARM}.over", build(message)


def asked(cast: Cast) -> Message:
    """A step that somebody is asked for."""
    said = "Son los de la matriz, los que trajo Íñigo en la memoria.\nGracias."
    delegation.ask(cast.issuer, CsdStep(), name="Ana Contadora", email="ana@example.com", message=said)
    return Message.objects.get(kind=delegation.ASKED)


def proposed(cast: Cast) -> Message:
    """A step that the distributor would have somebody else do."""
    proposal = DelegateProposal.objects.create(
        company=cast.company,
        proposed_by=cast.distributor,
        slug="sellos",
        name="Ana Contadora",
        email="ana@despacho.example.com",
    )
    return outbox.post(PROPOSED, to=cast.issuer.email, about=proposal)


def reminders(cast: Cast) -> Iterator[tuple[str, Mail]]:
    """Every kind of those that nobody asked for, sent to the first of the two that it is for."""
    owners = (
        {"company": cast.company, "to": cast.issuer.email},
        {"distributor": cast.distributor.distributor, "to": "ventas@example.com"},
    )
    for kind in reminder_services._kinds:
        for owner in owners:
            row = Reminder.objects.create(kind=kind, about=f"{cast.csd.number}/30", **owner)
            with suppress(Moot):
                yield kind, build(outbox.post(kind, to=row.to, about=row))
                break
    User.objects.filter(pk=cast.issuer.pk).update(
        temporary_password_until=timezone.now() - timedelta(hours=1)
    )
    expired = Message.objects.filter(kind=unused_credentials.KIND)[0]
    yield f"{unused_credentials.KIND}.expired", build(expired)


def build(message: Message) -> Mail:
    """As the worker does it."""
    return outbox._kinds[message.kind].build(message)


def test_every_mail_is_worth_showing(cast: Cast, browser: Browser, shots: Path | None) -> None:
    mails = dict(made(cast))
    assert {VARIANT.sub("", name) for name in mails} - {"mailing.test"} == set(outbox._kinds)

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
