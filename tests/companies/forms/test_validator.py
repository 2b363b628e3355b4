"""What identifies the company to the SAT: typed, or in a file; about nobody else."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from companies.forms.validator import ValidatorForm
from companies.models import Company
from tests.companies.csf.constancias import Csf
from tests.companies.csf.pdfs import pdf_of
from tests.companies.csf.test_pictures import page, saved

COMPANY = Company(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")


def form(file: bytes | None = None, **typed: str) -> ValidatorForm:
    files: Any = {} if file is None else {"file": SimpleUploadedFile("Foto de la Ñapa.jpg", file)}
    return ValidatorForm(typed, files, company=COMPANY)


def in_pdf(image: Image.Image) -> bytes:
    """A scan: a page that is a picture."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "PDF", resolution=150)
    return out.getvalue()


def test_the_rfc_is_there_already_and_the_ids_are_its_own() -> None:
    shown = str(ValidatorForm.for_company(COMPANY) or ValidatorForm(company=COMPANY))

    assert 'value="PNA190312AB1"' in shown
    assert 'id="sat_file"' in shown


def test_it_is_offered_where_the_site_may_ask(settings: Any) -> None:
    assert ValidatorForm.for_company(COMPANY) is None
    settings.SAT_VALIDATOR = "on"
    assert ValidatorForm.for_company(COMPANY) is not None
    assert ValidatorForm.for_company(None) is None


@pytest.mark.parametrize(
    "typed",
    [
        "15010000001",
        " 1501 0000 001 ",
        "15-010-000001",
        "\u202a15010000001\u202c",
        "idCIF: 15010000001",
        "https://siat.sat.gob.mx/app/qr/x.jsf?D1=10&D2=1&D3=15010000001_PNA190312AB1",
    ],
)
def test_a_number_is_welcome_as_people_write_it(typed: str) -> None:
    asked = form(id_cif=typed, rfc="pna-190312-ab1")

    assert asked.is_valid(), asked.errors
    assert asked.cleaned_data["id_cif"] == "15010000001"


@pytest.mark.parametrize("typed", ["", "quince", "1501", "1" * 20, "15010000001 HTTP/1.1", "1501000000١"])
def test_what_is_no_number_is_told(typed: str) -> None:
    asked = form(id_cif=typed, rfc="PNA190312AB1")

    assert "11 dígitos" in str(asked.errors["id_cif"])


@pytest.mark.parametrize(
    ("rfc", "words"), [("EKU9003173C9", "no es el de su empresa"), ("PNA19", "12 caracteres")]
)
def test_it_asks_about_nobody_else(rfc: str, words: str) -> None:
    assert words in str(form(id_cif="15010000001", rfc=rfc).errors["rfc"])


@pytest.mark.parametrize(
    "file",
    [
        saved(page(1600, 1200, 500, 3), "JPEG"),
        saved(page(1600, 1200, 500), "PNG"),
        in_pdf(page(1240, 1754, 400)),
        pdf_of(Csf(qr="https://siat.sat.gob.mx/app/qr/x.jsf?D1=10&D2=1&D3=15010000001_{}")),
    ],
    ids=["photo", "screenshot", "scan", "the SAT's PDF"],
)
def test_the_code_in_a_file_says_it_all(file: bytes) -> None:
    asked = form(file, id_cif="", rfc="")

    assert asked.is_valid(), asked.errors
    assert asked.cleaned_data["id_cif"] == "15010000001"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "Elija el PDF"),
        (b"GIF89a", "Elija el PDF"),
        (b"\xff\xd8\xff\xe0", "No pudimos leer este archivo"),
        (b"\xff\xd8\xff" + b"x" * 5 * 1024 * 1024, "pesa más de 5 MB"),
        (saved(Image.new("L", (800, 600), 230), "JPEG"), "No encontramos en este archivo el código QR"),
        (in_pdf(Image.new("L", (800, 600), 230)), "No encontramos en este archivo el código QR"),
        (b"%PDF-1.7 nothing more", "No encontramos en este archivo el código QR"),
        (pdf_of(Csf(rfc="EKU9003173C9")), "no es el de su empresa"),
        (pdf_of(Csf(qr="https://sat.example.com/x.jsf?D1=10&D2=1&D3=15010000001_{}")), "No encontramos"),
    ],
    ids=[
        "empty",
        "gif",
        "broken",
        "big",
        "no code",
        "blank scan",
        "broken PDF",
        "another's",
        "another host's",
    ],
)
def test_each_file_without_the_companys_code_has_its_sentence(file: bytes, words: str) -> None:
    assert words in str(form(file, rfc="PNA190312AB1").errors["file"])
