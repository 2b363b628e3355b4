"""The site's own error pages: in Spanish, with the headers of every page, whatever went wrong."""

import os
import subprocess
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

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
