"""What spreadsheets make of a value: undone where that is possible, else named with what to do."""

import pytest

from onboarding.backoffice.account_import.cells import as_meant, doubt, fault
from onboarding.backoffice.new_account.forms import NewAccountForm

FORM = NewAccountForm.base_fields


def meant(name: str, text: str) -> str:
    return as_meant(name, FORM[name], text)


def said(name: str, text: str) -> str:
    return fault(name, FORM[name], meant(name, text))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("expedition_place", "'06000", "06000"),
        ("expedition_place", "’06000", "06000"),
        ("expedition_place", "6000.0", "6000"),
        ("expedition_place", "6000,00", "6000"),
        ("expedition_place", "6,000", "6000"),
        ("expedition_place", "C.P. 06000", "06000"),
        ("postal_code", "CP 37000", "37000"),
        ("postal_code", "cp:37000", "37000"),
        ("phone", "5512345678.0", "5512345678"),
        ("phone", "5,512,345,678", "5512345678"),
        ("phone", "5,512,345,678.00", "5512345678"),
        ("phone", "5.512.345.678", "5512345678"),
        ("phone", "5.512345678E+09", "5512345678"),
        ("phone", "5,512345678E+09", "5512345678"),
        ("phone", "'5512345678", "5512345678"),
        ("phone", "'+52 55 1234 5678", "+52 55 1234 5678"),
        ("phone", "55.1234.5678", "55.1234.5678"),
        ("tax_regime", "601.0", "601"),
        ("tax_regime", "601 - General de Ley Personas Morales", "601"),
        ("tax_regime", "General de Ley Personas Morales (601)", "601"),
        ("tax_regime", "612 Personas Físicas con Actividades Empresariales y Profesionales", "612"),
        ("tax_regime", "622 Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras", "622"),
        ("tax_regime", "Actividades agricolas, ganaderas, silvicolas y pesqueras", "622"),
        ("tax_regime", "Régimen Simplificado de Confianza", "626"),
        ("tax_regime", "RESICO", "626"),
        ("tax_regime", "601, 601", "601"),
        ("tax_regime", "REGIMEN GENERAL DE LEY PERSONAS MORALES", "601"),
        ("tax_regime", "Cualquiera", "Cualquiera"),
        ("rfc", "ABC.190104.1A2", "ABC1901041A2"),
        ("rfc", "RFC: ABC1901051A2", "ABC1901051A2"),
        ("rfc", "R.F.C. ABC1901051A2", "ABC1901051A2"),
        ("rfc", "RFC190105AB2", "RFC190105AB2"),
        ("email", "mailto:ana@empresa.mx", "ana@empresa.mx"),
        ("email", "Ana <ana@empresa.mx>", "ana@empresa.mx"),
        ("email", "ana@empresa.mx;", "ana@empresa.mx"),
        ("email", "ana@empresa.mx.", "ana@empresa.mx"),
        ("email", "ana 7@empresa.mx", "ana 7@empresa.mx"),
        ("exterior_number", "12.0", "12"),
        ("exterior_number", "12.5", "12.5"),
        ("exterior_number", "'1-2", "1-2"),
        ("exterior_number", "12-B", "12-B"),
        ("name", "'=SUM(A1)", "=SUM(A1)"),
        ("name", "'O'Brien", "'O'Brien"),
        ("name", "6000.0", "6000.0"),
    ],
)
def test_what_can_be_undone_is_undone(name: str, text: str, value: str) -> None:
    assert meant(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        *(
            (name, error, "tiene un error")
            for name in ("phone", "name")
            for error in ("#N/A", "#N/D", "#¡DIV/0!")
        ),
        *(
            ("street", error, "tiene un error")
            for error in ("#¿NOMBRE?", "#NAME?", "#REF!", "#¡REF!", "#VALUE!")
        ),
        *(
            ("street", error, "tiene un error")
            for error in ("#¡VALOR!", "#NULL!", "#¡NUM!", "#SPILL!", "Err:508")
        ),
        *(("street", error, "tiene un error") for error in ("#¡DESBORDAMIENTO!", "#CALC!", "#GETTING_DATA")),
        ("rfc", "=A1&B1", "fórmulas sin resultado: péguelas como valores"),
        ("rfc", "'=A1&B1", "fórmulas sin resultado"),
        ("phone", "########", "angosta"),
        ("phone", "5.51234E+09", "Excel acortó el teléfono"),
        ("phone", "5,51E+09", "Excel acortó el teléfono"),
        ("expedition_place", "6.E+03", ""),
        ("expedition_place", "6E+03", "Excel acortó el número"),
        ("name", "2026-02-01", "una fecha"),
        ("name", "2026-02-01T08:30:00", "una fecha"),
        ("full_name", "01/02/2026", "una fecha"),
        ("exterior_number", "2026-02-01", "Excel lo convirtió en una fecha"),
        ("interior_number", "01-feb", "Excel lo convirtió en una fecha"),
        ("interior_number", "2-Jan", "Excel lo convirtió en una fecha"),
        ("interior_number", "feb-10", "Excel lo convirtió en una fecha"),
        ("exterior_number", "05-oct-26", "Excel lo convirtió en una fecha"),
        ("exterior_number", "1/2/2026", "Excel lo convirtió en una fecha"),
        ("exterior_number", "12:30:00", "Excel lo convirtió en una fecha"),
        ("tax_regime", "601, 603", "varios regímenes (601 y 603)"),
        ("tax_regime", "605 / 612 / 626", "varios regímenes (605, 612 y 626)"),
        ("tax_regime", "601 Arrendamiento", "varios regímenes (601 y 606)"),
        (
            "tax_regime",
            "Arrendamiento; Sueldos y Salarios e Ingresos Asimilados a Salarios",
            "varios regímenes",
        ),
        ("email", "a@x.mx; b@x.mx", "varios correos (a@x.mx y b@x.mx)"),
        ("name", "MU\ufffdOZ", "se perdió una letra"),
        *(
            (name, boolean, "un valor lógico")
            for name in ("name", "rfc", "full_name", "phone", "email", "street", "expedition_place")
            for boolean in ("VERDADERO", "FALSO", "TRUE", "False", "true")
        ),
        *(
            (name, number, "tiene un número")
            for name in ("name", "full_name")
            for number in ("46054", "46054.5", "-1", "0", "12,345.00", "$5", "15%", "5512345678")
        ),
    ],
)
def test_what_cannot_be_undone_is_named(name: str, text: str, sentence: str) -> None:
    assert sentence in said(name, text)
    assert bool(sentence) == bool(said(name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("exterior_number", "1-2"),
        ("exterior_number", "S/N"),
        ("exterior_number", "#12"),
        ("exterior_number", "#B"),
        ("exterior_number", "5E10"),
        ("exterior_number", "12 1/2"),
        ("interior_number", "3/4"),
        ("street", "5 DE MAYO"),
        ("street", "16 DE SEPTIEMBRE"),
        ("phone", "01-55-1234-5678"),
        ("phone", "55-12-34-56-78"),
        ("name", "MARZO 8"),
        ("name", "A = B"),
        ("name", "24/7"),
        ("name", "7-ELEVEN"),
        ("name", "3M"),
        ("name", "TRUE VALUE"),
        ("name", "Falso Plafón"),
        ("street", "5"),
        ("tax_regime", "601"),
        ("email", "ana@empresa.mx"),
        ("email", "Ana <ana@empresa.mx>"),
    ],
)
def test_good_values_are_left_alone(name: str, text: str) -> None:
    assert said(name, text) == ""


def test_letters_that_make_no_word_are_asked_about() -> None:
    assert doubt("name", "MU¥OZ") == "¿Se lee bien «MU¥OZ»? Parece que dice «MUÑOZ»."
    assert doubt("name", "Jos╔") == "¿Se lee bien «Jos╔»?"
    assert doubt("name", "MU?OZ") == "¿Se lee bien «MU?OZ»?"
    assert doubt("name", "¿QUÉ COMEMOS?") == ""


@pytest.mark.parametrize("text", ["-", "N/A", "n/d", "S/N", "xxx", "Pendiente", "POR DEFINIR", "100%"])
def test_who_is_called_like_nobody_is_asked_about(text: str) -> None:
    assert doubt("full_name", text) == "¿Se llama así? Aquí va un nombre."
    assert doubt("street", text) == ""


@pytest.mark.parametrize("text", ["3M", "7-Eleven", "XOCHITL", "Nadia", "Ñ", "A+"])
def test_a_name_that_looks_odd_is_one(text: str) -> None:
    assert doubt("name", text) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        *((error, f"La celda tiene un error («{error}»)") for error in ("#N/A", "#N/D", "#DIV/0!", "#¡REF!")),
        ("02/01/2026", "Aquí hay una fecha"),
        ("1.23E+10", "Excel acortó el número"),
    ],
)
def test_what_is_no_rfc_is_named_for_what_it_is(text: str, sentence: str) -> None:
    assert said("rfc", meant("rfc", text)).startswith(sentence)
