"""A PDF and a photograph are taken alike, wherever they come from."""

from io import BytesIO

import pytest

from companies.csf.uploads import read_upload
from tests.companies.csf.canvas import qr_picture
from tests.companies.csf.constancias import MORAL, QR, Csf
from tests.companies.csf.pdfs import pdf_of


def photograph(content: str) -> bytes:
    out = BytesIO()
    qr_picture(content).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def test_a_pdf_is_read() -> None:
    found = read_upload(pdf_of(Csf()))

    assert (found.ok, found.rfc) == (True, MORAL)


def test_a_photograph_says_whose_it_is() -> None:
    found = read_upload(photograph(QR.format(MORAL)))

    assert (found.ok, found.code, found.rfc, found.id_cif) == (False, "qr_only", MORAL, "15010000001")
    assert MORAL in found.message
    assert "idCIF 15010000001" in found.message


@pytest.mark.parametrize("data", [photograph("https://example.com"), b"\xff\xd8\xff\xe0 broken"])
def test_another_picture_is_named(data: bytes) -> None:
    assert read_upload(data).code == "picture"
