"""The guide says what the pages say, with pictures taken when they last said so."""

import re
from contextlib import closing

import pypdfium2
import pytest
from django.test import Client
from lxml import html
from PIL import Image

from companies.models import User
from onboarding.documents import guide
from onboarding.steps import STEPS
from onboarding.wizard.stepper import total
from tests.companies.documents import reading
from tests.onboarding.browser import Tab


def test_its_pictures_were_taken_of_the_pages_as_they_are() -> None:
    """When this fails, a page's words have changed: run `make guide` and look at the new pictures."""
    assert guide.made_of() == {step.slug: guide.digest(step) for step in guide.steps()}


def test_every_step_of_the_product_has_a_small_picture() -> None:
    """When this fails, there is a new step: run `make guide`, which takes its picture."""
    pictures = {path.stem: path for path in guide.PICTURES.glob("*.png")}

    assert set(pictures) == {guide.SIGN_IN, *(step.slug for step in STEPS)}
    assert sum(path.stat().st_size for path in pictures.values()) < 1_000_000
    for path in pictures.values():
        with Image.open(path) as picture:
            assert picture.width <= 640


def test_the_page_names_every_step_field_and_button(client: Client, db: None) -> None:
    text = client.get("/manuales/guia/").content.decode()

    for words in (
        "Paso 1: Iniciar sesión",
        f"Paso {total(STEPS)}: Terminar",
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


# --- what is asked for, as the pages ask for it

MANDATORY = {
    "usuario": ["Contraseña", "Confirme su contraseña"],
    "logotipo": ["Imagen (JPG)"],
    "sellos": ["Archivo certificado (.cer)", "Archivo llave (.key)", "Contraseña de la llave"],
    "correo": ["Usuario", "Contraseña", "SSL"],
}
OPTIONAL = {
    "carta-manifiesto": ["Fecha de firma", "Acuse firmado (PDF)"],
    "direccion-fiscal": ["No. Int.", "Referencia", "Localidad"],
    "usuario": ["Correo electrónico alterno"],
}


def marked(slug: str) -> dict[str, bool]:
    """A step's fields in the guide's order, and whether each is called optional."""
    (step,) = [step for step in guide.steps() if step.slug == slug]
    return {field.label: field.optional for field in step.fields}


@pytest.mark.parametrize("slug", MANDATORY)
def test_what_must_be_given_is_not_called_optional(slug: str) -> None:
    assert [label for label in MANDATORY[slug] if marked(slug)[label]] == []


@pytest.mark.parametrize("slug", OPTIONAL)
def test_what_may_stay_empty_is_called_optional(slug: str) -> None:
    assert [label for label in OPTIONAL[slug] if not marked(slug)[label]] == []


def asked_for(page: str) -> dict[str, bool]:
    """The same of a page as the browser gets it: its labels and legends, from top to bottom.

    A choice between two roads is no field: the guide tells of each road by itself.
    """
    main = html.fromstring(page).get_element_by_id("contenido")
    names = main.xpath(
        ".//p[@class='name'] | .//fieldset[contains(@class, 'field')]/legend"
        " | .//div[contains(@class, 'tick') and contains(@class, 'field')]"
        "[not(ancestor::*[@role='radiogroup'])]/label"
    )
    texts = [" ".join(name.text_content().split()) for name in names]
    return {text.removesuffix(" (opcional)"): text.endswith("(opcional)") for text in texts}


@pytest.mark.parametrize("slug", [step.slug for step in STEPS if step.slug != "documentos"])
def test_it_asks_for_what_the_page_asks_a_newcomer_in_the_page_s_order(tab: Tab, slug: str) -> None:
    User.objects.update(password_is_temporary=True)

    page = asked_for(tab.client.get(f"/configuracion/{slug}/").text)

    assert list(marked(slug).items()) == list(page.items())


def test_the_code_that_is_shown_is_named_first(client: Client, db: None) -> None:
    for slug in ("datos-fiscales", "usuario"):
        assert next(iter(marked(slug))) == "Código"


@pytest.mark.parametrize(
    ("slug", "words", "host"),
    [
        ("datos-fiscales", "Constancia de Situación Fiscal", "www.sat.gob.mx"),
        ("sellos", "CertiSAT Web", "aplicacionesc.mat.sat.gob.mx"),
        ("correo", "contraseña de aplicación", "myaccount.google.com"),
    ],
)
def test_it_says_where_one_gets_what_is_asked_for(
    client: Client, db: None, slug: str, words: str, host: str
) -> None:
    page = html.fromstring(client.get("/manuales/guia/").content)
    section = page.get_element_by_id(slug)
    pdf = client.get("/manuales/guia.pdf").content

    links = [link for link in section.xpath(".//a/@href") if link.startswith(f"https://{host}/")]

    assert words in section.text_content()
    assert links
    assert set(links) <= set(reading.links(pdf))
    assert all(link in reading.copied(pdf) for link in links)


def test_no_picture_is_cut_by_the_end_of_a_sheet(client: Client, db: None) -> None:
    with closing(pypdfium2.PdfDocument(client.get("/manuales/guia.pdf").content)) as pdf:
        found = []
        for number in range(len(pdf)):
            page = pdf[number]
            width, height = page.get_size()
            for thing in page.get_objects():
                if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
                    left, bottom, right, top = thing.get_bounds()
                    found.append((left >= 0, bottom >= 0, right <= width, top <= height))
            page.close()

    assert found == [(True, True, True, True)] * len(guide.pictured())


def test_the_first_view_of_the_page_is_light(client: Client, db: None) -> None:
    """No picture is loaded before somebody opens it."""
    page = html.fromstring(client.get("/manuales/guia/").content)
    pictures = page.xpath("//img")

    assert len(pictures) == len(guide.pictured())
    for picture in pictures:
        assert picture.get("loading") == "lazy"
        assert picture.xpath("ancestor::details[not(@open)]")
        size = guide.pictured()[re.split(r"[/.]", picture.get("src"))[-2]]
        assert (int(picture.get("width")), int(picture.get("height"))) == size
