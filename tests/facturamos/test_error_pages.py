"""The site's own error pages: in Spanish, with the headers of every page, whatever went wrong."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import User

ASK_WITHOUT_A_DATABASE = """
import logging, django; django.setup(); logging.disable()
from django.test import Client
client = Client(raise_request_exception=False)
client.cookies["sesion"] = "una-sesion-cualquiera"
response = client.get("/configuracion/")
print(response.status_code, response["Retry-After"], "Content-Security-Policy" in response.headers)
print(response.content.decode())
"""


def test_an_unknown_address(client: Client) -> None:
    response = client.get("/no-existe/")

    assert response.status_code == 404
    assert '<html lang="es-MX"' in response.content.decode()
    assert "Asistencia" in response.content.decode()


def test_a_form_without_its_token() -> None:
    response = Client(enforce_csrf_checks=True).post("/entrar/", {"username": "x", "password": "y"})

    assert response.status_code == 403
    assert "English" not in response.content.decode()
    assert "CSRF" not in response.content.decode()


@pytest.mark.django_db
def test_files_above_the_cap_of_a_request(client: Client) -> None:
    response = client.post("/entrar/", {"file": SimpleUploadedFile("a.jpg", b"0" * (7 * 1024 * 1024))})

    assert response.status_code == 413
    assert "MB" in response.content.decode()


def test_a_file_above_the_cap_is_no_error_of_ours(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.post("/entrar/", {"file": SimpleUploadedFile("a.jpg", b"0" * (7 * 1024 * 1024))})

    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


@pytest.mark.parametrize(("address", "status"), [("/no-existe/", 404), ("/configuracion/no-hay/", 404)])
def test_an_issuer_stays_signed_in_on_an_error_page(
    issuer: User, sign_in: Callable[[User], Client], address: str, status: int
) -> None:
    response = sign_in(issuer).get(address)

    text = response.content.decode()
    assert response.status_code == status
    assert "Salir" in text
    assert 'href="/configuracion/">Ir a mi configuración' in text
    assert "Ir al inicio" not in text


def test_a_page_with_too_large_a_file_leads_back_to_itself(
    issuer: User, sign_in: Callable[[User], Client]
) -> None:
    address = "/configuracion/logotipo/?de=terminar"

    response = sign_in(issuer).post(address, {"file": SimpleUploadedFile("a.jpg", b"0" * 7_000_000)})

    text = response.content.decode()
    assert response.status_code == 413
    assert "Salir" in text
    assert f'href="{address}">Volver e intentar otra vez' in text


def test_what_a_browser_should_not_have_sent_leaves_an_issuer_signed_in(
    issuer: User, sign_in: Callable[[User], Client]
) -> None:
    fields = {f"campo-{number}": "x" for number in range(1_100)}

    response = sign_in(issuer).post("/configuracion/datos-fiscales/", fields)

    text = response.content.decode()
    assert response.status_code == 400
    assert "No entendimos la solicitud" in text
    assert "Salir" in text
    assert 'href="/configuracion/">Ir a mi configuración' in text


def test_a_request_of_another_hosts(client: Client) -> None:
    assert client.get("/", headers={"host": "malo.example"}).status_code == 400


def test_a_database_that_does_not_answer_is_a_503_with_a_time_to_come_back() -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "facturamos.settings_test",
        "DATABASE_URL": "postgresql://nadie@127.0.0.1:1/nada",
    }

    answer = subprocess.run(  # noqa: S603
        [sys.executable, "-c", ASK_WITHOUT_A_DATABASE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.startswith("503 30 True")
    assert "Traceback" not in answer.stdout
