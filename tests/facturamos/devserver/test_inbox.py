"""The dev inbox: what the dev SMTP server takes can be read, and only where there is one."""

import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from facturamos.devserver import inbox

pytestmark = pytest.mark.django_db


@contextmanager
def smtp_server(folder: Path) -> Iterator[int]:
    """Runs the server as `make run` does; yields its port, and checks that it ends without noise."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "error", "-m", "facturamos.devserver.smtp_server"]
    process = subprocess.Popen(  # noqa: S603
        [*command, "--port", str(port), "--folder", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=5)
    assert (process.returncode, output) == (0, "")


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")


def letter(subject: str, text: str) -> EmailMessage:
    """A mail with a text and an HTML part."""
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "sitio@example.com", "íñigo@example.com"
    message.set_content(text)
    message.add_alternative("<p>HTML <script>alert(1)</script></p>", subtype="html")
    return message


def put(folder: Path, subject: str, text: str, *, age: int = 0) -> str:
    """Writes a mail as the server does; returns its name."""
    name = f"{time.time_ns() - age:020d}-0123abcd"
    (folder / f"{name}.eml").write_bytes(letter(subject, text).as_bytes())
    return name


def test_it_takes_mail_with_and_without_signing_in(tmp_path: Path) -> None:
    with smtp_server(tmp_path) as port:
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(letter("Uno", "a"))
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.login("anybody", "anything")
            server.send_message(letter("Dos: ñandú", "b"))

    assert [mail.subject for mail in inbox.newest(tmp_path)] == ["Dos: ñandú", "Uno"]
    assert {path.suffix for path in tmp_path.iterdir()} == {".eml"}


def test_the_list_shows_the_newest_first(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO_MAIL_DIR = tmp_path
    put(tmp_path, "El primero", "a", age=10**9)
    put(tmp_path, "El segundo", "b")

    page = client.get("/demo/correo/").content.decode()

    assert page.index("El segundo") < page.index("El primero")


def test_a_mail_is_shown_as_text_with_its_links(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.DEMO_MAIL_DIR = tmp_path
    name = put(tmp_path, "Su <b>clave</b>", "Abra http://localhost:8000/entrar/ & <script>alert(2)</script>")

    page = client.get(f"/demo/correo/{name}/").content.decode()

    assert '<a href="http://localhost:8000/entrar/"' in page
    assert "Su &lt;b&gt;clave&lt;/b&gt;" in page
    assert "alert(1)" not in page
    assert "<script>alert(2)" not in page


@pytest.mark.parametrize("name", ["00000000000000000000-0123abcd", "passwd", "..", "%2e%2e%2fx", "a\x00b"])
def test_another_name_is_not_found(client: Client, settings: Settings, tmp_path: Path, name: str) -> None:
    settings.DEMO_MAIL_DIR = tmp_path

    assert client.get(f"/demo/correo/{name}/").status_code == 404


@pytest.mark.parametrize("path", ["/demo/correo/", "/demo/correo/00000000000000000001-0123abcd/"])
def test_without_a_folder_there_is_no_mailbox(client: Client, settings: Settings, path: str) -> None:
    settings.DEMO_MAIL_DIR = None

    assert client.get(path).status_code == 404
