"""The site's mailer: ends in time, raises what smtplib would, and meets a real server."""

import smtplib
import time
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django.fixtures import Settings

from facturamos.jobs import Job
from mailing import outbox
from tests.mailing import zoo
from tests.mailing.conftest import Note, run
from tests.mailing.zoo import Authority, Character, cage

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
    with cage(Character()) as server:
        use(settings, server.port)
        send(reply_to=["Ñapa <ventas@ñapa.mx>"])

    content = bytes(server.clear).partition(b"\r\ndata\r\n")[2]
    assert content.isascii()
    letter = message_from_bytes(content, policy=policy.default)
    assert letter["Subject"] == "Año nuevo"
    assert letter["From"] == "facturamos@sistemasperseo.com"
    assert b"mail from:<facturamos@sistemasperseo.com>" in server.clear


def test_it_signs_in_over_tls_only(settings: Settings, authority: Authority) -> None:
    with cage(Character(starttls=authority.server("localhost"))) as server:
        use(settings, server.port, username="sitio", password="secreta", use_tls=True)
        send()
        use(settings, server.port, username="sitio", password="secreta")
        with pytest.raises(smtplib.SMTPException, match="password_in_clear"):
            send()

    assert b"AUTH" not in server.clear
    assert server.encrypted.count(b"AUTH PLAIN") == 1


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (Character({"RCPT": b"550 no\r\n"}), smtplib.SMTPRecipientsRefused),
        (Character({"MAIL": b"553 no\r\n"}), smtplib.SMTPSenderRefused),
        (Character({"DOT": b"554 no\r\n"}), smtplib.SMTPDataError),
        (Character({"EHLO": b""}), smtplib.SMTPException),
        (zoo.silent, TimeoutError),
        (zoo.dripping, TimeoutError),
        (zoo.flooding, smtplib.SMTPException),
    ],
)
def test_it_fails_as_smtplib_does_and_in_time(
    settings: Settings, behave: zoo.Behave, error: type[Exception]
) -> None:
    with cage(behave) as server:
        use(settings, server.port)
        begun = time.monotonic()
        with pytest.raises(error):
            send()

    assert time.monotonic() - begun < 1.5


def test_a_closed_port_is_a_connection_error(settings: Settings) -> None:
    use(settings, zoo.free_port())

    with pytest.raises(ConnectionError):
        send()


@pytest.mark.django_db
def test_a_dripping_server_costs_the_outbox_time_but_no_crash(settings: Settings, note: Note) -> None:
    with cage(zoo.dripping) as server:
        use(settings, server.port)
        message = outbox.post("tests.note", to="ana@example.com", about=7)
        for _ in range(4):
            run(message)

    assert (message.state, message.crashes, len(message.tries)) == (Job.State.QUEUED, 0, 4)
    assert message.tries[0]["outcome"] == "El servidor de correo no contestó a tiempo."
