"""A document's words understood: which of the SAT's it is, what it says, and what is missing in it."""

import pytest

from companies.csf.cells import LabelledCell
from companies.csf.placed_words import PdfText, PdfWord
from companies.csf.regime_table import RegimeRow
from companies.csf.result import VALUE_FIELDS, CsfResult, CsfSource, CsfValue, ValueState
from companies.csf.understanding import first_values, from_labels, understand
from companies.sat import rfc
from tests.companies.csf.constancias import MORAL, QR, TODAY, Csf, Domicile, with_old_labels
from tests.companies.csf.documents import lines_of


def read(text: str, *qr: str) -> CsfResult:
    return understand(PdfText.of_text(text, qr))


def whole(csf: Csf | None = None) -> str:
    return "\n".join(lines_of(csf or Csf()))


def without(*labels: str) -> CsfResult:
    """A CSF of which some labels cannot be read, nor what stands behind them."""
    kept = [line for line in lines_of(Csf()) if not line.startswith(labels)]
    return read("\n".join(kept))


def test_a_whole_one_has_every_value_and_no_remark() -> None:
    found = read(whole())

    assert (found.ok, found.code, found.source) == (True, "read", CsfSource.CONSTANCIA)
    assert (found.rfc, found.status, found.issued_on, found.regimes) == (MORAL, "ACTIVO", TODAY, ("601",))
    assert {name: found.value(name) for name in VALUE_FIELDS} == {
        "name": CsfValue.of("PANADERÍA LA ÑAPA & HIJOS"),
        "postal_code": CsfValue.of("37000"),
        "street": CsfValue.of("AVENIDA DE LOS ÑANDÚES"),
        "exterior_number": CsfValue.of("12-B"),
        "interior_number": CsfValue.of(""),
        "neighborhood": CsfValue.of("CENTRO"),
        "locality": CsfValue.of("LEON DE LOS ALDAMA"),
        "municipality": CsfValue.of("LEON"),
        "state": CsfValue.of("GUANAJUATO"),
        "reference": CsfValue.of("Entre HIDALGO y MORELOS"),
    }
    assert found.remarks == ()


def test_what_its_labels_do_not_say_was_not_found() -> None:
    found = without("Nombre de Vialidad", "Y Calle")

    assert found.not_found == ("street", "exterior_number")
    assert found.value("reference") == CsfValue.of("Entre HIDALGO")
    assert found.remarks == ()


def test_much_that_is_missing_is_told() -> None:
    found = without("Nombre de Vialidad", "Número Interior")

    assert found.not_found == ("street", "exterior_number", "interior_number", "neighborhood")
    assert found.remarks == (
        "Solo pudimos leer una parte de este documento: compare cada dato y escriba lo que falta.",
    )


def test_what_is_left_of_an_address_that_lost_its_labels_is_doubtful() -> None:
    found = without("Nombre de Vialidad", "Número Interior")

    assert found.value("state").state is ValueState.DOUBTFUL
    assert "puede ser parte de otro" in found.value("state").doubt
    assert found.value("name").is_read


@pytest.mark.parametrize(
    "label", ["Nombre de la Entidad", "NOMBRE DE VIALIDAD", "Nombre del Municipio o", "Nombre de la Colonia:"]
)
def test_a_label_is_no_value(label: str) -> None:
    found = from_labels(
        first_values([LabelledCell("locality", 0, [PdfWord(label, 0, 9, 0)])]),
        [],
        rfc=rfc.parse(MORAL),
        source=CsfSource.CONSTANCIA,
    )

    assert found.value("locality").state is ValueState.NOT_FOUND


def test_a_status_that_was_not_read_is_empty() -> None:
    assert without("Estatus en el padrón").status == ""


def test_what_only_ends_others_gets_into_no_value() -> None:
    found = read(whole(Csf(address=with_old_labels(Domicile()))))

    text = " ".join(found.text(name) for name in VALUE_FIELDS)
    assert found.text("reference") == "Entre HIDALGO y MORELOS"
    for stranger in ("@", "Lada", "7123456", "LOCALIZADO", "Domicilio"):
        assert stranger not in text


def test_labels_may_be_in_capitals() -> None:
    text = whole().upper()

    assert read(text).value("municipality") == CsfValue.of("LEON")
    assert read(text).not_found == ()


def test_something_that_is_said_twice_differently_is_doubtful() -> None:
    found = read(whole().replace("Y Calle", "Nombre de la Colonia: OBREGON\nY Calle"))

    assert (found.text("neighborhood"), found.value("neighborhood").state) == ("CENTRO", ValueState.DOUBTFUL)
    assert found.value("street").is_read


def test_an_empty_value_is_empty_whatever_else_is_said_twice() -> None:
    text = whole(Csf(address=Domicile(street=""))).replace("Y Calle", "Tipo de Vialidad: CALLE\nY Calle")

    assert read(text).value("street").state is ValueState.EMPTY


def test_the_second_page_alone_tells_the_regime() -> None:
    second = whole().partition("\f")[2]

    found = read(second)

    assert (found.ok, found.rfc, found.regimes) == (True, MORAL, ("601",))
    assert "name" in found.not_found
    assert "Solo pudimos leer una parte" in found.remarks[0]


def test_an_unknown_regime_is_named() -> None:
    found = read(whole(Csf(regimes=(("Régimen de los Venideros", "01/01/2030", ""),))))

    assert (found.regimes, found.unknown_regimes) == ((), ("Régimen de los Venideros",))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Factura A 1 RFC: PNA190312AB1 Folio fiscal: 1234 Total: 100.00", "invoice"),
        ("Opinión del cumplimiento de obligaciones fiscales RFC: PNA190312AB1", "compliance_opinion"),
        ("Acuse de recibo de la declaración RFC: PNA190312AB1", "receipt"),
        ("Estado de cuenta RFC: PNA190312AB1", "other_pdf"),
        ("Le pedimos su Constancia de Situación Fiscal. RFC: PNA190312AB1", "other_pdf"),
        ("", "other_pdf"),
    ],
)
def test_another_document_is_called_by_its_name(text: str, code: str) -> None:
    found = read(text)

    assert (found.ok, found.code, found.source) == (False, code, CsfSource.NONE)
    assert "Descárguela del portal del SAT" in found.message


def test_the_qr_code_of_what_cannot_be_read_tells_whose_it_is() -> None:
    found = read("C0nstanc1a", QR.format(MORAL))

    assert (found.ok, found.code, found.source) == (False, "qr_only", CsfSource.QR)
    assert (found.rfc, found.id_cif) == (MORAL, "15010000001")
    assert f"{MORAL} (idCIF 15010000001)" in found.message


def test_it_begins_behind_a_cover_that_speaks_of_it() -> None:
    cover = "Anexo mi Constancia de Situación Fiscal"

    assert read(f"{cover} RFC: AAA010101AAA Nombre: OTRA\f{whole()}").rfc == MORAL


def test_the_cedulas_labels_may_stand_below_their_values() -> None:
    found = read(
        "CÉDULA DE DATOS FISCALES\nAPB190312AB1\nRegistro Federal de Contribuyentes\nARRENDAMIENTO\n"
        "Nombre, denominación o razón social\n37000\nCódigo Postal\nRégimen General de Ley\n"
        "Personas Morales\nRégimen Simplificado de Confianza\nRégimen"
    )

    assert (found.source, found.rfc, found.regimes) == (CsfSource.CEDULA, "APB190312AB1", ("601", "626"))
    assert found.value("name") == CsfValue.of("ARRENDAMIENTO")
    assert found.value("postal_code") == CsfValue.of("37000")


@pytest.mark.parametrize(
    ("printed", "keys"),
    [
        ("Régimen de los Coordinados Personas Morales con Fines no Lucrativos", ("624", "603")),
        ("Personas Morales con Fines no Lucrativos, Régimen de los Coordinados", ("603", "624")),
        ("General de Ley Personas Morales", ("601",)),
    ],
)
def test_a_cell_of_the_cedula_may_hold_two_regimes(printed: str, keys: tuple[str, ...]) -> None:
    found = read(
        f"CÉDULA DE DATOS FISCALES\nRFC: {MORAL}\nNombre, denominación o razón social: TELAS\n"
        f"Código Postal: 37000\nRégimen fiscal: {printed}\n"
    )

    assert (found.source, found.regimes, found.unknown_regimes) == (CsfSource.CEDULA, keys, ())


def test_the_validators_values_may_be_centred_beside_their_labels() -> None:
    words = [PdfWord("El RFC: PNA190312AB1, tiene asociada la siguiente información.", 0, 300, 0)]
    words += [PdfWord("Características fiscales (vigente)", 0, 150, 30)]
    words += [PdfWord("Régimen de Actividades Agrícolas, Ganaderas,", 200, 420, 60)]
    words += [PdfWord("Régimen:", 0, 40, 66), PdfWord("Silvícolas y Pesqueras PM", 200, 320, 72)]

    found = understand(PdfText((tuple(words),)))

    assert (found.source, found.regimes, found.unknown_regimes) == (CsfSource.VALIDATOR, ("622",), ())


def test_values_that_were_taken_apart_elsewhere_go_by_the_same_rules() -> None:
    found = from_labels(
        {
            "business_name": "PANADERIA",
            "status": "Activo",
            "postal_code": "37000",
            "street_type": "CARRETERA (CARR.)",
            "street": "LAGOS",
            "exterior_number": "SIN NUMERO",
            "locality": "30210010",
            "interior_number": "",
            "municipality": "LEON",
            "state": "GUANAJUATO",
        },
        [RegimeRow("Régimen General de Ley Personas Morales PM", ended=False)],
        rfc=rfc.parse(MORAL),
        source=CsfSource.VALIDATOR,
        id_cif="15",
    )

    assert (found.ok, found.rfc, found.id_cif, found.status) == (True, MORAL, "15", "ACTIVO")
    assert found.value("name") == CsfValue.of("PANADERIA")
    assert (found.text("street"), found.text("exterior_number")) == ("CARRETERA LAGOS", "S/N")
    assert found.value("locality").state is ValueState.EMPTY
    assert found.not_found == ("neighborhood", "reference")
    assert found.regimes == ("601",)


def test_the_report_for_scripts_names_every_field() -> None:
    report = read(whole()).as_json()

    assert set(report) == {"ok", "code", "message", "rfc", "issued_on", "status", "values", "regimes"}
    assert list(report["values"]) == list(VALUE_FIELDS)
    assert report["values"]["postal_code"] == {"value": "37000", "state": "read"}
    assert report["values"]["interior_number"] == {"value": "", "state": "empty"}
    assert (report["issued_on"], report["regimes"]) == ("2026-11-20", ["601"])
    refused = read("").as_json()
    assert (refused["ok"], refused["issued_on"]) == (False, None)
    assert set(refused["values"]) == set(VALUE_FIELDS)
