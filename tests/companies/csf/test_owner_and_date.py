"""What a Constancia says twice: whose it is, its date and its name."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from companies.csf.placed_words import PdfText
from companies.csf.result import CsfResult, ValueState
from companies.csf.understanding import understand
from tests.companies.csf.constancias import FISICA, MORAL, PERSON, QR, TODAY, Csf, Layout
from tests.companies.csf.documents import lines_of

OTHER = "EKU9003173C9"


def read(csf: Csf, *changes: tuple[str, str], qr: str = "") -> CsfResult:
    """The CSF as text, after some of it was changed."""
    text = "\n".join(lines_of(csf))
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return understand(PdfText.of_text(text, [qr] if qr else []))


# --- whose it is


@pytest.mark.parametrize("time", ["", " 10:00:00", " 09:53:41.123", "T10:00:00"])
def test_a_chain_with_another_rfc_is_refused(time: str) -> None:
    assert read(Csf(time=time)).ok
    assert read(Csf(time=time, chain_rfc=OTHER)).code == "rfc_disagrees"


def test_a_head_with_another_rfc_is_refused() -> None:
    assert read(Csf(), (f"{MORAL}\nRegistro", f"{OTHER}\nRegistro")).code == "rfc_disagrees"
    assert read(Csf(), (f"{MORAL}\nDatos", f"{OTHER}\nDatos")).code == "rfc_disagrees"


def test_a_qr_code_with_another_rfc_is_refused() -> None:
    assert read(Csf(), qr=QR.format(OTHER)).code == "rfc_disagrees"
    assert read(Csf(), qr=QR.format(MORAL)).id_cif == "15010000001"
    assert read(Csf(), qr=f"https://sat.example.com/?D3=1_{OTHER}").ok


def test_what_has_not_the_shape_of_an_rfc_is_no_witness() -> None:
    assert read(Csf(), qr=QR.format("PNA")).ok
    assert read(Csf(), ("RFC: PNA190312AB1", "RFC: PNA 190312")).rfc == MORAL
    assert read(Csf(), (f"|{MORAL}|", "|PNA1903|")).rfc == MORAL


def test_an_ampersand_may_be_written_as_in_html() -> None:
    assert read(Csf(rfc="H&E951128469"), ("|H&E", "|H&amp;E"), qr=QR.format("H&E951128469")).ok


def test_without_any_rfc_there_is_nothing_to_take() -> None:
    assert read(Csf(rfc="PNA")).code == "no_rfc"
    assert read(Csf(rfc="XAXX010101000")).code == "no_rfc"
    assert read(Csf(rfc="PNA199912AB1")).code == "no_rfc"


PLAIN = str.maketrans("áéíóúÁÉÍÓÚñÑ", "aeiouAEIOUnN")


def scanned(csf: Csf, *changes: tuple[str, str], qr: str = "") -> CsfResult:
    """The CSF as an OCR program reads it that knows no accents, with some of its mistakes."""
    text = "\n".join(lines_of(csf)).translate(PLAIN)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return understand(PdfText.of_text(text, [qr] if qr else []))


def test_a_text_without_accents_has_n_for_an_enye() -> None:
    plain = Csf(rfc="NAN010203AB1", name="NANDU")

    assert scanned(plain, qr=QR.format("ÑAN010203AB1")).rfc == "ÑAN010203AB1"
    assert read(plain, qr=QR.format("ÑAN010203AB1")).code == "rfc_disagrees"


def test_a_letter_that_an_ocr_program_misread_is_no_other_rfc() -> None:
    misread = ("RFC: EKU9003173C9", "RFC: EKU9O03173C9"), ("|EKU9003173C9|", "|EKU90031T3C9|")
    homoclave = ("|PNA190312AB1|", "|PNA190312A81|")

    assert scanned(Csf(rfc=OTHER), *misread).rfc == OTHER
    assert scanned(Csf(), homoclave, qr=QR.format(MORAL)).rfc == MORAL
    assert scanned(Csf(rfc=OTHER), ("|EKU9003173C9|", "|EKU90031736G|")).code == "rfc_disagrees"
    assert scanned(Csf(rfc=OTHER), ("|EKU9003173C9|", "|EKV9003173C9|")).code == "rfc_disagrees"
    assert read(Csf(), homoclave, qr=QR.format(MORAL)).code == "rfc_disagrees"


# --- when it was issued


@pytest.mark.parametrize("time", ["", " 10:00:00", "T23:59:59"])
def test_the_chain_gives_the_date(time: str) -> None:
    assert read(Csf(time=time), ("LEON , GUANAJUATO A 20 DE NOVIEMBRE DE 2026", "")).issued_on == TODAY


@pytest.mark.parametrize("break_at", ["A 20", "20 DE", "NOVIEMBRE", "DE 2026"])
def test_so_does_the_place_however_it_wraps(break_at: str) -> None:
    wrapped = break_at.replace(" ", "\n")
    changes = [("2026/11/20", "")] if wrapped == break_at else [("2026/11/20", ""), (break_at, wrapped)]

    assert read(Csf(), *changes).issued_on == TODAY


def test_september_may_lack_its_p() -> None:
    setiembre = ("20 DE NOVIEMBRE DE 2026", "20 DE SETIEMBRE DE 2026")

    assert read(Csf(), ("2026/11/20", ""), setiembre).issued_on == date(2026, 9, 20)


def test_two_dates_are_told_and_neither_is_taken() -> None:
    found = read(Csf(chain_issued=date(2024, 1, 2)))

    assert found.ok
    assert (found.issued_on, found.dates_disagree) == (None, True)
    assert "La fecha de emisión no es la misma" in found.remarks[0]
    assert not found.is_fresh(TODAY)


def test_midnight_may_lie_between_them() -> None:
    assert read(Csf(chain_issued=TODAY - timedelta(days=1))).issued_on == TODAY - timedelta(days=1)


@pytest.mark.parametrize("when", ["2026/13/40", "2026/02/30", "hoy"])
def test_a_date_that_is_none_counts_for_nothing(when: str) -> None:
    found = read(Csf(), ("2026/11/20", when), ("A 20 DE NOVIEMBRE DE 2026", ""))

    assert (found.ok, found.issued_on, found.dates_disagree) == (True, None, False)


@pytest.mark.parametrize(("days", "fresh"), [(0, True), (92, True), (93, False)])
def test_it_is_fresh_for_three_months(days: int, fresh: bool) -> None:
    assert read(Csf()).is_fresh(TODAY + timedelta(days=days)) is fresh


# --- what it is called


def name(csf: Csf, *changes: tuple[str, str]) -> tuple[str, str]:
    value = read(csf, *changes).value("name")
    return value.value, value.doubt


def test_two_equal_names_are_read() -> None:
    assert name(Csf()) == ("PANADERÍA LA ÑAPA & HIJOS", "")
    assert name(PERSON) == ("JOSÉ NÚÑEZ PEÑA", "")


def test_the_head_may_name_the_companys_form() -> None:
    assert name(Csf(head_name="PANADERÍA LA ÑAPA & HIJOS SA DE CV")) == ("PANADERÍA LA ÑAPA & HIJOS", "")


def test_another_name_in_the_head_is_a_doubt() -> None:
    found, doubt = name(Csf(head_name="TEXTILES DEL VALLE"))

    assert found == "PANADERÍA LA ÑAPA & HIJOS"
    assert "«TEXTILES DEL VALLE»" in doubt


def test_other_accents_in_the_head_are_a_doubt() -> None:
    assert "con otros acentos" in name(Csf(head_name="PANADERIA LA ÑAPA & HIJOS"))[1]


def test_other_spaces_in_the_head_are_a_doubt() -> None:
    assert "con otros espacios" in name(Csf(head_name="PANADERÍALA ÑAPA & HIJOS"))[1]


def test_a_name_in_the_head_alone_is_a_doubt() -> None:
    found, doubt = name(Csf(), ("Denominación/Razón Social: PANADERÍA LA ÑAPA & HIJOS\n", ""))

    assert found == "PANADERÍA LA ÑAPA & HIJOS"
    assert "Solo lo encontramos en el encabezado" in doubt


def test_part_of_a_name_is_a_doubt_without_a_witness() -> None:
    without = ("Segundo Apellido: PEÑA\n", "")
    headless = ("JOSÉ NÚÑEZ PEÑA\nNombre,", "Nombre,")

    assert name(PERSON, without, headless) == ("JOSÉ NÚÑEZ", "No encontramos todas sus partes.")
    assert "JOSÉ NÚÑEZ PEÑA" in name(PERSON, without)[1]


def test_who_has_one_surname_has_an_empty_second() -> None:
    assert name(replace(PERSON, name=("ANA", "XI", ""))) == ("ANA XI", "")


@pytest.mark.parametrize(
    ("printed", "doubtful"),
    [("ISABEL NUNO", True), ("PANADERIA", True), ("CONSTRUCCION", True), ("TEXTILES DEL VALLE", False)],
)
def test_without_accents_a_name_is_a_doubt_that_may_have_lost_one(printed: str, doubtful: bool) -> None:
    value = scanned(Csf(name=printed)).value("name")

    assert value.value == printed
    assert (value.state is ValueState.DOUBTFUL) is doubtful


@pytest.mark.parametrize(
    ("street", "doubtful"),
    [("DE LOS NANDUES", True), ("LOPEZ", True), ("REPUBLICA", True), ("MEXICO", True), ("SAUCE", False)],
)
def test_without_accents_a_street_is_a_doubt_whatever_the_name_is(street: str, doubtful: bool) -> None:
    value = scanned(Csf(name="TEXTILES DEL VALLE"), ("DE LOS NANDUES", street)).value("street")

    assert value.value == f"AVENIDA {street}"
    assert (value.state is ValueState.DOUBTFUL) is doubtful


def test_a_persons_rfc_with_a_companys_name_keeps_the_name() -> None:
    assert name(Csf(rfc=FISICA)) == ("PANADERÍA LA ÑAPA & HIJOS", "")


def test_the_head_of_a_long_name_wraps_beside_the_place() -> None:
    long = "INTEGRADORA DE DESARROLLOS TECNOLÓGICOS Y SOLUCIONES LOGÍSTICAS DEL BAJÍO"

    assert name(Csf(name=long, layout=Layout(split_head=True))) == (long, "")
