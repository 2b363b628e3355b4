"""`doctor csf`: a constancia's PDF for support and scripts; asks no database."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.companies.csf.canvas import qr_picture
from tests.companies.csf.constancias import MORAL, PERSON, QR, TODAY, Csf, Layout
from tests.companies.csf.documents import scan
from tests.companies.csf.pdfs import pdf_of
from tests.onboarding.backoffice.doctor.command import doctor

FIELDS = {
    "name",
    "postal_code",
    "street",
    "exterior_number",
    "interior_number",
    "neighborhood",
    "locality",
    "municipality",
    "state",
    "reference",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "constancia de la Ñapa.pdf"
    path.write_bytes(pdf_of(Csf()))
    return path


def test_a_constancia_as_json(file: Path) -> None:
    ran = doctor("csf", file, "--json")

    report = ran.report
    assert ran.status == 0
    assert list(report) == ["ok", "code", "message", "rfc", "issued_on", "status", "values", "regimes"]
    assert (report["ok"], report["rfc"], report["status"]) == (True, "PNA190312AB1", "ACTIVO")
    assert report["issued_on"] == Csf().issued.isoformat()
    assert report["regimes"] == ["601"]
    assert set(report["values"]) == FIELDS
    assert report["values"]["postal_code"] == {"value": "37000", "state": "read"}
    assert report["values"]["interior_number"] == {"value": "", "state": "empty"}


def test_the_same_for_people(file: Path) -> None:
    ran = doctor("csf", file)

    assert ran.status == 0
    assert "Nombre          PANADERÍA LA ÑAPA & HIJOS" in ran.said
    assert "No. Int.        (vacío)" in ran.said
    assert "601 · General de Ley Personas Morales" in ran.said


def test_it_reads_what_is_piped_in() -> None:
    assert doctor("csf", "-", "--json", stdin=pdf_of(Csf())).report["ok"] is True


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"PK\x03\x04", "not_pdf"), (scan(), "scan")])
def test_what_is_none_is_status_1_with_a_sentence(data: bytes, code: str) -> None:
    ran = doctor("csf", "-", "--json", stdin=data)

    assert (ran.status, ran.report["ok"], ran.report["code"]) == (1, False, code)
    assert ran.report["message"].endswith(".")
    assert set(ran.report["values"]) == FIELDS


# --- read, with something to be careful about: said in both, and never a refusal

NOW = timezone.localdate()
UNKNOWN = (("Régimen de los Ingresos Venideros", "12/03/2019", ""),)
USELESS = (("Sin obligaciones fiscales", "01/01/2020", ""),)
ENDED = (("Régimen General de Ley Personas Morales", "12/03/2019", "31/12/2025"),)


@pytest.mark.parametrize(
    ("csf", "code", "said"),
    [
        (Csf(chain_issued=date(2024, 1, 2)), "dates_disagree", "La fecha de emisión no es la misma"),
        (Csf(layout=Layout(crop="0 300 612 792")), "read", "Solo pudimos leer una parte"),
        (Csf(regimes=()), "read", "Solo pudimos leer una parte"),
        (Csf(status="CANCELADO"), "read", "es «CANCELADO», y así no se pueden timbrar facturas"),
        (Csf(status="SUSPENDIDO"), "read", "es «SUSPENDIDO», y así no se pueden timbrar facturas"),
        (Csf(status="CANCELADO POR DEFUNCION"), "read", "es «CANCELADO POR DEFUNCION»"),
        (Csf(status=""), "read", "No pudimos leer la situación en el padrón"),
        (Csf(regimes=UNKNOWN), "read", "No conocemos el régimen «Régimen de los Ingresos Venideros»"),
        (Csf(regimes=ENDED), "read", "ningún régimen está vigente"),
        (
            replace(PERSON, regimes=(("Sin obligaciones fiscales", "01/01/2020", ""),)),
            "read",
            "Con el régimen",
        ),
        (Csf(issued=NOW - timedelta(days=200)), "read", "de hace más de tres meses"),
        (Csf(issued=NOW + timedelta(days=200)), "read", "un día que aún no llega"),
    ],
)
def test_a_doubt_is_in_message_and_text_and_refuses_nothing(csf: Csf, code: str, said: str) -> None:
    csf = csf if csf.issued != TODAY else replace(csf, issued=NOW)
    data = pdf_of(csf)

    told, shown = doctor("csf", "-", "--json", stdin=data), doctor("csf", "-", stdin=data)

    assert (told.status, shown.status) == (0, 0)
    assert (told.report["ok"], told.report["code"]) == (True, code)
    assert told.report["message"].startswith("Leímos la constancia")
    assert said in told.report["message"]
    assert any(line.startswith("! ") and said in line for line in shown.said.splitlines())


def test_one_that_is_whole_and_fresh_has_nothing_more_to_say() -> None:
    fresh = replace(Csf(), issued=NOW)

    assert doctor("csf", "-", "--json", stdin=pdf_of(fresh)).report["message"] == (
        f"Leímos la constancia del RFC {fresh.rfc}."
    )


@pytest.mark.parametrize("path", ["falta.pdf", ".", "nulo\0.pdf"])
def test_a_file_that_cannot_be_read_is_status_2(path: str) -> None:
    ran = doctor("csf", path, "--json")

    assert ran.status == 2
    assert ran.said.startswith("No se puede leer")


def test_of_a_photograph_it_says_what_the_page_says(tmp_path: Path) -> None:
    path = tmp_path / "foto.jpg"
    qr_picture(QR.format(MORAL)).convert("RGB").save(path, "JPEG")

    ran = doctor("csf", path, "--json")

    assert (ran.status, ran.report["code"], ran.report["rfc"]) == (1, "qr_only", MORAL)
    assert "idCIF 15010000001" in ran.report["message"]
