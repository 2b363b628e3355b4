"""What was encoded twice is read as it was meant; all else stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.x509.mojibake import mended
from tests.certificates.sat_names import Write, thrice, twice, twice_by_windows

SPANISH = "áéíóúüñÁÉÍÓÚÜÑ¿¡ºª°«»–“”’ABCdef 123.,&/()-"


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("A.C. del Servicio de AdministraciÃ³n Tributaria", "A.C. del Servicio de Administración Tributaria"),
        ("Ciudad de MÃ©xico", "Ciudad de México"),
        ("PEÃ\x91A", "PEÑA"),
        ("PEÃ‘A", "PEÑA"),
        ("AMÃƒâ€°RICA", "AMÉRICA"),
        ("NÂº 5", "Nº 5"),
        ("Café â€œLa Ã‘apaâ€\x9d", "Café “La Ñapa”"),
        ("Cafe\u00cc\u0081", "Cafe\u0301"),
    ],
)
def test_it_is_mended(shown: str, meant: str) -> None:
    assert mended(shown) == meant


@pytest.mark.parametrize(
    "name",
    [
        "",
        "AC DEL SERVICIO DE ADMINISTRACION TRIBUTARIA",
        "PANADERÍA LA ÑAPA Nº 3",
        "SÃO PAULO, CÂMARA",
        "CAFÉ® Y ÉÑ°",
        "GARÇON & ÅSTRÖM",
        "«EL ÁNGEL»",
        "ÁRBOL – NIÑO €",
    ],
)
def test_what_is_right_stays(name: str) -> None:
    assert mended(name) == name


@pytest.mark.parametrize("write", [twice, thrice, twice_by_windows])
@given(text=st.text(SPANISH, max_size=40))
def test_any_spanish_text_comes_back(write: Write, text: str) -> None:
    assert mended(write(text).decode()) == text


@given(text=st.text(SPANISH, max_size=40))
def test_text_that_was_encoded_once_is_never_touched(text: str) -> None:
    assert mended(text) == text


@given(text=st.text(max_size=60))
def test_it_never_raises_and_ends(text: str) -> None:
    mended(text)
