"""`doctor mailbox`: the test of step 10 from the command line, against real servers; asks no database."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.mailing.faulty_servers import Authority, ScriptedServer, free_port, serving
from tests.onboarding.backoffice.doctor.command import Ran, doctor

KEYS = ["ok", "code", "message", "action", "stages", "proposal", "transcript"]
STAGES = ["server", "connection", "security", "sign_in", "delivery"]


def examine(port: int, *options: str, stdin: bytes = b"", json: bool = True) -> Ran:
    told = ["--json"] if json else []
    where = ["--from", "ana@ñandú.mx", "--host", "localhost", "--port", str(port)]
    return doctor("mailbox", *where, *options, *told, stdin=stdin)


Allow = Callable[[int], None]


@pytest.fixture
def allow(settings: Any) -> Allow:
    """Lets a port of this machine pass for a mail server's."""

    def allow(port: int) -> None:
        settings.SMTP_ALLOWED_INTERNAL = [f"localhost:{port}"]

    return allow


@pytest.fixture(scope="module")
def mail_authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who signs the servers' certificates."""
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def trusted(mail_authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The same, trusted by this machine."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_authority.root))
    return mail_authority


def test_a_sound_mailbox_as_json(trusted: Authority, allow: Allow) -> None:
    with serving(ScriptedServer(starttls=trusted.server("localhost"))) as server:
        allow(server.port)
        ran = examine(
            server.port,
            "--ssl",
            "--user",
            "ana",
            "--password-stdin",
            "--to",
            "b@example.com",
            stdin=b"clave\n",
        )

    assert ran.status == 0, ran.said
    assert list(ran.report) == KEYS
    assert (ran.report["ok"], ran.report["code"]) == (True, "ok")
    assert [(each["stage"], each["ok"]) for each in ran.report["stages"]] == [(name, True) for name in STAGES]
    assert b"RCPT TO:<B@EXAMPLE.COM>" in server.encrypted.upper()
    assert "clave" not in ran.said


def test_a_wrong_password_is_told_at_its_stage(trusted: Authority, allow: Allow) -> None:
    scripted = ScriptedServer(starttls=trusted.server("localhost"), replies={"AUTH": b"535 5.7.8 no\r\n"})
    with serving(scripted) as server:
        allow(server.port)
        ran = examine(server.port, "--ssl", "--user", "ana", "--password-stdin", stdin=b"mala")

    stages = {each["stage"]: each for each in ran.report["stages"]}
    assert (ran.status, ran.report["ok"], ran.report["code"]) == (1, False, "auth_refused")
    assert [stages[name]["ok"] for name in STAGES] == [True, True, True, False, None]
    assert stages["sign_in"]["message"] == ran.report["message"]


def test_nobody_there_is_told_for_people(allow: Allow) -> None:
    port = free_port()
    allow(port)

    ran = examine(port, json=False)

    assert ran.status == 1
    assert "✓ Encontrar el servidor\n✗ Conectar\n– Asegurar la conexión" in ran.said


def test_a_password_never_leaves_in_clear() -> None:
    with serving(ScriptedServer()) as server:
        ran = examine(server.port, "--user", "ana", "--password-stdin", stdin=b"clave")

    assert (ran.status, ran.report["code"]) == (1, "password_in_clear")
    assert [each["ok"] for each in ran.report["stages"]] == [None, None, False, None, None]
    assert server.talks == []


@pytest.mark.parametrize("port", [25, 465, 8080])
def test_no_server_of_this_machine_is_reached(port: int) -> None:
    ran = examine(port)

    assert (ran.status, ran.report["code"]) == (1, "blocked_port" if port == 8080 else "internal")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--from", "ana", "--host", "smtp.example.com", "--port", "587"],
        ["--from", "", "--host", "smtp.example.com", "--port", "587"],
        ["--from", "nonsense", "--host", "smtp.example.com", "--port", "587"],
        ["--from", "ana@example.com", "--host", "smtp.example.com", "--port", "587", "--to", "a@b\r\nc"],
        ["--from", "ana@example.com", "--host", "", "--port", "587"],
        ["--from", "ana@example.com", "--host", " . ", "--port", "587"],
        ["--from", "ana@example.com", "--host", "smtp,example.com", "--port", "587"],
        ["--from", "ana@example.com", "--host", "smtp example", "--port", "587"],
        *(
            ["--from", "ana@example.com", "--host", "smtp.example.com", "--port", port]
            for port in ("99999999", "65536", "0", "-25", "ocho", "", "587.5", "٥٨٧", "9" * 5000)
        ),
        ["--from", "ana@example.com", "--host", "smtp.example.com", "--port", "587", "--user", "a\nb"],
    ],
)
def test_arguments_that_no_mailbox_has_are_status_2(arguments: list[str]) -> None:
    ran = doctor("mailbox", *arguments, "--json")

    assert ran.status == 2
    assert ran.said.endswith(".")
