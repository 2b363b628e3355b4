"""«Llenar con mi Constancia de Situación Fiscal (PDF)»: read, compared, confirmed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from companies.csf.prefill import ADDRESS, FISCAL
from companies.models import Address, Company, User
from tests.companies.csf.pdfs import FISICA, MORAL, Csf, locked, pdf_of, scan, typeset
from tests.onboarding.browser import Tab, hidden
from tests.onboarding.test_query_budgets import GET, POST, statements_at_most

PAGE = "/configuracion/constancia/"
ALL = (*FISCAL, *ADDRESS)


def recent(**values: Any) -> Csf:
    """A constancia of today."""
    return replace(Csf(issued=timezone.localdate()), **values)


def send(tab: Tab, data: bytes) -> Any:
    file = SimpleUploadedFile("CSF de la Ñapa.pdf", data, "application/pdf")
    return tab.client.post(PAGE, {"accion": "leer", "file": file})


def confirm(tab: Tab, shown: Any, *names: str, **extra: str) -> Any:
    return tab.client.post(PAGE, {**hidden(shown), "accion": "tomar", "tomar": names, **extra})


def company_of(user: User) -> Company:
    assert user.company_id is not None
    return Company.objects.get(pk=user.company_id)


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_hub_and_step_4_lead_to_it(tab: Tab) -> None:
    link = "Llenar con mi Constancia de Situación Fiscal (PDF)"

    assert link in tab.client.get("/configuracion/").content.decode()
    assert link in tab.client.get("/configuracion/datos-fiscales/").content.decode()
    assert tab.client.get(PAGE).status_code == 200


def test_it_shows_both_and_saves_nothing(tab: Tab, issuer: User) -> None:
    shown = send(tab, pdf_of(recent()))

    text = text_of(shown)
    assert "PANADERÍA LA ÑAPA & HIJOS" in text.replace("&amp;", "&")
    assert "León de los Aldama" in text  # as the catalogue spells it
    assert company_of(issuer).tax_regime == ""
    assert not Address.objects.exists()


def test_what_is_confirmed_is_saved(tab: Tab, issuer: User) -> None:
    response = confirm(tab, send(tab, pdf_of(recent())), *ALL)

    assert (response.status_code, response["Location"]) == (302, "/configuracion/datos-fiscales/")
    company = company_of(issuer)
    assert (company.name, company.rfc) == ("PANADERÍA LA ÑAPA & HIJOS", MORAL)
    assert (company.tax_regime, company.expedition_place) == ("601", "37000")
    address = company.addresses.get()
    assert address.content == {
        "street": "AVENIDA DE LOS ÑANDÚES",
        "exterior_number": "12-B",
        "interior_number": "",
        "neighborhood": "Centro",
        "postal_code": "37000",
        "reference": "Entre HIDALGO y MORELOS",
        "locality": "León de los Aldama",
        "municipality": "León",
        "state": "Guanajuato",
        "country": "México",
    }


def test_only_what_is_ticked_is_saved(tab: Tab, issuer: User) -> None:
    confirm(tab, send(tab, pdf_of(recent())), "tax_regime")

    company = company_of(issuer)
    assert (company.name, company.tax_regime, company.expedition_place) == ("PANADERÍA LA ÑAPA", "601", "")
    assert not company.addresses.exists()


def test_one_of_several_regimes_is_chosen(tab: Tab, issuer: User) -> None:
    rows = (
        ("Régimen General de Ley Personas Morales", "01/01/2010", ""),
        ("Régimen Simplificado de Confianza", "01/01/2022", ""),
    )

    confirm(tab, send(tab, pdf_of(recent(regimes=rows))), "tax_regime", tax_regime="626")

    assert company_of(issuer).tax_regime == "626"


def test_a_value_that_the_forms_refuse_saves_nothing(tab: Tab, issuer: User) -> None:
    rows = (("Régimen de Arrendamiento", "01/01/2010", ""),)

    response = confirm(tab, send(tab, pdf_of(recent(regimes=rows))), *ALL)

    assert response.status_code == 200
    assert "El régimen 606 no corresponde a una persona moral" in text_of(response)
    assert company_of(issuer).tax_regime == ""
    assert not Address.objects.exists()


def test_an_incomplete_address_saves_nothing(tab: Tab) -> None:
    lines = tuple(line.replace("CENTRO", "") for line in Csf().lines)

    response = confirm(tab, send(tab, pdf_of(recent(lines=lines))), *ALL)

    assert "Falta «Colonia»" in text_of(response)
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (scan(), "Este PDF es una foto o un escaneo"),
        (b"\xff\xd8\xff\xe0 JFIF", "Esto es una foto o una imagen"),
        (locked(), "Este PDF está protegido con contraseña"),
        (typeset(["Estado de cuenta del mes, sin nada del SAT"] * 10), "no es una Constancia"),
        (b"PK\x03\x04", "Este archivo no es un PDF"),
        (b"", "El archivo está vacío"),
        (pdf_of(Csf(rfc=FISICA)), "Esta constancia es de otro RFC"),
        (pdf_of(Csf(chain_rfc=FISICA)), "El RFC no es el mismo en todas las partes"),
    ],
    ids=["scan", "photo", "password", "other", "zip", "empty", "rfc", "forged"],
)
def test_each_refusal_has_its_own_sentence(tab: Tab, data: bytes, sentence: str) -> None:
    response = send(tab, data)

    assert sentence in text_of(response)
    assert "Tomar los datos marcados" not in text_of(response)


def test_an_old_one_and_a_suspended_taxpayer_are_told(tab: Tab) -> None:
    old = recent(issued=timezone.localdate() - timedelta(days=100))

    assert "de hace más de tres meses" in text_of(send(tab, pdf_of(old)))
    assert "«SUSPENDIDO»" in text_of(send(tab, pdf_of(recent(status="SUSPENDIDO"))))
    fine = text_of(send(tab, pdf_of(recent())))
    assert "tres meses" not in fine
    assert "padrón" not in fine


def test_an_altered_or_old_table_is_not_taken(tab: Tab, issuer: User) -> None:
    shown = send(tab, pdf_of(recent()))
    carried = hidden(shown)["constancia"]

    tab.client.post(PAGE, {"accion": "tomar", "constancia": f"x{carried}", "tomar": ALL})
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        confirm(tab, shown, *ALL)
    Company.objects.filter(users=issuer).update(rfc="EKU9003173C9")
    confirm(tab, shown, *ALL)

    assert company_of(issuer).tax_regime == ""


def test_a_name_beyond_all_bounds_is_cut_for_comparison(tab: Tab, issuer: User) -> None:
    endless = recent(who=(f"Denominación/Razón Social: {'ÑAPA ' * 100}",))

    assert confirm(tab, send(tab, pdf_of(endless)), "tax_regime").status_code == 302

    assert len(company_of(issuer).csf_name) == 300


def test_it_waits_for_the_notice(issuer: User, sign_in: Any, notice: Any) -> None:
    response = sign_in(issuer).get(PAGE)

    assert response["Location"] == "/configuracion/aviso-de-privacidad/"


def test_the_name_is_compared_on_step_4(tab: Tab) -> None:
    confirm(tab, send(tab, pdf_of(recent())), "tax_regime")

    text = text_of(tab.client.get("/configuracion/datos-fiscales/"))

    assert "No se llama igual en todas partes" in text
    assert "Su constancia PANADERÍA LA ÑAPA &amp; HIJOS" in text


def test_it_stays_within_the_budgets(tab: Tab) -> None:
    data = pdf_of(recent())
    with statements_at_most(GET, "GET constancia"):
        tab.client.get(PAGE)
    with statements_at_most(POST, "POST constancia"):
        shown = send(tab, data)
    with statements_at_most(POST, "POST tomar"):
        confirm(tab, shown, *ALL)
    with statements_at_most(GET, "GET datos-fiscales"):
        tab.client.get("/configuracion/datos-fiscales/")
