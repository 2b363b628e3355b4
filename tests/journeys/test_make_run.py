"""`make run`, as a newcomer meets it: three starts on the same data, each stopped in another way."""

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509 import load_der_x509_certificate

from tests.make_run import (
    BASE_DIR,
    Run,
    accounts_in,
    expire_temporary_passwords,
    healthy,
    keep_the_worker_busy,
    mails_in,
    processes_of,
    refused,
    sign_in,
    subjects_in,
    wait_until_gone,
    web_server_of,
)
from tests.stack import free_port, wait_for

# The RFCs of the SAT's test pack.
TEST_PACK = {"EKU9003173C9", "CACX7605101P8", "ONO120726RX3"}
RESTARTED = "«web» se detuvo y arranca de nuevo"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="looks for leftovers in /proc"),
]


@dataclass
class Story:
    """What happened over the three starts."""

    var: Path
    first: Run
    second: Run
    third: Run
    accounts: list[dict[str, str]] = field(default_factory=list)
    landed: dict[str, str] = field(default_factory=dict)
    kept: list[dict[str, str]] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    renewed: list[dict[str, str]] = field(default_factory=list)
    landed_again: str = ""
    meanwhile: str = ""
    environment: str = ""
    exits: list[int] = field(default_factory=list)
    left: list[dict[int, str]] = field(default_factory=list)

    def tell(self) -> None:
        """Three starts: stopped by Ctrl-C, killed, and stopped by SIGTERM after a program died."""
        self.first.start()
        self.accounts = accounts_in(self.var)
        self.landed = {each["rol"]: sign_in(self.first.port, each) for each in self.accounts}
        self.meanwhile = refused(self.var, free_port(), self.var.with_name("meanwhile"))
        self.environment = (self.var / "local.env").read_text()
        self.exits.append(self.first.end(signal.SIGINT))
        self.left.append(processes_of(self.var))
        self.before = subjects_in(self.var)

        self.second.start()
        self.kept = accounts_in(self.var)
        self.mails = subjects_in(self.var)
        expire_temporary_passwords(self.var)
        keep_the_worker_busy(self.var)
        self.second.end(signal.SIGKILL)
        wait_until_gone(self.var)

        self.third.start()
        self.renewed = accounts_in(self.var)
        self.landed_again = sign_in(self.third.port, self.renewed[0])
        os.kill(web_server_of(self.var), signal.SIGKILL)
        wait_for(lambda: RESTARTED in self.third.terminal and healthy(self.third.port))
        self.exits.append(self.third.end(signal.SIGTERM))
        self.left.append(processes_of(self.var))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("make-run")
    var = folder / "var"
    first, second, third = runs = [Run(var, folder / f"screen-{number}") for number in range(3)]
    story = Story(var, first, second, third)
    try:
        story.tell()
        yield story
    finally:
        for run in runs:
            if run.process is not None and run.process.poll() is None:
                run.process.kill()
                run.process.wait()


def test_the_terminal_shows_what_a_newcomer_needs_and_nothing_else(story: Story) -> None:
    new, half_way, distributor, support, clerk, reader = story.accounts
    port = story.first.port

    assert (
        story.first.terminal
        == f"""\
Iniciando…

  Facturamos.com.mx está listo: http://localhost:{port}/

  Inicie sesión como  Usuario                 Contraseña
  Emisor nuevo        naranjos                {new["contrasena"]}
  Emisor a medias     carpinteria             {half_way["contrasena"]}
  Distribuidor        distribuidor            {distributor["contrasena"]}
  Soporte             soporte                 {support["contrasena"]}
  Operador (distr.)   operador                {clerk["contrasena"]}
  Consulta (distr.)   consulta                {reader["contrasena"]}

  Sellos (CSD) de demostración, hechos en esta máquina:
  PNA180412KJA    {new["cer"]}
                  {new["key"]}   contraseña: {new["clave_csd"]}
  NUPI850317Q21   {half_way["cer"]}
                  {half_way["key"]}   contraseña: {half_way["clave_csd"]}

  Correos enviados    http://localhost:{port}/demo/correo/
  Consultar al SAT    con cualquier idCIF de 11 dígitos: contesta un sustituto
  Google, Microsoft   en el paso «Correo electrónico»: contesta un sustituto
  Carta Manifiesto    fírmela con la e.firma de la carpeta «fiel»: contesta un PAC sustituto
  Registros           {story.var}/log/
  Ctrl-C detiene todo.


Deteniendo…
Todo se detuvo; los datos se conservan. «make run» sigue donde se quedó.
"""
    )


def test_the_accounts_are_written_as_agreed(story: Story) -> None:
    issuer = {"rol", "usuario", "contrasena", "rfc", "cer", "key", "clave_csd"}

    assert {account["rol"]: set(account) for account in story.accounts} == {
        "emisor_nuevo": issuer,
        "emisor_a_medias": issuer,
        "distribuidor": {"rol", "usuario", "contrasena"},
        "soporte": {"rol", "usuario", "contrasena"},
        "operador": {"rol", "usuario", "contrasena"},
        "consulta": {"rol", "usuario", "contrasena"},
    }


def test_the_new_issuer_is_a_legal_entity_and_nobody_is_of_the_test_pack(story: Story) -> None:
    rfcs = {account["rol"]: account["rfc"] for account in story.accounts if "rfc" in account}

    assert len(rfcs["emisor_nuevo"]) == 12
    assert not TEST_PACK & set(rfcs.values())


def test_each_issuer_has_a_pair_that_its_password_opens(story: Story) -> None:
    for account in story.accounts:
        if "cer" not in account:
            continue
        certificate = load_der_x509_certificate((BASE_DIR / account["cer"]).read_bytes())
        key: Any = load_der_private_key(
            (BASE_DIR / account["key"]).read_bytes(), account["clave_csd"].encode()
        )
        assert certificate.public_key() == key.public_key()


def test_everybody_signs_in_with_what_the_file_says(story: Story) -> None:
    paths = {role: url.split("/", 3)[3] for role, url in story.landed.items()}

    assert paths == {
        "emisor_nuevo": "configuracion/",
        "emisor_a_medias": "configuracion/",
        "distribuidor": "admin/companies/company/tablero/",
        "soporte": "admin/companies/company/tablero/",
        "operador": "admin/companies/company/tablero/",
        "consulta": "admin/companies/company/tablero/",
    }


def test_the_new_issuers_credentials_came_by_mail(story: Story) -> None:
    new = story.accounts[0]

    assert sum(new["contrasena"].encode() in mail for mail in mails_in(story.var)) == 1


def test_later_starts_keep_the_data_and_send_nothing(story: Story) -> None:
    assert story.kept == story.accounts
    assert story.mails == story.before
    assert len([subject for subject in story.mails if "desde un equipo nuevo" not in subject]) == 2
    kept = re.compile(r"^(SECRET_KEY|FACTURAMOS_KEYS|MAIL_PORT)=.*", re.MULTILINE)
    now = (story.var / "local.env").read_text()
    assert [m[0] for m in kept.finditer(now)] == [m[0] for m in kept.finditer(story.environment)]


def test_a_temporary_password_whose_time_is_over_is_sent_again(story: Story) -> None:
    changed = [old["rol"] for old, new in zip(story.kept, story.renewed, strict=True) if old != new]

    assert changed == ["emisor_nuevo"]
    assert story.landed_again.endswith("/configuracion/")


def test_what_holds_secrets_is_readable_by_its_owner_alone(story: Story) -> None:
    for file in ("local.env", "demo/cuentas.json"):
        assert (story.var / file).stat().st_mode & 0o777 == 0o600


def test_ctrl_c_and_sigterm_end_it_well_and_leave_no_process(story: Story) -> None:
    assert story.exits == [0, 0]
    assert story.left == [{}, {}]


def test_a_program_that_dies_is_started_again_and_named(story: Story) -> None:
    assert RESTARTED in story.third.terminal


def test_one_folder_of_data_serves_one_run(story: Story) -> None:
    assert story.meanwhile == f"Ya hay un «make run» en marcha con los datos de {story.var}\n"


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        terminal = refused(tmp_path, port, tmp_path / "screen")

    assert terminal == f"Otro programa usa el puerto {port}. Elija otro: make run PORT={port + 1}\n"


@pytest.mark.parametrize("port", ["ocho", "0", "65536"])
def test_a_port_that_is_none_is_named(tmp_path: Path, port: str) -> None:
    terminal = refused(tmp_path, port, tmp_path / "screen")

    assert terminal == f"PORT es un número del 1 al 65535, y dice «{port}»\n"
