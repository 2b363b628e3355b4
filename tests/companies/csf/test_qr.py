"""The address in the SAT's QR code."""

import pytest

from companies.csf.qr import SatQr, first, parse
from companies.csf.reading import qr_codes
from tests.companies.csf.canvas import qr_picture

PAGE = "https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3="


@pytest.mark.parametrize(
    ("content", "rfc"),
    [
        (f"{PAGE}15_PNA190312AB1", "PNA190312AB1"),
        (f"{PAGE}15_H&E951128469", "H&E951128469"),
        (f"{PAGE}15_H%26E951128469", "H&E951128469"),
        (f"{PAGE}15_H&E951128469&D4=1", "H&E951128469"),
        (f"{PAGE}15_ÑAN010203AB1", "ÑAN010203AB1"),
        (f"{PAGE}15_%D1AN010203AB1", "ÑAN010203AB1"),
        (f"{PAGE}15_%C3%91AN010203AB1", "ÑAN010203AB1"),
        (f"{PAGE}15_?AN010203AB1", "ÑAN010203AB1"),
        (f"{PAGE}15_nupj800101ab2\n", "NUPJ800101AB2"),
    ],
)
def test_everything_behind_d3_is_the_number_and_the_rfc(content: str, rfc: str) -> None:
    assert parse(content) == SatQr(rfc, "15")


@pytest.mark.parametrize(
    "content",
    [
        "https://siat.sat.gob.mx.example.com/app?D1=10&D3=15_PNA190312AB1",
        "http://siat.sat.gob.mx/app?D1=10&D3=15_PNA190312AB1",
        "https://siat.sat.gob.mx@example.com/?D1=10&D3=15_PNA190312AB1",
        "https://[/",
        "hola",
        "",
        f"{PAGE}15_H",
        f"{PAGE}15_PNA190312",
        f"{PAGE}15_PNA190312AB1XYZ",
        f"{PAGE}_PNA190312AB1",
        f"{PAGE}15",
        PAGE.replace("D3=", ""),
    ],
)
def test_no_other_code_is_a_witness(content: str) -> None:
    assert parse(content) is None


def test_the_code_of_the_last_page_has_another_number() -> None:
    last = PAGE.replace("D1=10", "D1=26") + "99_PNA190312AB1"

    assert parse(last) == SatQr("PNA190312AB1", "")
    assert first(["hola", last, f"{PAGE}15_PNA190312AB1"]) == SatQr("PNA190312AB1", "15")
    assert first([last]) == SatQr("PNA190312AB1", "")
    assert first(["hola"]) is None


@pytest.mark.parametrize("content", [f"{PAGE}15_ÑAN010203AB1", f"{PAGE}15_ÑAN010203AB1".encode()])
def test_a_code_with_an_enye_is_read_from_a_picture(content: str | bytes) -> None:
    # One is drawn in Latin-1, the other in UTF-8.
    assert first(qr_codes(qr_picture(content))) == SatQr("ÑAN010203AB1", "15")
