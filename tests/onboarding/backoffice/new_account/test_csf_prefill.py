"""«Nueva cuenta» filled with the client's constancia: shown, not saved; remembered if it is used."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from companies.models import Address, Company, User
from onboarding.backoffice.new_account.csf_prefill import LIFETIME
from tests.companies.csf.constancias import FISICA, MORAL, PERSON, Csf, Domicile, Layout
from tests.companies.csf.documents import locked, scan, typeset
from tests.companies.csf.pdfs import pdf_of
from tests.onboarding.answers import ADDRESS
from tests.onboarding.backoffice.new_account.test_views import ACCOUNT, NEW
from tests.onboarding.browser import hidden

SignIn = Callable[[User], Client]
TYPED = {**ACCOUNT, "name": "", "rfc": "", "country": "México"}


def recent(**values: Any) -> Csf:
    return replace(Csf(issued=timezone.localdate()), **values)


def send(client: Client, data: bytes, typed: dict[str, str] | None = None, accion: str = "leer") -> Any:
    file = SimpleUploadedFile("CSF de la Ñapa.pdf", data, "application/pdf")
    return client.post(NEW, {**TYPED, **(typed or {}), "accion": accion, "file": file})


def shown(response: Any) -> dict[str, str]:
    """What the form shows and would send."""
    form = response.context["form"]
    return {**hidden(response), **{name: str(form[name].value() or "") for name in form.fields}}


def text_of(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def client_of(sign_in: SignIn, distributor: User) -> Client:
    return sign_in(distributor)


def test_it_fills_the_form_and_saves_nothing(client_of: Client) -> None:
    response = send(client_of, pdf_of(recent()))

    values = shown(response)
    assert (values["name"], values["rfc"]) == ("PANADERÍA LA ÑAPA & HIJOS", MORAL)
    assert (values["tax_regime"], values["expedition_place"]) == ("601", "37000")
    assert (values["street"], values["locality"]) == ("AVENIDA DE LOS ÑANDÚES", "León de los Aldama")
    assert values["full_name"] == "Begoña Ibáñez"
    assert '<details class="optional" open>' in response.content.decode()
    assert "tres meses" not in text_of(response)
    assert "padrón" not in text_of(response)
    assert not Company.objects.exists()


def test_the_account_is_opened_with_it_and_remembers_it(client_of: Client) -> None:
    client_of.post(NEW, shown(send(client_of, pdf_of(recent()))))

    company = Company.objects.get()
    assert (company.name, company.rfc) == ("PANADERÍA LA ÑAPA & HIJOS", MORAL)
    assert (company.csf_name, company.csf_issued_on) == (company.name, timezone.localdate())
    address = company.addresses.get()
    assert address.content == ADDRESS | {
        "street": "AVENIDA DE LOS ÑANDÚES",
        "reference": "Entre HIDALGO y MORELOS",
    }
    event = apps.get_model("companies", "AddressEvent").objects.get()
    assert event.pgh_context.metadata["origin"] == "csf"
    assert {"rfc", "name", "street", "state"} <= set(event.pgh_context.metadata["csf"])


def test_a_person_is_read_too(client_of: Client) -> None:
    values = shown(send(client_of, pdf_of(replace(PERSON, issued=timezone.localdate()))))

    assert (values["name"], values["rfc"], values["tax_regime"]) == ("JOSÉ NÚÑEZ PEÑA", FISICA, "612")


def test_differences_are_shown_and_the_rest_is_kept(client_of: Client) -> None:
    typed = {
        "name": "LA ÑAPA",
        "rfc": FISICA,
        "interior_number": "3",
        "exterior_number": "12-B",
        "tax_regime": "603",
    }
    response = send(client_of, pdf_of(recent()), typed)

    rows = {each.label: (each.typed, each.found) for each in response.context["differences"]}
    assert rows["Nombre"] == ("LA ÑAPA", "PANADERÍA LA ÑAPA & HIJOS")
    assert rows["RFC"] == (FISICA, MORAL)
    assert rows["Régimen fiscal"][0].startswith("603")
    assert set(rows) == {"Nombre", "RFC", "Régimen fiscal"}
    assert shown(response)["interior_number"] == "3"


def test_the_same_rfc_written_otherwise_is_no_difference(client_of: Client) -> None:
    assert send(client_of, pdf_of(recent()), {"rfc": "pna-190312 ab1"}).context["differences"] == []


def test_another_constancia_takes_the_place_of_the_first(client_of: Client) -> None:
    local = Domicile(interior_number="LOCAL 3")
    first = shown(send(client_of, pdf_of(recent(address=local)))) | {"reference": "Lo mío"}
    plain = Domicile(between="", and_between="")
    person = replace(PERSON, issued=timezone.localdate(), address=plain)

    second = send(client_of, pdf_of(person), first)

    values = shown(second)
    assert (values["rfc"], values["interior_number"], values["reference"]) == (FISICA, "", "Lo mío")
    assert second.context["differences"] == []


def test_a_number_that_the_constancia_lacks_stays(client_of: Client) -> None:
    without = pdf_of(recent(address=Domicile(exterior_number="")))

    assert shown(send(client_of, without))["exterior_number"] == ""
    kept = send(client_of, without, {"exterior_number": "9"})
    assert shown(kept)["exterior_number"] == "9"


def test_s_n_is_filled_in_where_the_constancia_says_so(client_of: Client) -> None:
    response = send(client_of, pdf_of(recent(address=Domicile(exterior_number="SIN NUMERO"))))

    assert shown(response)["exterior_number"] == "S/N"


def test_what_is_doubtful_is_told_and_not_filled_in(client_of: Client) -> None:
    response = send(client_of, pdf_of(recent(layout=Layout(ocr=True))), {"name": "LA ÑAPA"})

    assert shown(response)["name"] == "LA ÑAPA"
    unsure, *others = response.context["csf_prefill"].unsure
    assert (unsure.label, unsure.state, unsure.found) == ("Nombre", "Dudoso", "PANADERIA LA NAPA & HIJOS")
    assert {each.state for each in others} == {"Dudoso"}
    assert "El texto de este PDF no trae acentos ni Ñ" in text_of(response)
    assert response.context["differences"] == []


def test_a_constancia_without_an_address_writes_none(client_of: Client) -> None:
    client_of.post(NEW, shown(send(client_of, pdf_of(recent(address=None)))))

    assert Company.objects.exists()
    assert not Address.objects.exists()


def test_its_regimes_come_first(client_of: Client) -> None:
    rows = (
        ("Régimen Simplificado de Confianza", "01/01/2022", ""),
        ("Régimen General de Ley Personas Morales", "01/01/2010", ""),
    )
    response = send(client_of, pdf_of(recent(regimes=rows)))

    _, (title, first), *rest = response.context["form"].fields["tax_regime"].choices
    assert (title, [code for code, _ in first]) == ("En la constancia", ["626", "601"])
    assert "601" not in [code for _, group in rest for code, _ in group]
    assert "2 regímenes" in text_of(response)
    again = client_of.post(NEW, {**shown(response), "tax_regime": "601", "email": "x"})
    assert again.context["form"].fields["tax_regime"].choices[1][0] == "En la constancia"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (scan(), "Este PDF es una foto o un escaneo"),
        (b"\xff\xd8\xff\xe0 JFIF", "Esto es una foto o una imagen"),
        (locked(), "Este PDF está protegido con contraseña"),
        (typeset(["Estado de cuenta del mes, sin nada del SAT"] * 10), "no es una Constancia"),
        (b"PK\x03\x04", "Este archivo no es un PDF"),
        (b"", "El archivo está vacío"),
        (b"%PDF-1.7\n" + b"\0" * 3 * 1024**2, "El archivo pesa más de 2 MB"),
        (b"%PDF-1.7\n\xff\x00", "Este PDF está dañado"),
        (pdf_of(Csf(chain_rfc=FISICA)), "El RFC no es el mismo en todas las partes"),
    ],
    ids=["scan", "photo", "password", "other", "zip", "empty", "big", "broken", "forged"],
)
def test_each_refusal_has_its_own_sentence_and_loses_nothing(
    client_of: Client, data: bytes, sentence: str
) -> None:
    response = send(client_of, data, {"name": "LA ÑAPA", "street": "Hidalgo"})

    assert sentence in text_of(response)
    assert "<title>Error: " in response.content.decode()
    assert (shown(response)["name"], shown(response)["street"]) == ("LA ÑAPA", "Hidalgo")
    assert shown(response)["constancia"] == ""


def test_an_old_one_and_a_suspended_taxpayer_are_told(client_of: Client) -> None:
    old = recent(issued=timezone.localdate() - timedelta(days=100))

    assert "de hace más de tres meses" in text_of(send(client_of, pdf_of(old)))
    assert "«SUSPENDIDO»" in text_of(send(client_of, pdf_of(recent(status="SUSPENDIDO"))))


def test_a_file_that_was_not_read_yet_is_read_first(client_of: Client) -> None:
    response = send(client_of, pdf_of(recent()), accion="Crear cuenta")

    assert "Todavía no se guarda nada" in text_of(response)
    assert not Company.objects.exists()


@pytest.mark.parametrize("change", ["other rfc", "altered", "late", "none"])
def test_only_what_was_used_is_remembered(client_of: Client, change: str) -> None:
    values = shown(send(client_of, pdf_of(recent())))
    later = timezone.now()
    if change == "other rfc":
        values["rfc"] = "FNA190312AB3"
    elif change == "altered":
        values["constancia"] = f"x{values['constancia']}"
    elif change == "late":
        # Without a look in each hour, the session would be over as well.
        end = later + LIFETIME + timedelta(minutes=1)
        while (later := later + timedelta(minutes=50)) < end:
            with time_machine.travel(later):
                client_of.get(NEW)
    with time_machine.travel(later):
        client_of.post(NEW, values)

    company = Company.objects.get()
    assert bool(company.csf_name) == (change == "none")
    event = apps.get_model("companies", "AddressEvent").objects.get()
    assert ("origin" in event.pgh_context.metadata) == (change == "none")


def test_what_one_distributor_read_is_nothing_to_another(
    sign_in: SignIn, distributor: User, other_distributor: User
) -> None:
    values = shown(send(sign_in(distributor), pdf_of(recent())))
    response = sign_in(other_distributor).post(NEW, {**values, "email": "x"})

    assert response.context["csf_prefill"] is None
    sign_in(other_distributor).post(NEW, values)
    assert Company.objects.get().csf_name == ""


def test_the_rfc_of_a_colleague_is_told_on_opening(
    client_of: Client, issuer: User, other_issuer: User
) -> None:
    values = shown(send(client_of, pdf_of(recent())))

    assert "Ya hay una empresa con este RFC" in text_of(client_of.post(NEW, values))
    assert Company.objects.count() == 2


def test_support_keeps_the_distributor_it_chose(
    sign_in: SignIn, support: User, other_distributor: User
) -> None:
    typed = {"distributor": str(other_distributor.distributor_id)}
    client = sign_in(support)
    client.post(NEW, shown(send(client, pdf_of(recent()), typed)))

    assert Company.objects.get().distributor == other_distributor.distributor


def test_its_advice_is_repeated_as_long_as_the_form_goes_by_it(client_of: Client) -> None:
    old = replace(Csf(), issued=timezone.localdate() - timedelta(days=200))
    first = send(client_of, pdf_of(old))
    assert "de hace más de tres meses" in text_of(first)

    refused = client_of.post(NEW, {**shown(first), "email": "sin-arroba", "accion": "Crear cuenta"})
    again = client_of.post(NEW, {**shown(refused), "accion": "buscar"})

    assert refused.context["form"].errors
    assert "de hace más de tres meses" in text_of(refused)
    assert "de hace más de tres meses" in text_of(again)
