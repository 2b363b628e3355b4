"""A save in admin undoes nothing that somebody else saved meanwhile, and loses nothing that was typed."""

from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.test import Client

from companies.models import Address, Company, Distributor, DocumentType, PrivacyNotice, User
from onboarding.models import Onboarding, StepState
from tests.admin_page import filled, sent_by
from tests.conftest import make_colleague
from tests.onboarding.backoffice.rows import ADDRESS

SignIn = Callable[[User], Client]
Browser = tuple[Client, str]


@pytest.fixture
def company(issuer: User) -> Company:
    assert issuer.company is not None
    found = Company.objects.filter(users=issuer)
    found.update(phone="4771234567", expedition_place="37000", tax_regime="601")
    return found.get()


@pytest.fixture
def opened(sign_in: SignIn, support: User, company: Company) -> Browser:
    return sign_in(support), f"/admin/companies/company/{company.pk}/change/"


def by_issuer(issuer: User, rows: Any, **changes: object) -> None:
    """The issuer saves, as its own pages do."""
    with pghistory.context(user=issuer.pk, source="/configuracion/datos-fiscales"):
        rows.update(**changes)


def test_what_another_saved_in_a_field_that_nobody_touched_here_stays(
    opened: Browser, company: Company, issuer: User
) -> None:
    client, url = opened
    data = filled(client, url, phone="4779999999")
    by_issuer(issuer, Company.objects.filter(pk=company.pk), name="PANADERÍA NUEVA")

    response = client.post(url, data, follow=True)

    company.refresh_from_db()
    assert (company.name, company.phone) == ("PANADERÍA NUEVA", "4779999999")
    assert "Se conservó lo que otra persona cambió mientras tanto: «Nombre»" in response.content.decode()


def test_where_both_changed_the_same_both_are_shown_with_who_and_when(
    opened: Browser, company: Company, issuer: User
) -> None:
    client, url = opened
    data = filled(client, url, name="LA DE SOPORTE", phone="4779999999")
    by_issuer(issuer, Company.objects.filter(pk=company.pk), name="LA DEL EMISOR")

    response = client.post(url, data)

    company.refresh_from_db()
    assert (company.name, company.phone) == ("LA DEL EMISOR", "4771234567")
    [clash] = response.context["merged"].clashes
    assert (clash.label, clash.mine, clash.theirs) == ("Nombre", "LA DE SOPORTE", "LA DEL EMISOR")
    assert (clash.by.who, clash.by.when is None) == ("Íñigo Peña", False)
    text = response.content.decode()
    assert "Estos datos cambiaron mientras usted escribía" in text
    assert sent_by(response)["name"] == "LA DE SOPORTE"
    assert sent_by(response)["phone"] == "4779999999"


@pytest.mark.parametrize(
    ("keep", "name"), [([], "LA DE SOPORTE"), (["name"], "LA DEL EMISOR")], ids=["mine", "theirs"]
)
def test_after_being_asked_one_chooses(
    opened: Browser, company: Company, issuer: User, keep: list[str], name: str
) -> None:
    client, url = opened
    data = filled(client, url, name="LA DE SOPORTE", phone="4779999999")
    by_issuer(issuer, Company.objects.filter(pk=company.pk), name="LA DEL EMISOR")

    again = sent_by(client.post(url, data)) | {"_keep": keep}
    assert client.post(url, again).status_code == 302

    company.refresh_from_db()
    assert (company.name, company.phone) == (name, "4779999999")


def test_the_same_from_both_is_no_clash(opened: Browser, company: Company, issuer: User) -> None:
    client, url = opened
    data = filled(client, url, name="LA MISMA")
    by_issuer(issuer, Company.objects.filter(pk=company.pk), name="LA MISMA")

    assert client.post(url, data).status_code == 302


def test_a_page_that_does_not_say_what_it_showed_is_asked_about(opened: Browser, company: Company) -> None:
    client, url = opened
    data = filled(client, url, name="SIN DECIR", _shown=None)

    response = client.post(url, data)

    assert [clash.label for clash in response.context["merged"].clashes] == ["Nombre"]
    company.refresh_from_db()
    assert company.name == "PANADERÍA LA ÑAPA"


@pytest.mark.parametrize("shown", ["", "x", "[1]", '{"": 5}', '{"": {"name": 5}}', "null"])
def test_what_was_tampered_with_is_no_fault_of_ours(opened: Browser, shown: str) -> None:
    client, url = opened
    assert client.post(url, filled(client, url, name="OTRO", _shown=shown)).status_code == 200


# --- rows in a row's page


@pytest.fixture
def fiscal(company: Company) -> Address:
    return Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)


def test_of_a_row_in_the_page_likewise(opened: Browser, fiscal: Address, issuer: User) -> None:
    client, url = opened
    data = filled(client, url, **{"addresses-0-reference": "Junto al río"})
    by_issuer(issuer, Address.objects.filter(pk=fiscal.pk), street="Hidalgo")
    assert client.post(url, data).status_code == 302
    fiscal.refresh_from_db()
    assert (fiscal.street, fiscal.reference) == ("Hidalgo", "Junto al río")

    data = filled(client, url, **{"addresses-0-street": "Morelos"})
    by_issuer(issuer, Address.objects.filter(pk=fiscal.pk), street="Juárez")
    [clash] = client.post(url, data).context["merged"].clashes
    assert (clash.label, clash.mine, clash.theirs) == ("Dirección · Calle", "Morelos", "Juárez")
    fiscal.refresh_from_db()
    assert fiscal.street == "Juárez"


def test_a_row_that_was_deleted_meanwhile_stays_so_where_nobody_typed(
    opened: Browser, fiscal: Address
) -> None:
    client, url = opened
    data = filled(client, url, phone="4779999999")
    fiscal.delete()
    assert client.post(url, data).status_code == 302
    assert not Address.objects.exists()


@pytest.mark.parametrize(("keep", "left"), [([], ["Morelos"]), (["addresses-0"], [])])
def test_what_was_typed_into_a_deleted_row_is_not_lost(
    opened: Browser, fiscal: Address, issuer: User, keep: list[str], left: list[str]
) -> None:
    client, url = opened
    data = filled(client, url, **{"addresses-0-street": "Morelos"})
    with pghistory.context(user=issuer.pk):
        fiscal.delete()

    response = client.post(url, data)
    [clash] = response.context["merged"].clashes
    assert (clash.label, clash.theirs, clash.by.who) == ("Dirección", "Se eliminó", "Íñigo Peña")
    assert "Morelos" in clash.mine

    assert client.post(url, sent_by(response) | {"_keep": keep}).status_code == 302
    assert [address.street for address in Address.objects.all()] == left


def test_a_row_that_was_added_meanwhile_stays(opened: Browser, company: Company) -> None:
    client, url = opened
    data = filled(client, url, phone="4779999999")
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    assert client.post(url, data).status_code == 302
    assert Address.objects.get().street == "Reforma"


def new_address(kind: str, **more: str) -> dict[str, str]:
    values = {**ADDRESS, "country": "México", "kind": kind} | more
    return {f"addresses-0-{name}": value for name, value in values.items()} | {"addresses-TOTAL_FORMS": "1"}


def test_one_of_the_same_kind_that_was_added_meanwhile_is_corrected_and_not_doubled(
    opened: Browser, company: Company
) -> None:
    client, url = opened
    data = filled(client, url, **new_address("fiscal", street="La de soporte"))
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)

    response = client.post(url, data)
    assert response.status_code == 200
    assert "La de soporte" in [clash.mine for clash in response.context["merged"].clashes]

    assert client.post(url, sent_by(response)).status_code == 302
    assert Address.objects.get().street == "La de soporte"


def test_one_that_another_added_stays_in_the_page_that_asks(opened: Browser, company: Company) -> None:
    client, url = opened
    data = filled(client, url, **new_address("issuing", street="La de soporte"), name="OTRA")
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    Company.objects.filter(pk=company.pk).update(name="OTRA MÁS")

    again = sent_by(client.post(url, data))
    assert (again["addresses-0-street"], again["addresses-1-street"]) == ("Reforma", "La de soporte")
    assert client.post(url, again).status_code == 302
    assert {each.kind: each.street for each in Address.objects.all()} == {
        "fiscal": "Reforma",
        "issuing": "La de soporte",
    }


def test_the_kinds_of_stored_rows_cannot_be_exchanged(opened: Browser, company: Company) -> None:
    client, url = opened
    for kind in Address.Kind:
        Address.objects.create(company=company, kind=kind, **ADDRESS)
    data = filled(client, url) | {"addresses-0-kind": "issuing", "addresses-1-kind": "fiscal"}
    assert client.post(url, data).status_code == 302
    assert [each.kind for each in Address.objects.order_by("pk")] == ["fiscal", "issuing"]


def test_the_steps_of_a_configuration_neither(sign_in: SignIn, support: User, issuer: User) -> None:
    onboarding = Onboarding.objects.get(company=issuer.company)
    for slug in ("sellos", "logotipo"):
        StepState.objects.create(onboarding=onboarding, slug=slug)
    client, url = sign_in(support), f"/admin/onboarding/onboarding/{onboarding.pk}/change/"
    data = filled(client, url) | {"step_states-0-slug": "logotipo", "step_states-1-slug": "sellos"}
    assert client.post(url, data).status_code == 302
    assert [each.slug for each in StepState.objects.order_by("pk")] == ["sellos", "logotipo"]


def test_two_new_rows_of_one_kind_are_told_and_no_fault(opened: Browser) -> None:
    client, url = opened
    second = {name.replace("-0-", "-1-"): value for name, value in new_address("fiscal").items()}
    data = filled(client, url, **new_address("fiscal")) | second | {"addresses-TOTAL_FORMS": "2"}
    assert client.post(url, data).status_code == 200
    assert not Address.objects.exists()


def test_other_rows_are_saved_in_their_changed_columns_alone(opened: Browser, company: Company) -> None:
    client, url = opened
    kind = DocumentType.objects.create(company=company, kind=DocumentType.Kind.INVOICE, series="A")
    data = filled(client, url, **{"document_types-0-first_folio": "7"})
    DocumentType.objects.update(series="B")
    assert client.post(url, data).status_code == 302
    kind.refresh_from_db()
    assert (kind.series, kind.first_folio) == ("B", 7)


# --- the row itself


def test_a_row_that_was_deleted_meanwhile_shows_what_was_typed(sign_in: SignIn, support: User) -> None:
    distributor = Distributor.objects.create(name="De prueba")
    client, url = sign_in(support), f"/admin/companies/distributor/{distributor.pk}/change/"
    data = filled(client, url, name="Corregido a mano")
    distributor.delete()

    response = client.post(url, data)

    assert response.status_code == 404
    assert "Corregido a mano" in response.content.decode()
    assert client.post("/admin/companies/distributor/987654/change/", data).status_code == 404


@pytest.mark.parametrize("way", ["stored", "gone"])
def test_nobody_learns_so_of_another_distributors_people(
    sign_in: SignIn, distributor: User, other_distributor: User, support: User, way: str
) -> None:
    with pghistory.context(user=other_distributor.pk, source="/admin/"):
        ajena = make_colleague(other_distributor, "clerk", "ajena")
    url = f"/admin/companies/user/{ajena.pk}/change/"
    data = filled(sign_in(support), url, full_name="Corregida a mano")
    if way == "gone":
        ajena.delete()
        assert "Corregida a mano" in sign_in(support).post(url, data).content.decode()

    answer = sign_in(distributor).post(url, data)
    unknown = sign_in(distributor).post("/admin/companies/user/987654/change/", data)

    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert other_distributor.get_full_name() not in answer.content.decode()
    assert "Corregida a mano" not in answer.content.decode()


def test_one_that_was_settled_meanwhile_too(sign_in: SignIn, support: User) -> None:
    PrivacyNotice.objects.all().delete()
    draft = PrivacyNotice.objects.create(version="1.0", text="Aviso.")
    client, url = sign_in(support), f"/admin/companies/privacynotice/{draft.pk}/change/"
    data = filled(client, url, text="Lo que iba a decir.")
    draft.publish()

    response = client.post(url, data)

    assert response.status_code == 403
    assert "Lo que iba a decir." in response.content.decode()
    draft.refresh_from_db()
    assert draft.text == "Aviso."


def test_what_only_the_database_refuses_is_no_fault(
    sign_in: SignIn, support: User, company: Company, other_distributor: User
) -> None:
    """The form looks before it saves; whoever comes first in between is met by the constraint."""
    client, url = sign_in(support), f"/admin/companies/company/{company.pk}/change/"
    data = filled(client, url, **new_address("fiscal"))
    data["addresses-0-kind"] = "fiscal"
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    data["_shown"] = filled(client, url)["_shown"]  # as if the page had known of it

    assert client.post(url, data).status_code == 200
    assert Address.objects.count() == 1
