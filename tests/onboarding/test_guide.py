"""The guide says what the pages say, with pictures taken when they last said so."""

from django.test import Client
from PIL import Image

from onboarding import guide
from onboarding.steps import STEPS
from tests.companies.papers import reading


def test_its_pictures_were_taken_of_the_pages_as_they_are() -> None:
    """When this fails, a page's words have changed: run `make guide` and look at the new pictures."""
    assert guide.made_of() == {step.slug: guide.digest(step) for step in guide.steps()}


def test_every_step_has_a_small_picture() -> None:
    pictures = {path.stem: path for path in guide.PICTURES.glob("*.png")}

    assert set(pictures) == {step.slug for step in guide.steps()}
    assert sum(path.stat().st_size for path in pictures.values()) < 1_000_000
    for path in pictures.values():
        with Image.open(path) as picture:
            assert picture.width <= 640


def test_the_page_names_every_step_field_and_button(client: Client, db: None) -> None:
    text = client.get("/manuales/guia/").content.decode()

    for words in (
        "Paso 1: Iniciar sesión",
        "Paso 12: Terminar",
        "Archivo certificado (.cer)",
        "Código postal desde donde emite sus facturas.",
        "Copiar dirección fiscal",
        "Cargar sellos",
        "Finalizar configuración",
        "Omitir por ahora",
        "Recibo de nómina (N)",
    ):
        assert words in text, words
    assert [step.title for step in STEPS if step.title not in text] == []


def test_the_paper_says_the_same(client: Client, db: None) -> None:
    response = client.get("/manuales/guia.pdf")
    text = " ".join(reading.pages(response.content))

    for step in guide.steps():
        assert step.heading in text
        for field in step.fields:
            assert field.label in text
    assert b"pdfuaid:part" in response.content


def test_the_manuals_page_offers_it(client: Client, db: None) -> None:
    text = client.get("/manuales/").content.decode()

    assert "/manuales/guia/" in text
    assert "/manuales/guia.pdf" in text
