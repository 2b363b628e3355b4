"""Step 8: only JPG; shown on an invoice of the company's own; may wait."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import Logo, User
from tests.onboarding.answers import jpeg, logo
from tests.onboarding.browser import Tab

SLUG = "logotipo"


def test_ver_en_la_factura_saves_and_shows_the_companys_own_invoice(tab: Tab) -> None:
    response = tab.submit(SLUG, {"image": logo(), "position": "center"}, accion="ver")

    assert response.headers["Location"].startswith("/configuracion/logotipo/")
    page = tab.client.get("/configuracion/logotipo/").content.decode()
    assert "factura.svg?posicion=center" in page
    picture = tab.client.get("/configuracion/logotipo/factura.svg?posicion=center")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.lstrip().startswith(b"<svg")


def test_the_position_alone_may_change(tab: Tab) -> None:
    tab.submit(SLUG, {"image": logo(), "position": "left"})
    name = Logo.objects.get().image.name

    assert tab.submit(SLUG, {"position": "right"}).status_code == 302

    kept = Logo.objects.get()
    assert (kept.position, kept.image.name) == ("right", name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "El archivo está vacío"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "es PNG"),
        (b"%PDF-1.7", "es un PDF"),
        (jpeg()[:200], "dañada o incompleta"),
        (b"hola", "no es una imagen JPG"),
    ],
)
def test_what_is_no_jpg_is_told_apart(tab: Tab, content: bytes, sentence: str) -> None:
    response = tab.submit(SLUG, {"image": SimpleUploadedFile("logo.jpg", content), "position": "right"})

    assert sentence in response.content.decode()
    assert not Logo.objects.exists()


def test_it_may_be_left_out_and_added_later(tab: Tab) -> None:
    response = tab.submit(SLUG, {}, accion="omitir")

    assert response.headers["Location"] == "/configuracion/sellos/"
    assert "Omitido" in tab.client.get("/configuracion/").content.decode()

    tab.submit(SLUG, {"image": logo(), "position": "left"})
    assert "Omitido" not in tab.client.get("/configuracion/").content.decode()


def test_the_logo_is_its_companys_alone(
    tab: Tab, other_issuer: User, sign_in: Callable[[User], Client]
) -> None:
    tab.submit(SLUG, {"image": logo(), "position": "left"})
    own = tab.client.get("/configuracion/logotipo/imagen.jpg")
    assert own.content.startswith(b"\xff\xd8")

    assert sign_in(other_issuer).get("/configuracion/logotipo/imagen.jpg").status_code == 404
