"""The site's mailer: ends in time, raises what smtplib would, and meets a real server."""

import smtplib
import time
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from facturamos.jobs.models import Job
from mailing import outbox
from mailing.bounces.return_address import token
from tests.mailing import faulty_servers
from tests.mailing.conftest import Note, run
from tests.mailing.faulty_servers import Authority, ScriptedServer, serving

pytestmark = pytest.mark.usefixtures("trust")


def use(settings: Settings, port: int, **options: object) -> None:
    """Makes a server of this machine the site's mailer."""
    options = {"host": "localhost", "port": port, "timeout": 1, **options}
    settings.MAILERS = {"default": {"BACKEND": "mailing.backend.EmailBackend", "OPTIONS": options}}


def send(**fields: object) -> None:
    """Sends one mail through the site's mailer."""
    letter = EmailMultiAlternatives("Año nuevo", "Más ventas.", to=["luis@example.com"], **fields)  # type: ignore[arg-type]
    letter.attach_alternative("<p>Más ventas.</p>", "text/html")
    mail.mailers["default"].send_messages([letter])


def test_it_delivers_in_seven_bits(settings: Settings) -> None:
    with serving(ScriptedServer()) as server:
        use(settings, server.port)
        send(reply_to=["Ñapa <ventas@ñapa.mx>"])

    content = bytes(server.clear).partition(b"\r\ndata\r\n")[2]
    assert content.isascii()
    letter = message_from_bytes(content, policy=policy.default)
    assert letter["Subject"] == "Año nuevo"
    assert letter["From"] == "facturamos@sistemasperseo.com"
    assert b"mail from:<facturamos@sistemasperseo.com>" in server.clear


def test_it_signs_in_over_tls_only(settings: Settings, authority: Authority) -> None:
    with serving(ScriptedServer(starttls=authority.server("localhost"))) as server:
        use(settings, server.port, username="sitio", password="secreta", use_tls=True)
        send()
        use(settings, server.port, username="sitio", password="secreta")
        with pytest.raises(smtplib.SMTPException, match="password_in_clear"):
            send()

    assert b"AUTH" not in server.clear
    assert server.encrypted.count(b"AUTH PLAIN") == 1


# --- where it comes back to


def ends(server: faulty_servers.RunningServer) -> list[bytes]:
    """The commands that name sender and recipient."""
    return [
        line.strip() for line in bytes(server.clear).split(b"\r\n") if line[:4].lower() in (b"mail", b"rcpt")
    ]


@pytest.mark.django_db
def test_each_mail_comes_back_to_an_address_of_its_own(settings: Settings, note: Note) -> None:
    settings.BOUNCE_ADDRESS = "rebotes@facturamos.example"
    with serving(ScriptedServer()) as server:
        use(settings, server.port)
        messages = [outbox.post("tests.note", to="ana@example.com", about=7) for _ in range(2)]
        for message in messages:
            run(message)

    senders = [line for line in ends(server) if line.lower().startswith(b"mail")]
    expected = [f"mail from:<rebotes+{token(message.pk)}@facturamos.example>" for message in messages]
    assert [sender.decode() for sender in senders] == expected
    assert bytes(server.clear).count(b'From: "Facturamos.com.mx" <facturamos@sistemasperseo.com>') == 2


@pytest.mark.django_db
def test_a_relay_that_reports_is_told_what_and_whom(settings: Settings, note: Note) -> None:
    settings.BOUNCE_ADDRESS = "rebotes@facturamos.example"
    with serving(ScriptedServer({"EHLO": b"250-test\r\n250-DSN\r\n250 SIZE 100000\r\n"})) as server:
        use(settings, server.port)
        message = outbox.post("tests.note", to="ana+pan=mx@example.com", about=7)
        run(message)

    sender, recipient = (line.decode() for line in ends(server))
    assert sender.endswith(f"> RET=HDRS ENVID={token(message.pk)}")
    assert recipient == (
        "rcpt to:<ana+pan=mx@example.com> NOTIFY=FAILURE ORCPT=rfc822;ana+2Bpan+3Dmx@example.com"
    )


@pytest.mark.django_db
def test_without_an_address_of_its_own_it_comes_back_to_the_sender(settings: Settings, note: Note) -> None:
    with serving(ScriptedServer({"EHLO": b"250-test\r\n250 DSN\r\n"})) as server:
        use(settings, server.port)
        run(outbox.post("tests.note", to="ana@example.com", about=7))

    assert [line.decode() for line in ends(server)] == [
        "mail from:<facturamos@sistemasperseo.com>",
        "rcpt to:<ana@example.com>",
    ]


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (ScriptedServer({"RCPT": b"550 no\r\n"}), smtplib.SMTPRecipientsRefused),
        (ScriptedServer({"MAIL": b"553 no\r\n"}), smtplib.SMTPSenderRefused),
        (ScriptedServer({"DOT": b"554 no\r\n"}), smtplib.SMTPDataError),
        (ScriptedServer({"EHLO": b""}), smtplib.SMTPException),
        (faulty_servers.silent, TimeoutError),
        (faulty_servers.dripping, TimeoutError),
        (faulty_servers.flooding, smtplib.SMTPException),
    ],
)
def test_it_fails_as_smtplib_does_and_in_time(
    settings: Settings, behave: faulty_servers.Behave, error: type[Exception]
) -> None:
    with serving(behave) as server:
        use(settings, server.port)
        begun = time.monotonic()
        with pytest.raises(error):
            send()

    assert time.monotonic() - begun < 1.5


def test_a_closed_port_is_a_connection_error(settings: Settings) -> None:
    use(settings, faulty_servers.free_port())

    with pytest.raises(ConnectionError):
        send()


@pytest.mark.django_db
def test_a_dripping_server_costs_the_outbox_time_but_no_crash(settings: Settings, note: Note) -> None:
    with serving(faulty_servers.dripping) as server:
        use(settings, server.port)
        message = outbox.post("tests.note", to="ana@example.com", about=7)
        for _ in range(4):
            run(message)

    assert (message.state, message.crashes, len(message.tries)) == (Job.State.QUEUED, 0, 4)
    assert message.tries[0]["outcome"] == "El servidor de correo no contestó a tiempo."
