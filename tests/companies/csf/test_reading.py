"""A Constancia's PDF, read from the bytes to the facts."""

from dataclasses import replace
from datetime import date

import pytest

from companies.csf import regimes
from companies.csf.constancia import Constancia, rfc_of_qr, understand
from companies.csf.reading import CsfRefused, read
from companies.rfc import Persona
from companies.tax_regimes import TAX_REGIMES
from tests.companies.csf.pdfs import (
    FISICA,
    MORAL,
    PERSON,
    TODAY,
    Csf,
    lines_of,
    locked,
    pdf_of,
    scan,
    typeset,
)

EXPECTED = Constancia(
    rfc=MORAL,
    persona=Persona.MORAL,
    name="PANADERÍA LA ÑAPA & HIJOS",
    status="ACTIVO",
    issued_on=TODAY,
    regimes=("601",),
    unknown_regimes=(),
    street="AVENIDA DE LOS ÑANDÚES",
    exterior_number="12-B",
    interior_number="",
    neighborhood="CENTRO",
    postal_code="37000",
    reference="Entre HIDALGO y MORELOS",
    locality="LEON DE LOS ALDAMA",
    municipality="LEON",
    state="GUANAJUATO",
)
COMPANY = Csf()


def code_of(data: bytes) -> str:
    with pytest.raises(CsfRefused) as caught:
        read(data)
    return caught.value.code


def test_a_companys_has_every_field() -> None:
    assert read(pdf_of(COMPANY)) == EXPECTED


def test_a_persons_has_every_field() -> None:
    assert read(pdf_of(PERSON)) == replace(
        EXPECTED, rfc=FISICA, persona=Persona.FISICA, name="JOSÉ NÚÑEZ PEÑA", regimes=("612",)
    )


def test_an_interior_number_is_read() -> None:
    lines = tuple(line.replace("Número Interior:", "Número Interior: LOCAL 3") for line in COMPANY.lines)

    assert read(pdf_of(replace(COMPANY, lines=lines))).interior_number == "LOCAL 3"


def test_each_field_may_have_a_line_of_its_own() -> None:
    lines = (
        "Código Postal: 37000",
        "Tipo de Vialidad: AVENIDA",
        "Nombre de Vialidad: DE LOS ÑANDÚES",
        "Número Exterior: 12-B",
        "Número Interior:",
        "Nombre de la Colonia: CENTRO",
        "Nombre de la Localidad: LEON DE LOS ALDAMA",
        "Nombre del Municipio o Demarcación Territorial: LEON",
        "Nombre de la Entidad Federativa: GUANAJUATO",
        "Entre Calle: HIDALGO",
        "Y Calle: MORELOS",
    )

    assert read(pdf_of(replace(COMPANY, lines=lines))) == EXPECTED


def test_spaces_may_be_missing() -> None:
    lines = tuple(line.replace(": ", ":") for line in COMPANY.lines)
    who = ("Denominación/RazónSocial:PANADERÍA LA ÑAPA & HIJOS", "RégimenCapital:SA")

    assert read(pdf_of(replace(COMPANY, lines=lines, who=who))) == EXPECTED


def test_values_may_wrap() -> None:
    who = ("Denominación/Razón Social: PANADERÍA LA", "ÑAPA & HIJOS", "Régimen Capital: SA DE", "CV")

    assert read(pdf_of(replace(COMPANY, who=who))).name == EXPECTED.name


def test_characters_that_nobody_sees_are_left_out() -> None:
    text = "\n".join(lines_of(COMPANY)).replace("ÑAPA", "ÑA\0P\u200bA\x07").replace("RFC: ", "RFC:\xa0")

    assert understand(text) == EXPECTED


def test_three_pages_with_the_pages_numbers_between() -> None:
    assert read(pdf_of(replace(COMPANY, filler=1))) == EXPECTED


def test_without_number_and_street_type() -> None:
    lines = (
        "Código Postal:37000 Tipo de Vialidad: OTRO",
        "Nombre de Vialidad: CARRETERA LEÓN-LAGOS KM 3 Número Exterior:",
        "Número Interior: Nombre de la Colonia:",
        "Nombre del Municipio o Demarcación Territorial: LEON",
        "Nombre de la Entidad Federativa: GUANAJUATO Entre Calle:",
        "Y Calle:",
    )

    found = read(pdf_of(replace(COMPANY, lines=lines)))

    assert (found.street, found.exterior_number) == ("CARRETERA LEÓN-LAGOS KM 3", "S/N")
    assert (found.neighborhood, found.locality, found.reference) == ("", "", "")


def test_only_regimes_without_an_end_are_current() -> None:
    rows = (
        ("Régimen de Incorporación Fiscal", "01/01/2014", "31/12/2021"),
        ("Régimen Simplificado de Confianza.", "01/01/2022", ""),
        ("Régimen de Sueldos y Salarios e Ingresos Asimilados a Salarios", "01/01/2010", ""),
    )

    assert read(pdf_of(replace(PERSON, regimes=rows))).regimes == ("626", "605")


def test_a_regimes_name_may_slip_behind_its_date() -> None:
    rows = (
        ("Régimen de las Personas Físicas con Actividades Empresariales y", "01/01/2020", ""),
        ("Profesionales", "", ""),
        ("Régimen de Arrendamiento", "01/01/2021", ""),
    )

    found = read(pdf_of(replace(PERSON, regimes=rows)))

    assert (found.regimes, found.unknown_regimes) == (("612", "606"), ())


def test_an_unknown_regime_is_named() -> None:
    found = read(pdf_of(replace(PERSON, regimes=(("Régimen de los Venideros", "01/01/2030", ""),))))

    assert (found.regimes, found.unknown_regimes) == ((), ("Régimen de los Venideros",))


@pytest.mark.parametrize("regime", TAX_REGIMES, ids=lambda regime: regime.code)
def test_every_regime_is_known_as_a_csf_spells_it(regime: object) -> None:
    name = str(getattr(regime, "name", ""))
    code = getattr(regime, "code", "")

    for spelling in (name, f"{name}.", f"Régimen de {name}", f"Régimen de las {name.upper()}"):
        assert regimes.code_of(spelling) == code
    for spelling, alias in regimes.ALIASES.items():
        assert regimes.code_of(spelling) == alias


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * 2 * 1024 * 1024, "too_big"),
        (b"\xff\xd8\xff\xe0 JFIF", "picture"),
        (b"PK\x03\x04", "not_pdf"),
        (b"%PDF-1.7 nothing more", "broken"),
    ],
)
def test_what_is_no_pdf_is_told_apart(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_a_scan_is_told_apart() -> None:
    assert code_of(scan()) == "scan"


def test_a_password_is_told_apart() -> None:
    assert code_of(locked()) == "password"


def test_another_pdf_is_told_apart() -> None:
    assert code_of(typeset(["Factura A 1", "RFC: PNA190312AB1", "Total: 100.00"] * 10)) == "other_pdf"


def test_a_long_pdf_is_not_read() -> None:
    assert code_of(typeset(["Hoja", "\f"] * 12)) == "too_long"


def test_the_rfc_must_be_the_same_everywhere() -> None:
    assert code_of(pdf_of(replace(COMPANY, chain_rfc=FISICA))) == "rfc_disagrees"


def test_the_qr_code_is_a_witness() -> None:
    forged = replace(COMPANY, qr="https://siat.sat.gob.mx/app/qr?D1=10&D2=1&D3=1_EKU9003173C9")

    assert code_of(pdf_of(forged)) == "rfc_disagrees"
    assert read(pdf_of(replace(COMPANY, qr="https://sat.example.com/?D3=1_EKU9003173C9"))) == EXPECTED


@pytest.mark.parametrize(
    ("content", "owner"),
    [
        ("https://siat.sat.gob.mx/app/qr/x.jsf?D1=10&D2=1&D3=15_PNA190312AB1", MORAL),
        ("https://siat.sat.gob.mx.example.com/app?D3=15_PNA190312AB1", ""),
        ("http://siat.sat.gob.mx/app?D3=15_PNA190312AB1", ""),
        ("https://siat.sat.gob.mx@example.com/?D3=15_PNA190312AB1", ""),
        ("https://[/", ""),
        ("hola", ""),
    ],
)
def test_only_the_sats_own_qr_code_counts(content: str, owner: str) -> None:
    assert rfc_of_qr(content) == owner


@pytest.mark.parametrize(("days", "fresh"), [(0, True), (92, True), (93, False)])
def test_it_is_fresh_for_three_months(days: int, fresh: bool) -> None:
    csf = read(pdf_of(COMPANY))

    assert csf.is_fresh(date.fromordinal(TODAY.toordinal() + days)) is fresh


@pytest.mark.parametrize(
    ("status", "active"), [("ACTIVO", True), ("REACTIVADO", True), ("SUSPENDIDO", False)]
)
def test_the_status_is_read(status: str, active: bool) -> None:
    assert read(pdf_of(replace(COMPANY, status=status))).is_active is active
