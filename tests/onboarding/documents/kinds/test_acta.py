"""The acta de configuración says all that was configured and what still waits, and nothing secret."""

import re

import pytest

from certificates.testing import Pair
from companies.models import Company, User
from tests.companies.documents import reading
from tests.onboarding.answers import NEW_PASSWORD
from tests.onboarding.browser import Tab
from tests.onboarding.steps.test_terminar import complete
from tests.onboarding.test_test_invoice import do

__all__ = ["complete"]


def text_of(tab: Tab) -> str:
    response = tab.client.get("/configuracion/terminar/acta.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "acta-de-configuracion-F" in response.headers["Content-Disposition"]
    return " ".join(reading.pages(response.content))


def test_it_holds_what_was_configured_with_dates_and_evidence(complete: Tab, issuer: User) -> None:
    complete.submit("terminar", {})

    text = text_of(complete)

    for words in (
        "Acta de configuración",
        "PANADERÍA LA ÑAPA",
        "configuración finalizada el",
        "por Íñigo Peña Núñez",
        "Avenida de los Ñandúes 12-B",
        "Régimen fiscal 601 · General de Ley Personas Morales",
        "Número de certificado 30001000000500",
        "SHA-256 del texto",
        "Versión del aviso 1",
        "Desde la dirección 127.0.0.1",
        "folio inicial 100",
        "guardado el",
        "Carta manifiesto. Falta firmarla",
    ):
        assert words in text, words


def test_before_the_end_it_names_what_is_missing(tab: Tab) -> None:
    text = text_of(tab)

    assert "configuración sin finalizar" in text
    assert "Datos fiscales. Falta completar este paso." in text
    assert "None" not in text


def test_it_says_what_came_of_the_sample_invoice(complete: Tab, issuer: User) -> None:
    assert "Factura de prueba Todavía no se ha hecho" in text_of(complete)
    complete.client.post("/configuracion/prueba/")
    assert "Factura de prueba En curso" in text_of(complete)

    do()
    assert "Factura de prueba Sello verificado el" in text_of(complete)

    Company.objects.filter(users=issuer).update(name="PANADERÍA LA ÑAPA SA DE CV")
    assert "hay que repetirla" in text_of(complete)
    complete.client.post("/configuracion/prueba/")
    do()
    assert re.search("Factura de prueba Con problemas el .*: El nombre", text_of(complete))


def test_what_is_optional_is_not_said_to_be_due(complete: Tab) -> None:
    text = text_of(complete)

    assert "Logotipo Opcional, sin agregar" in text
    assert "Correo electrónico Pendiente" not in text


def test_it_holds_no_secret(complete: Tab, pair: Pair) -> None:
    text = text_of(complete)

    assert NEW_PASSWORD not in text
    assert pair.password.decode() not in text


@pytest.mark.parametrize("name", ["Ñ" * 300, "COMERCIALIZADORA " * 17])
def test_no_name_breaks_it(tab: Tab, issuer: User, name: str) -> None:
    Company.objects.filter(users=issuer).update(name=name)

    assert name.replace(" ", "") in text_of(tab).replace(" ", "")
