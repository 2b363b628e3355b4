"""Whom an issuer's mail comes from."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django.fixtures import Settings

from companies.models import User
from mailing import outbox, services
from mailing.models import Mailbox
from mailing.senders import Sender, default_sender, sender_for, site_address
from tests.companies.accounts.mail import deliver, last_mail
from tests.mailing.test_forms import injections

NAMES = ["PANADERÍA LA ÑAPA", 'Peña "El Güero", S. de R.L.', "A@B <c@d>", "漢字", "x" * 500]


def on_the_wire(sender: Sender) -> dict[str, list[str]]:
    """The headers that a mail from `sender` has, read back from its bytes."""
    mail = EmailMessage(
        "Factura", "Adjunta.", sender.header, ["cliente@example.com"], reply_to=list(sender.reply_to)
    )
    read = message_from_bytes(mail.message(policy=policy.SMTP).as_bytes(), policy=policy.default)
    return {name: [str(value) for value in read.get_all(name) or []] for name in set(read.keys())}


@pytest.mark.parametrize("name", NAMES)
def test_the_default_sender_carries_the_issuers_name(name: str) -> None:
    sender = default_sender(name, "ventas@panadería.mx")

    assert sender.address.addr_spec == "facturamos@sistemasperseo.com"
    assert sender.address.display_name == name[:120]
    headers = on_the_wire(sender)
    assert headers["Reply-To"] == ["ventas@xn--panadera-i2a.mx"]
    assert headers["From"][0].endswith("<facturamos@sistemasperseo.com>")
    assert len(headers["From"]) == 1


def test_10_000_hostile_names_add_no_header_and_no_sender() -> None:
    for value in injections(10_000):
        sender = default_sender(value, value)

        assert "\n" not in sender.header
        assert "\r" not in sender.header
        assert sender.address.addr_spec == "facturamos@sistemasperseo.com"
        assert all(len(reply.splitlines()) == 1 for reply in sender.reply_to)


def test_a_sample_of_them_stays_one_header_on_the_wire() -> None:
    expected = {"Subject", "From", "To", "Date", "Message-ID", "MIME-Version", "Content-Type"}
    for value in injections(300):
        headers = on_the_wire(default_sender(value, "ana@example.com"))

        assert set(headers) <= expected | {"Content-Transfer-Encoding", "Reply-To"}
        assert headers["To"] == ["cliente@example.com"]


def test_without_an_address_answers_come_to_us() -> None:
    sender = default_sender("", "")

    assert sender.header == '"Facturamos.com.mx" <facturamos@sistemasperseo.com>'
    assert sender.reply_to == ()


@pytest.mark.django_db
def test_its_own_mailbox_is_the_sender_once_in_use(issuer: User) -> None:
    mailbox = Mailbox(
        company=issuer.company,
        from_email="ventas@ñapa.mx",
        from_name="La Ñapa",
        host="smtp.example.com",
        port=587,
        secret_changed_at=timezone.now(),
    )
    mailbox.save()

    before = sender_for(mailbox, name="PANADERÍA LA ÑAPA", email=issuer.email)
    mailbox.approve()
    after = sender_for(mailbox, name="PANADERÍA LA ÑAPA", email=issuer.email)

    assert (before.mailbox, before.reply_to) == (None, ("panaderia@example.com",))
    assert (after.mailbox, after.header) == (mailbox, "La Ñapa <ventas@xn--apa-6ma.mx>")
    assert after.reply_to == ()
    mailbox.use_default_sender()
    assert sender_for(mailbox, name="X", email=issuer.email).mailbox is None


# --- whom the site's own mail comes from


@pytest.mark.parametrize(
    ("setting", "header"),
    [
        ("facturamos@sistemasperseo.com", '"Facturamos.com.mx" <facturamos@sistemasperseo.com>'),
        ("<facturamos@example.com>", '"Facturamos.com.mx" <facturamos@example.com>'),
        ("La Ñapa <facturamos@ñandú.mx>", "La Ñapa <facturamos@xn--and-6ma2c.mx>"),
        ('"Peña, S.A." <facturamos@example.com>', '"Peña, S.A." <facturamos@example.com>'),
    ],
)
def test_the_site_s_mail_names_its_sender(settings: Settings, setting: str, header: str) -> None:
    settings.DEFAULT_FROM_EMAIL = setting

    assert str(site_address()) == header


def test_an_issuer_s_name_takes_the_place_of_the_site_s(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Otro sitio <facturamos@example.com>"

    assert default_sender("La Ñapa", "").header == "La Ñapa <facturamos@example.com>"
    assert default_sender("", "").header == "Otro sitio <facturamos@example.com>"


@pytest.mark.django_db
@pytest.mark.parametrize("setting", ["facturamos@example.com", "Otro sitio <facturamos@example.com>"])
def test_every_mail_of_the_outbox_names_its_sender(issuer: User, settings: Settings, setting: str) -> None:
    settings.DEFAULT_FROM_EMAIL = setting

    deliver(outbox.post("companies.password_reset", to="panaderia@example.com", about=issuer))

    name = "Otro sitio" if "<" in setting else "Facturamos.com.mx"
    sent = message_from_bytes(last_mail().message().as_bytes(), policy=policy.default)["From"].addresses
    assert [(each.display_name, each.addr_spec) for each in sent] == [(name, "facturamos@example.com")]


@pytest.mark.django_db
def test_pages_show_the_bare_address(issuer: User, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Otro sitio <facturamos@example.com>"

    assert services.overview(None).sender == "facturamos@example.com"
