"""Names as the SAT has them, proposed from names as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.names import initials, propose
from companies.rfc import Persona

WITH_SUFFIX = [
    ("Escuela Kemper Urgate SA de CV", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE, S.A. DE C.V.", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE S.A DE C.V SA DE CV", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE S.A. DE C.V. S.A. DE C.V.", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE S. A. DE C. V.", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE S A DE C V", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE S.A.DE C.V.", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE SA. DE CV.", "ESCUELA KEMPER URGATE"),
    ("ESCUELA KEMPER URGATE SADECV", "ESCUELA KEMPER URGATE"),
    ("escuela  kemper   urgate s.a. de c.v.", "ESCUELA KEMPER URGATE"),
    ("Escuela Kemper Urgate, S.A. de C.V.,", "ESCUELA KEMPER URGATE"),
    ("Panadería La Ñapa S.A.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA SA", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S. A.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S A", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA SAB", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S.A.B. DE C.V.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA SAPI DE CV", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S.A.P.I. DE C.V.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA SAPIB DE CV", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S.A.S.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA SAS DE CV", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S DE RL", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S. DE R.L.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S DE RL DE CV", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA, S. de R.L. de C.V.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S. DE R. L. DE C. V.", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S DE RL MI", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S DE RL MI DE CV", "PANADERÍA LA ÑAPA"),
    ("PANADERÍA LA ÑAPA S DE RL DE IP", "PANADERÍA LA ÑAPA"),
    ("PEÑA & HIJOS S EN C", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S. EN C.", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S EN C DE CV", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S. EN C. POR A.", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S EN C POR A DE CV", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S EN NC", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S. EN N.C. DE C.V.", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS SC", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS, S.C.", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S C", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS SC DE RL", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S.C. DE R.L. DE C.V.", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS SC DE RS", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS SCL", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S.C.P.", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS SCS", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS SC DE P DE RL DE CV", "PEÑA & HIJOS SC DE P DE RL DE CV"),
    ("PEÑA & HIJOS SC DE P", "PEÑA & HIJOS"),
    ("PEÑA & HIJOS S.C. DE C.", "PEÑA & HIJOS"),
    ("EJIDO EL MEZQUITE SPR DE RL", "EJIDO EL MEZQUITE"),
    ("EJIDO EL MEZQUITE S.P.R. DE R.L. DE C.V.", "EJIDO EL MEZQUITE"),
    ("EJIDO EL MEZQUITE SPR DE RI", "EJIDO EL MEZQUITE"),
    ("EJIDO EL MEZQUITE S.P.R. DE R.S.", "EJIDO EL MEZQUITE"),
    ("EJIDO EL MEZQUITE S DE PR DE RL", "EJIDO EL MEZQUITE"),
    ("EJIDO EL MEZQUITE SSS", "EJIDO EL MEZQUITE"),
    ("EJIDO EL MEZQUITE ARIC DE RL", "EJIDO EL MEZQUITE"),
    ("CENTRO DE ARTE A.C.", "CENTRO DE ARTE"),
    ("CENTRO DE ARTE, AC", "CENTRO DE ARTE"),
    ("CENTRO DE ARTE A C", "CENTRO DE ARTE"),
    ("CENTRO DE ARTE IAP", "CENTRO DE ARTE"),
    ("CENTRO DE ARTE I.A.P.", "CENTRO DE ARTE"),
    ("CENTRO DE ARTE A.B.P.", "CENTRO DE ARTE"),
    ("CENTRO DE ARTE A EN P", "CENTRO DE ARTE"),
    ("BANCO DEL PUEBLO SNC", "BANCO DEL PUEBLO"),
    ("CRÉDITO FÁCIL SA DE CV SOFOM ENR", "CRÉDITO FÁCIL"),
    ("CRÉDITO FÁCIL, S.A. DE C.V., SOFOM, E.N.R.", "CRÉDITO FÁCIL"),
    ("CRÉDITO FÁCIL SAPI DE CV SOFOM ER", "CRÉDITO FÁCIL"),
    ("Molinos del Río, Sociedad Anónima", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD ANONIMA DE CAPITAL VARIABLE", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD ANÓNIMA BURSÁTIL DE CAPITAL VARIABLE", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD ANÓNIMA PROMOTORA DE INVERSIÓN DE CAPITAL VARIABLE", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD DE RESPONSABILIDAD LIMITADA DE CAPITAL VARIABLE", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD POR ACCIONES SIMPLIFICADA", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD EN COMANDITA POR ACCIONES", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD EN NOMBRE COLECTIVO", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD COOPERATIVA DE RESPONSABILIDAD LIMITADA", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD DE PRODUCCIÓN RURAL DE RESPONSABILIDAD LIMITADA", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO SOCIEDAD CIVIL", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO, ASOCIACION CIVIL", "MOLINOS DEL RÍO"),
    ("MOLINOS DEL RÍO INSTITUCIÓN DE ASISTENCIA PRIVADA", "MOLINOS DEL RÍO"),
    ("GRUPO B. S.A. DE C.V.", "GRUPO B."),
    ("FERNÁNDEZ HNOS., S.A.", "FERNÁNDEZ HNOS."),
    ('H&E "LA FLOR" SA DE CV', 'H&E "LA FLOR"'),
]
WITHOUT_SUFFIX = [
    ("ESCUELA KEMPER URGATE", "ESCUELA KEMPER URGATE"),
    ("Panadería La Ñapa", "PANADERÍA LA ÑAPA"),
    ("COMERCIAL U.S.A.", "COMERCIAL U.S.A."),
    ("COMERCIAL U. S. A.", "COMERCIAL U. S. A."),
    ("COMERCIAL U S A", "COMERCIAL U S A"),
    ("MI CASA", "MI CASA"),
    ("LA MESA DE CV", "LA MESA DE CV"),
    ("SA DE CV", "SA DE CV"),
    ("S.C.", "S.C."),
    ("SACAL", "SACAL"),
    ("SAS IMPORTACIONES", "SAS IMPORTACIONES"),
    ("A.C. NIELSEN", "A.C. NIELSEN"),
    ("DISEÑO Y SEÑALES, ÁGUILA & CÍA", "DISEÑO Y SEÑALES, ÁGUILA & CÍA"),
    ("", ""),
]
PEOPLE = [
    ("José Núñez Peña", "JOSÉ NÚÑEZ PEÑA"),
    ("MARIA SC", "MARIA SC"),
    ("Ana de la O SA de CV", "ANA DE LA O SA DE CV"),
]


@pytest.mark.parametrize(("name", "proposal"), WITH_SUFFIX + WITHOUT_SUFFIX)
def test_it_leaves_the_regimen_societario_out(name: str, proposal: str) -> None:
    assert propose(name, Persona.MORAL) == proposal


@pytest.mark.parametrize(("name", "proposal"), PEOPLE)
def test_a_person_has_no_suffix_to_lose(name: str, proposal: str) -> None:
    assert propose(name, Persona.FISICA) == proposal


PIECES = ["PEÑA", "&", "S.A.", "SA", "DE", "CV", "C.V.", ",", ".", "S", "RL", "AC", "EN", "C", "SOFOM", "ñ"]
NAMES = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join)


@given(NAMES)
def test_proposing_twice_is_proposing_once(name: str) -> None:
    once = propose(name, Persona.MORAL)

    assert propose(once, Persona.MORAL) == once


@given(NAMES)
def test_letters_are_never_changed(name: str) -> None:
    whole = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())

    assert " ".join(whole.split()).startswith(propose(name, Persona.MORAL))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Íñigo Peña", "ÍP"),
        ("María del Carmen Ñáñez", "MCÑ"),
        ("Juan Carlos de la Torre López Mateos", "JCTL"),
        ("", ""),
        ("123", ""),
    ],
)
def test_it_proposes_initials(name: str, expected: str) -> None:
    assert initials(name) == expected
