"""Only JPG; shown on an invoice of the company's own; may wait."""

import gzip
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import Logo, User
from tests.companies.documents import reading
from tests.onboarding.answers import jpeg, logo
from tests.onboarding.browser import Tab, hidden

SLUG = "logotipo"


def test_ver_en_la_factura_saves_and_shows_the_companys_own_invoice(tab: Tab) -> None:
    response = tab.submit(SLUG, {"image": logo(), "position": "center"}, accion="ver")

    assert response.headers["Location"].startswith("/configuracion/logotipo/")
    page = tab.client.get("/configuracion/logotipo/").content.decode()
    assert "factura.svg?posicion=center" in page
    picture = tab.client.get("/configuracion/logotipo/factura.svg?posicion=center")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.lstrip().startswith(b"<svg")


def test_ver_en_la_factura_without_a_logo_asks_for_it_and_shows_the_chosen_place(tab: Tab) -> None:
    page = tab.submit(SLUG, {"position": "right"}, accion="ver").content.decode()

    assert "Falta su logotipo" in page
    assert "factura.svg?posicion=right" in page
    assert "todavía sin logotipo" in page
    assert not Logo.objects.exists()


def test_ver_en_la_factura_stays_with_the_document_that_was_looked_at(tab: Tab) -> None:
    address = "/configuracion/logotipo/?documento=payroll"
    answers = {f"{SLUG}-image": logo(), f"{SLUG}-position": "center", "accion": "ver"}

    response = tab.client.post(address, tab.open(SLUG) | answers)

    assert response.headers["Location"] == f"{address}#muestra"
    assert "posicion=center&amp;documento=payroll" in tab.client.get(address).content.decode()


@pytest.mark.parametrize("position", ["", "ARRIBA", "left\0"])
def test_a_place_that_there_is_not_leaves_the_picture_where_it_was(tab: Tab, position: str) -> None:
    page = tab.submit(SLUG, {"image": logo(), "position": position}, accion="ver").content.decode()

    assert "Elija dónde va el logotipo" in page
    assert "factura.svg?posicion=left" in page


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


def test_each_document_has_its_sample_without_javascript(tab: Tab) -> None:
    page = tab.client.get("/configuracion/logotipo/?documento=payroll&de=panel").content.decode()

    assert '<option value="payroll" selected>Recibo de nómina</option>' in page
    assert "Muestra de Recibo de nómina con los datos de PANADERÍA LA ÑAPA" in page
    assert '<input type="hidden" name="de" value="panel">' in page
    assert "factura.svg?posicion=left&amp;documento=payroll" in page
    assert "factura.pdf?posicion=left&amp;documento=payroll" in page


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("invoice", "FACTURA"),
        ("credit_note", "NOTA DE CRÉDITO"),
        ("payment", "RECIBO ELECTRÓNICO DE PAGO"),
        ("payroll", "RECIBO DE NÓMINA"),
        ("anything-else", "FACTURA"),
    ],
)
def test_the_sample_is_there_as_picture_and_as_pdf(tab: Tab, kind: str, words: str) -> None:
    picture = tab.client.get(f"/configuracion/logotipo/factura.svg?documento={kind}")
    pdf = tab.client.get(f"/configuracion/logotipo/factura.pdf?documento={kind}")

    assert picture.content.lstrip().startswith(b"<svg")
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    assert words in " ".join(reading.pages(pdf.content))


def test_the_picture_travels_compressed_to_who_can_read_that(tab: Tab) -> None:
    address = "/configuracion/logotipo/factura.svg"

    plain = tab.client.get(address)
    packed = tab.client.get(address, headers={"accept-encoding": "gzip, deflate, br"})

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.content).startswith(b"<svg")
    assert len(packed.content) < len(plain.content) / 4


def test_the_logo_has_an_address_that_nobody_guesses_and_its_company_may_keep(
    tab: Tab, other_issuer: User, sign_in: Callable[[User], Client]
) -> None:
    tab.submit(SLUG, {"image": logo(), "position": "left"})
    (address,) = re.findall(
        r"/configuracion/logotipo/[0-9a-f]{32}\.jpg",
        tab.client.get(f"/configuracion/{SLUG}/").content.decode(),
    )

    own = tab.client.get(address)
    assert own.content.startswith(b"\xff\xd8")
    assert own.headers["Cache-Control"] == "private, max-age=31536000, immutable"

    assert tab.client.get("/configuracion/logotipo/imagen.jpg").status_code == 404
    assert sign_in(other_issuer).get(address).status_code == 404


def test_another_logo_has_another_address_and_the_first_is_gone(tab: Tab) -> None:
    tab.submit(SLUG, {"image": logo(), "position": "left"})
    first = Logo.objects.get().token

    tab.submit(SLUG, {"image": logo(content=jpeg("maroon")), "position": "left"})

    assert Logo.objects.get().token != first
    assert tab.client.get(f"/configuracion/logotipo/{first}.jpg").status_code == 404


def test_a_good_picture_stays_when_something_else_is_wrong(tab: Tab) -> None:
    response = tab.submit(SLUG, {"image": logo(), "position": "arriba"})

    assert "Falta corregir 1 dato" in response.content.decode()
    assert Logo.objects.get().position == Logo.Position.LEFT
    assert tab.submit(SLUG, {"position": "right"}, hidden(response)).status_code == 302
    assert Logo.objects.get().position == Logo.Position.RIGHT
