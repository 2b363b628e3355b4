"""«De dónde viene cada dato»: origin, author and time of each value of steps 4 to 6."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pghistory
import pytest
from django.test import Client
from django.utils import timezone

from companies.models import Address, Company, User
from onboarding.backoffice.case_file.provenance import IMPORT, Value, provenance, source
from tests.admin_page import filled
from tests.companies.csf.constancias import Csf
from tests.companies.csf.pdfs import pdf_of
from tests.onboarding.answers import ADDRESS, ANSWERS
from tests.onboarding.backoffice.new_account.test_csf_prefill import send, shown
from tests.onboarding.backoffice.new_account.test_views import ACCOUNT, NEW
from tests.onboarding.backoffice.rows import ADDRESS as PLAIN
from tests.onboarding.browser import Tab
from tests.onboarding.test_csf_prefill import ALL, confirm
from tests.onboarding.test_csf_prefill import send as send_own
from tests.query_budgets import statements_at_most

SignIn = Callable[[User], Client]
FISCAL_DATA, FISCAL, ISSUING = "Datos fiscales", "Dirección fiscal", "Dirección de emisión"


def values(company: Company | None) -> dict[str, dict[str, Value]]:
    """By group and label."""
    assert company is not None
    return {
        group.title: {value.label: value for value in group.values}
        for group in provenance(Company.objects.get(pk=company.pk))
    }


def origins(company: Company | None) -> dict[str, dict[str, str]]:
    return {
        title: {label: value.origin for label, value in found.items()}
        for title, found in values(company).items()
    }


def test_what_the_issuer_typed_and_what_the_catalogue_gave(tab: Tab, issuer: User) -> None:
    tab.submit("datos-fiscales", ANSWERS["datos-fiscales"]())
    tab.submit("direccion-fiscal", ADDRESS | {"municipality": "Otro"})

    found = values(issuer.company)
    phone = found[FISCAL_DATA]["Teléfono"]
    assert (phone.value, phone.origin, phone.who) == ("4771234567", "Escrito por el emisor", "panaderia")
    assert phone.at is not None
    assert abs(timezone.now() - phone.at) < timedelta(minutes=5)
    assert found[FISCAL_DATA]["Régimen fiscal"].value == "601 · General de Ley Personas Morales"
    address = origins(issuer.company)[FISCAL]
    assert (address["Estado"], address["Colonia"]) == ("Catálogo del SAT", "Catálogo del SAT")
    assert (address["Calle"], address["Municipio"]) == ("Escrito por el emisor", "Escrito por el emisor")
    # Nobody ever gave it.
    assert found[FISCAL]["Referencia"] == Value("Referencia", "")


def test_a_later_change_counts_and_the_rest_stays(
    tab: Tab, sign_in: SignIn, issuer: User, support: User
) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    address = Address.objects.get()
    client, url = sign_in(support), f"/admin/companies/address/{address.pk}/change/"
    client.post(url, filled(client, url, street="Hidalgo", reference="Junto al río"))

    found = values(issuer.company)[FISCAL]
    assert (found["Calle"].value, found["Calle"].origin, found["Calle"].who) == (
        "Hidalgo",
        "Soporte",
        "soporte",
    )
    assert found["Referencia"].origin == "Soporte"
    assert found["No. ext."].origin == "Escrito por el emisor"


def test_the_issuers_constancia(tab: Tab, issuer: User) -> None:
    shown_table = send_own(tab, pdf_of(replace(Csf(), issued=timezone.localdate())))
    confirm(tab, shown_table, *ALL)

    found = origins(issuer.company)
    assert found[FISCAL_DATA]["Régimen fiscal"] == "Constancia"
    assert (found[FISCAL]["Calle"], found[FISCAL]["Estado"]) == ("Constancia", "Constancia")
    assert found[FISCAL_DATA]["RFC"] == "Directo en la base de datos"
    assert found[FISCAL_DATA]["Teléfono"] == ""


def test_the_distributor_and_its_constancia(sign_in: SignIn, distributor: User) -> None:
    client = sign_in(distributor)
    read = shown(send(client, pdf_of(replace(Csf(), issued=timezone.localdate()))))
    client.post(NEW, {**read, "street": "Otra calle", "phone": "55 1234 5678"})

    found = origins(Company.objects.get())
    assert found[FISCAL_DATA]["RFC"] == found[FISCAL]["Estado"] == "Constancia (distribuidor)"
    assert found[FISCAL_DATA]["Teléfono"] == found[FISCAL]["Calle"] == "Distribuidor"


def test_what_the_distributor_typed(sign_in: SignIn, distributor: User) -> None:
    sign_in(distributor).post(NEW, {**ACCOUNT, **ADDRESS})

    found = values(Company.objects.get())
    assert found[FISCAL_DATA]["Nombre"].origin == "Distribuidor"
    assert found[FISCAL_DATA]["Nombre"].who == distributor.username
    assert found[FISCAL]["Municipio"].origin == "Catálogo del SAT"


def test_the_issuing_address_that_follows(tab: Tab, issuer: User) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    tab.submit("direccion-de-emision", {}, accion="copiar")
    tab.submit("direccion-fiscal", ADDRESS | {"street": "Hidalgo"})

    found = values(issuer.company)[ISSUING]
    assert {value.origin for value in found.values() if value.value} == {"Igual a la fiscal"}
    assert found["Calle"].value == "Hidalgo"

    tab.submit("direccion-de-emision", ADDRESS | {"street": "Morelos"})
    parted = origins(issuer.company)[ISSUING]
    assert (parted["Calle"], parted["Colonia"]) == ("Escrito por el emisor", "Copiado de la fiscal")


def test_support_that_corrects_the_fiscal_one_takes_the_other_along(
    tab: Tab, sign_in: SignIn, support: User
) -> None:
    tab.submit("direccion-fiscal", ADDRESS | {"postal_code": "00001"})
    tab.submit("direccion-de-emision", {}, accion="copiar")
    fiscal = Address.objects.get(kind=Address.Kind.FISCAL)
    client = sign_in(support)
    url = f"/admin/companies/address/{fiscal.pk}/change/"
    client.post(url, filled(client, url, **ADDRESS))

    for address in Address.objects.all():
        assert (address.postal_code, address.in_catalogue) == ("37000", True)
    issuing = Address.objects.get(kind=Address.Kind.ISSUING)
    url = f"/admin/companies/address/{issuing.pk}/change/"
    client.post(url, filled(client, url, street="Morelos"))
    issuing.refresh_from_db()
    assert (issuing.street, issuing.follows_fiscal) == ("Morelos", False)


def test_so_does_a_correction_on_the_companys_page(
    tab: Tab, sign_in: SignIn, support: User, issuer: User
) -> None:
    tab.submit("datos-fiscales", ANSWERS["datos-fiscales"]())
    tab.submit("direccion-fiscal", ADDRESS)
    tab.submit("direccion-de-emision", {}, accion="copiar")
    client = sign_in(support)
    url = f"/admin/companies/company/{issuer.company_id}/change/"
    addresses = list(Address.objects.order_by("pk"))
    assert [address.kind for address in addresses] == ["fiscal", "issuing"]
    data = filled(client, url, **{"addresses-0-street": "Hidalgo"})
    assert client.post(url, data).status_code == 302

    assert {address.street for address in Address.objects.all()} == {"Hidalgo"}
    assert Address.objects.get(kind="issuing").follows_fiscal


def test_an_import_and_the_database(issuer: User) -> None:
    assert issuer.company is not None
    Company.objects.update(expedition_place="37000")
    with pghistory.context(user=issuer.pk, source=IMPORT):
        Company.objects.update(phone="5512345678")

    found = origins(issuer.company)[FISCAL_DATA]
    assert found["Teléfono"] == "Importación"
    assert found["Lugar de expedición"] == "Directo en la base de datos"


def test_a_postal_code_to_look_at_is_marked_and_found(
    tab: Tab, sign_in: SignIn, support: User, issuer: User, other_issuer: User
) -> None:
    assert other_issuer.company is not None
    Address.objects.create(company=other_issuer.company, kind=Address.Kind.FISCAL, **PLAIN)
    tab.submit("direccion-fiscal", ADDRESS | {"postal_code": "00001"})
    client = sign_in(support)

    page = client.get(f"/admin/companies/company/{issuer.company_id}/historial/").content.decode()
    assert "por revisar: no está en el catálogo del SAT" in page
    listed = client.get("/admin/companies/address/?in_catalogue__exact=0").content.decode()
    assert "PANADERÍA LA ÑAPA" in listed
    assert "JOSÉ NÚÑEZ PEÑA" not in listed


def test_it_takes_four_queries_whatever_happened(tab: Tab, issuer: User) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    for number in range(30):
        Company.objects.update(phone=f"55 0000 00{number:02d}")
    assert issuer.company is not None

    with statements_at_most(4, "provenance"):
        provenance(issuer.company)


@pytest.mark.parametrize("odd", ["<b>Ñ</b>", "“&”"])
def test_it_shows_values_as_text(tab: Tab, sign_in: SignIn, support: User, issuer: User, odd: str) -> None:
    tab.submit("direccion-fiscal", ADDRESS | {"street": odd})

    page = sign_in(support).get(f"/admin/companies/company/{issuer.company_id}/historial/").content.decode()
    assert "<b>Ñ" not in page
    assert "De dónde viene cada dato" in page


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({}, "Directo en la base de datos"),
        ({"source": "/configuracion/usuario"}, "Página del emisor"),
        ({"source": "/admin/companies"}, "Administración"),
        ({"source": "/otra"}, "/otra"),
        ({"source": "certificates.csdvalidation"}, "Tarea: validación de un CSD"),
        ({"source": "sweeper"}, "Tarea: sweeper"),
    ],
)
def test_it_says_where_a_change_came_from(metadata: dict[str, str], words: str) -> None:
    assert source(metadata) == words
