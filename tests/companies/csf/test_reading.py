"""A Constancia's PDF, read from the bytes to the facts."""

from dataclasses import replace

import pytest

from companies.csf.reading import read_csf, text_of
from companies.csf.result import CsfResult, CsfSource, ValueState
from tests.companies.csf.canvas import Canvas
from tests.companies.csf.constancias import FISICA, MORAL, PERSON, QR, TODAY, Csf, Layout
from tests.companies.csf.documents import cedula_of, lines_of, locked, scan, typeset, validator_of
from tests.companies.csf.pdfs import pdf_of

VALUES = {
    "name": "PANADERÍA LA ÑAPA & HIJOS",
    "postal_code": "37000",
    "street": "AVENIDA DE LOS ÑANDÚES",
    "exterior_number": "12-B",
    "interior_number": "",
    "neighborhood": "CENTRO",
    "locality": "LEON DE LOS ALDAMA",
    "municipality": "LEON",
    "state": "GUANAJUATO",
    "reference": "Entre HIDALGO y MORELOS",
}


def printed(**layout: object) -> Csf:
    return Csf(layout=replace(Layout(), **layout))  # type: ignore[arg-type]  # by name


def values_of(found: CsfResult) -> dict[str, str]:
    assert found.ok, found.message
    return {name: value.value for name, value in found.values.items()}


def test_a_companys_has_every_value() -> None:
    found = read_csf(pdf_of(Csf()))

    assert values_of(found) == VALUES
    assert (found.rfc, found.id_cif, found.issued_on) == (MORAL, "15010000001", TODAY)
    assert (found.status, found.is_active, found.regimes) == ("ACTIVO", True, ("601",))


def test_a_persons_has_every_value() -> None:
    found = read_csf(pdf_of(PERSON))

    assert values_of(found) == VALUES | {"name": "JOSÉ NÚÑEZ PEÑA"}
    assert (found.rfc, found.regimes) == (FISICA, ("612",))


@pytest.mark.parametrize(
    "csf",
    [
        printed(rotate=90),
        printed(rotate=180),
        printed(rotate=270),
        printed(turned=90),
        printed(turned=180),
        printed(turned=270),
        printed(watermark="COPIA SIMPLE SIN VALOR"),
        printed(cover="ACUSE DE ACTUALIZACIÓN RFC: AAA010101AAA Nombre: OTRA"),
        printed(narrow_labels=True),
        printed(centred=True),
        printed(gap=0),
    ],
    ids=lambda csf: next(
        f"{name}-{value}" for name, value in vars(csf.layout).items() if value != getattr(Layout(), name)
    ),
)
def test_it_is_read_however_it_is_printed(csf: Csf) -> None:
    found = read_csf(pdf_of(csf))

    assert values_of(found) == VALUES
    assert (found.regimes, found.id_cif, found.issued_on) == (("601",), "15010000001", TODAY)


def test_running_text_is_read_too() -> None:
    assert values_of(read_csf(typeset(lines_of(Csf()), QR.format(MORAL)))) == VALUES


def test_what_is_cut_off_was_not_found() -> None:
    found = read_csf(pdf_of(printed(crop="0 300 612 792")))

    assert (found.ok, found.text("name"), found.status) == (True, VALUES["name"], "ACTIVO")
    assert {found.value(name).state for name in VALUES if name != "name"} == {ValueState.NOT_FOUND}
    assert "Solo pudimos leer una parte" in found.remarks[0]


@pytest.mark.parametrize(
    ("rfc", "in_qr"),
    [
        ("H&E951128469", "H&E951128469"),
        ("H&E951128469", "H%26E951128469"),
        ("ÑAN010203AB1", "ÑAN010203AB1"),
        ("ÑAN010203AB1", "%D1AN010203AB1"),
        ("ÑAN010203AB1", "%C3%91AN010203AB1"),
        ("ÑAN010203AB1", "?AN010203AB1"),
        ("ÑAN010203AB1", "AN"),
    ],
)
def test_no_letter_of_an_rfc_is_a_reason_for_suspicion(rfc: str, in_qr: str) -> None:
    assert read_csf(pdf_of(Csf(rfc=rfc, qr=QR.format(in_qr)))).rfc == rfc


def test_another_qr_code_is_refused() -> None:
    found = read_csf(pdf_of(Csf(qr=QR.format("EKU9003173C9"))))

    assert (found.ok, found.code) == (False, "rfc_disagrees")


def test_the_cedula_de_datos_fiscales_has_no_address() -> None:
    rows = (
        ("Régimen Simplificado de Confianza", "01/01/2022", ""),
        ("Régimen de Sueldos y Salarios e Ingresos Asimilados a Salarios", "01/01/2010", ""),
    )

    found = read_csf(cedula_of(replace(PERSON, regimes=rows)))

    assert (found.ok, found.source, found.rfc) == (True, CsfSource.CEDULA, FISICA)
    assert (found.text("name"), found.text("postal_code")) == ("JOSÉ NÚÑEZ PEÑA", "37000")
    assert (found.regimes, found.unknown_regimes, found.issued_on) == (("626", "605"), (), TODAY)
    assert found.value("street").state is ValueState.NOT_FOUND
    assert "Con su Constancia de Situación Fiscal se llena también la dirección" in found.remarks[0]


@pytest.mark.parametrize("csf", [Csf(), PERSON], ids=["company", "person"])
def test_the_validators_page_is_read_as_it_is_printed(csf: Csf) -> None:
    found = read_csf(validator_of(csf))

    assert (found.ok, found.source, found.rfc, found.status) == (True, CsfSource.VALIDATOR, csf.rfc, "ACTIVO")
    assert values_of(found) == VALUES | {"name": csf.full_name, "locality": "", "reference": ""}
    assert found.not_found == ("locality", "reference")
    assert found.regimes == (("601",) if csf.rfc == MORAL else ("612",))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * 2 * 1024 * 1024, "too_big"),
        (b"\xff\xd8\xff\xe0 JFIF", "picture"),
        (b"PK\x03\x04", "not_pdf"),
        (b"%PDF-1.7 nothing more", "broken"),
        (scan(), "scan"),
        (locked(), "password"),
        (typeset(["Estado de cuenta del mes, sin nada del SAT"] * 10), "other_pdf"),
    ],
    ids=["empty", "big", "picture", "zip", "broken", "scan", "password", "other"],
)
def test_what_is_no_csf_is_told_apart(data: bytes, code: str) -> None:
    found = read_csf(data)

    assert (found.ok, found.code, found.values) == (False, code, {})
    assert found.message


def test_a_long_pdf_is_not_read() -> None:
    canvas = Canvas()
    for _ in range(10):
        canvas.next_page()

    assert read_csf(canvas.pdf()).code == "too_long"


def test_a_scan_with_a_qr_code_tells_whose_it_is() -> None:
    found = read_csf(scan(QR.format("ÑAN010203AB1")))

    assert (found.ok, found.code, found.source) == (False, "qr_only", CsfSource.QR)
    assert (found.rfc, found.id_cif) == ("ÑAN010203AB1", "15010000001")
    assert "Descárguela del portal del SAT" in found.message


def test_characters_that_nobody_sees_are_left_out() -> None:
    lines = [line.replace("ÑAPA", "ÑA\u200bPA").replace("RFC: ", "RFC:\xa0") for line in lines_of(Csf())]

    assert values_of(read_csf(typeset(lines))) == VALUES


def test_words_have_their_places() -> None:
    canvas = Canvas()
    canvas.text(100, 200, "Código Postal:37000")
    canvas.text(300, 204, "LEÓN")

    (page,) = text_of(canvas.pdf()).pages

    places = [(word.text, round(word.left), round(word.y + 792)) for word in page]
    assert [text for text, _, _ in places] == ["Código", "Postal:", "37000", "LEÓN"]
    assert places[0][1:] == (100, 200)
    assert places[3][1:] == (300, 204)
