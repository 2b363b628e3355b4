"""Where what came back is read: a mailbox (Dovecot's where it is installed, and a stand-in's), a folder."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from facturamos.devserver.tls import LocalAuthority
from mailing.bounces import reports, services, sources
from mailing.bounces.return_address import envelope_sender
from mailing.models import Message
from tests.mailing.bounces import dovecot
from tests.mailing.bounces.imap_server import PASSWORD, USER, ImapServer
from tests.mailing.bounces.samples import standard, words
from tests.mailing.bounces.samples_standard import fields
from tests.mailing.faulty_servers import Authority

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trust")]
ANSWER = words("rebotes@facturamos.example", "Gracias.", sender="ana@panaderia.mx")


def settings_of(port: int, security: str = "tls", **changes: object) -> dict[str, object]:
    return {
        "host": "localhost",
        "port": port,
        "security": security,
        "user": USER,
        "password": PASSWORD,
        "mailbox": "INBOX",
        **changes,
    }


def report_on(message: Message) -> bytes:
    return standard(envelope_sender(message.pk), fields=fields())


@pytest.fixture(params=["stand-in", "Dovecot"])
def mailbox(request: pytest.FixtureRequest, authority: Authority) -> Iterator[ImapServer | dovecot.Dovecot]:
    if request.param == "stand-in":
        with ImapServer(authority.server("localhost")).running() as server:
            yield server
        return
    if not dovecot.PROGRAM:
        pytest.skip("no Dovecot on this machine: `make mailservers` installs it")
    with dovecot.running(authority, USER, PASSWORD) as real:
        yield real


@pytest.mark.xdist_group("dovecot")
def test_reports_are_read_and_deleted_and_the_rest_is_left(
    sent: Message, settings: Settings, mailbox: ImapServer | dovecot.Dovecot
) -> None:
    settings.BOUNCE_IMAP = settings_of(mailbox.port)
    mailbox.add(ANSWER, report_on(sent), report_on(sent) + b"x" * 1_000_000)

    assert services.collect() == 1
    assert services.collect() == 0

    sent.refresh_from_db()
    assert sent.bounce == "no_address"
    assert [b"Gracias." in mail for mail in mailbox.kept()] == [True]
    assert mailbox.unread() == []


def test_a_password_travels_only_after_starttls(
    sent: Message, settings: Settings, authority: Authority
) -> None:
    with ImapServer(authority.server("localhost"), tls=False).running() as server:
        server.add(report_on(sent))
        settings.BOUNCE_IMAP = settings_of(server.port, "starttls")

        assert services.collect() == 1

    assert server.passwords_in_clear == 0


@pytest.mark.parametrize("wrong", ["password", "certificate", "port", "silence"])
def test_a_mailbox_that_cannot_be_read_is_told_to_the_operator(
    sent: Message,
    settings: Settings,
    authority: Authority,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
) -> None:
    monkeypatch.setattr(sources, "SECONDS", 1)
    trusted = LocalAuthority("otra") if wrong == "certificate" else authority
    with ImapServer(trusted.server("localhost"), quiet=wrong == "silence").running() as server:
        server.add(report_on(sent))
        port = 9 if wrong == "port" else server.port
        password = "otra-9" if wrong == "password" else PASSWORD
        settings.BOUNCE_IMAP = settings_of(port, password=password)
        begun = time.monotonic()

        assert services.collect() == 0

    assert time.monotonic() - begun < 8
    assert "cannot be read" in caplog.text
    assert "otra-9" not in caplog.text
    sent.refresh_from_db()
    assert sent.bounce == ""


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.BOUNCE_DIR = tmp_path
    return tmp_path


def test_files_of_a_folder_are_read_and_deleted_and_the_rest_is_left(sent: Message, folder: Path) -> None:
    (folder / "1").write_bytes(ANSWER)
    (folder / "2.eml").write_bytes(report_on(sent))
    (folder / ".half").write_bytes(report_on(sent)[:100])
    secret = folder.parent / "ajeno"
    secret.write_bytes(report_on(sent))
    (folder / "link").symlink_to(secret)

    assert services.collect() == 1

    sent.refresh_from_db()
    assert sent.bounce == "no_address"
    assert sorted(path.name for path in folder.iterdir()) == [".half", "link", "otros"]
    assert [path.name for path in (folder / "otros").iterdir()] == ["1"]
    assert secret.exists()


def test_a_mail_that_breaks_the_reader_does_not_stop_the_others(
    sent: Message, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Callable[[bytes], object] = reports.read

    def break_down(content: bytes) -> object:
        if content == b"bad":
            raise RuntimeError
        return read(content)

    monkeypatch.setattr(reports, "read", break_down)
    (folder / "1").write_bytes(b"bad")
    (folder / "2").write_bytes(report_on(sent))

    assert services.collect() == 1
    assert (folder / "otros" / "1").exists()


def test_a_report_that_came_too_early_is_read_next_time(sent: Message, folder: Path) -> None:
    mailed_at = sent.mailed_at
    Message.objects.update(mailed_at=None, state="running")
    (folder / "1").write_bytes(report_on(sent))
    assert services.collect() == 0

    Message.objects.update(mailed_at=mailed_at, state="done")

    assert services.collect() == 1


def test_without_a_place_nothing_is_read(sent: Message) -> None:
    assert services.collect() == 0
