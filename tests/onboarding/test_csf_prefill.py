"""«Llenar con mi Constancia de Situación Fiscal (PDF)»: read, compared, confirmed."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from companies.csf.prefill import ADDRESS, FISCAL
from companies.models import Address, Company, User
from tests.companies.csf.constancias import FISICA, MORAL, QR, Csf, Domicile, Layout
from tests.companies.csf.documents import cedula_of, locked, scan, typeset, validator_of
from tests.companies.csf.pdfs import pdf_of
from tests.onboarding.browser import Tab, hidden
from tests.query_budgets import GET, POST, statements_at_most

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


def test_a_regime_that_the_rfc_cannot_have_is_doubtful(tab: Tab) -> None:
    renting = ("Régimen de Arrendamiento", "01/01/2010", "")
    general = ("Régimen General de Ley Personas Morales", "01/01/2010", "")
    alone = send(tab, pdf_of(recent(regimes=(renting,)))).context["rows"][1]
    both = send(tab, pdf_of(recent(regimes=(renting, general)))).context["rows"][1]

    assert (alone.found[:3], alone.state_label, alone.ticked) == ("606", "Dudoso", False)
    assert (both.found[:3], both.state_label, both.ticked) == ("601", "Leído", True)


def test_a_value_that_the_forms_refuse_saves_nothing(tab: Tab, issuer: User) -> None:
    rows = (("Régimen de Arrendamiento", "01/01/2010", ""),)

    response = confirm(tab, send(tab, pdf_of(recent(regimes=rows))), *ALL)

    assert response.status_code == 200
    assert "El régimen 606 no corresponde a una persona moral" in text_of(response)
    assert company_of(issuer).tax_regime == ""
    assert not Address.objects.exists()


def test_an_incomplete_address_saves_nothing(tab: Tab) -> None:
    shown = send(tab, pdf_of(recent(address=Domicile(neighborhood="", exterior_number=""))))

    response = confirm(tab, shown, *ALL)

    assert "Falta «Colonia»" in text_of(response)
    assert "Falta «No. Ext.»" in text_of(response)
    assert not Address.objects.exists()


def test_what_the_document_lacks_is_typed_in_the_table(tab: Tab, issuer: User) -> None:
    shown = send(tab, pdf_of(recent(address=Domicile(neighborhood="", exterior_number=""))))
    assert "S/N" not in text_of(shown).replace("escriba S/N", "")

    refused = confirm(tab, shown, *ALL, **{"dato-exterior_number": "7"})
    response = confirm(tab, refused, *ALL, **{"dato-exterior_number": "7", "dato-neighborhood": "Centro"})

    assert 'name="dato-exterior_number" value="7"' in refused.content.decode()
    assert response.status_code == 302
    address = company_of(issuer).addresses.get()
    assert (address.exterior_number, address.neighborhood) == ("7", "Centro")
    taken = apps.get_model("companies", "AddressEvent").objects.get().pgh_context.metadata["csf"]
    assert "street" in taken
    assert "exterior_number" not in taken


def test_only_what_was_read_is_ticked(tab: Tab) -> None:
    scanned = recent(layout=Layout(ocr=True), address=Domicile(locality="", interior_number=""))

    shown = send(tab, pdf_of(scanned))

    rows = {row.name: row for row in shown.context["rows"]}
    # A layer without accents and Ñ makes every text that may have had one doubtful.
    assert [name for name, row in rows.items() if row.ticked] == [
        "tax_regime",
        "expedition_place",
        "postal_code",
        "exterior_number",
    ]
    assert rows["name"].state_label == "Dudoso"
    assert "El texto de este PDF no trae acentos ni Ñ" in text_of(shown)
    assert rows["locality"].state_label == "Vacío en el documento"
    assert rows["tax_regime"].state_label == "Leído"


def test_a_doubtful_value_may_be_taken_by_hand(tab: Tab, issuer: User) -> None:
    confirm(tab, send(tab, pdf_of(recent(layout=Layout(ocr=True)))), "name")

    company = company_of(issuer)
    assert company.name == "PANADERIA LA NAPA & HIJOS"
    assert company.csf_name == ""  # nothing to compare others with


def test_half_a_page_is_told_and_its_address_left_to_step_5(tab: Tab, issuer: User) -> None:
    half = recent(layout=Layout(crop="0 300 612 792"))

    shown = send(tab, pdf_of(half))
    confirm(tab, shown, *ALL)

    assert "Solo pudimos leer una parte de este documento" in text_of(shown)
    assert "La dirección no la encontramos en este documento" in text_of(shown)
    assert {row.name for row in shown.context["rows"]} == {"name", "tax_regime", "expedition_place"}
    assert "No lo encontramos" in text_of(shown)
    assert company_of(issuer).tax_regime == "601"
    assert not Address.objects.exists()


def test_the_cedula_de_datos_fiscales_fills_step_4(tab: Tab, issuer: User) -> None:
    shown = send(tab, cedula_of(recent()))
    confirm(tab, shown, *ALL)

    assert "Con su Constancia de Situación Fiscal se llena también la dirección" in text_of(shown)
    company = company_of(issuer)
    assert (company.name, company.tax_regime, company.expedition_place) == (Csf().name, "601", "37000")


def test_the_page_of_the_sats_validator_fills_both(tab: Tab, issuer: User) -> None:
    confirm(tab, send(tab, validator_of(recent())), *ALL)

    assert company_of(issuer).tax_regime == "601"
    assert company_of(issuer).addresses.get().street == "AVENIDA DE LOS ÑANDÚES"


def test_a_scans_qr_code_says_whose_it_is(tab: Tab) -> None:
    own, others = (text_of(send(tab, scan(QR.format(rfc)))) for rfc in (MORAL, FISICA))

    assert f"es del RFC {MORAL} (idCIF 15010000001)" in own
    assert "Descárguela del portal del SAT" in own
    assert "Esta constancia es de otro RFC" in others


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
    assert "No pudimos leer la situación en el padrón" in text_of(send(tab, pdf_of(recent(status=""))))
    fine = text_of(send(tab, pdf_of(recent())))
    assert "tres meses" not in fine
    assert "padrón" not in fine


def test_the_doubts_are_said_again_after_a_refused_confirmation(tab: Tab) -> None:
    """With what the document is called."""
    regimes = (("Régimen de Arrendamiento", "01/01/2010", ""),)
    shown = send(tab, validator_of(recent(status="CANCELADO", regimes=regimes)))

    refused = confirm(tab, shown, *ALL)
    again = confirm(tab, refused, *ALL)

    assert "El régimen 606 no corresponde a una persona moral" in text_of(again)
    for page in (shown, refused, again):
        assert "es «CANCELADO», y así no se pueden timbrar facturas" in text_of(page)
        assert "Esto dice el SAT" in text_of(page)


def test_an_altered_or_old_table_is_not_taken(tab: Tab, issuer: User) -> None:
    shown = send(tab, pdf_of(recent()))
    carried = hidden(shown)["constancia"]

    tab.client.post(PAGE, {"accion": "tomar", "constancia": f"x{carried}", "tomar": ALL})
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        confirm(tab, shown, *ALL)
    Company.objects.filter(users=issuer).update(rfc="EKU9003173C9")
    confirm(tab, shown, *ALL)

    assert company_of(issuer).tax_regime == ""


def test_a_name_beyond_all_bounds_is_not_compared(tab: Tab, issuer: User) -> None:
    endless = recent(name="ÑAPA " * 100, head_name="")

    assert confirm(tab, send(tab, pdf_of(endless)), "tax_regime").status_code == 302

    assert company_of(issuer).csf_name == ""


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
