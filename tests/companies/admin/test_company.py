"""A company's page: support corrects it with the wizard's rules, a distributor reads it."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from companies.models import Address, Company, User
from tests.admin_page import filled

SignIn = Callable[[User], Client]
ADDRESS = {
    "kind": "fiscal",
    "street": "Reforma",
    "exterior_number": "1",
    "neighborhood": "Centro",
    "postal_code": "06000",
    "municipality": "Cuauhtémoc",
    "state": "Ciudad de México",
    "country": "México",
}


def url_of(issuer: User) -> str:
    return f"/admin/companies/company/{issuer.company_id}/change/"


def page_of(client: Client, issuer: User, *addresses: dict[str, str], **changes: str) -> dict[str, Any]:
    """The form of a company's page as the browser would send it, with new addresses."""
    complete = {"phone": "55 1234 5678", "expedition_place": "06000", "tax_regime": "601"}
    data = filled(client, url_of(issuer), **(complete | changes))
    data["addresses-TOTAL_FORMS"] = str(len(addresses))
    for number, address in enumerate(addresses):
        data |= {f"addresses-{number}-{name}": value for name, value in address.items()}
    return data


def company_of(issuer: User) -> Company:
    return Company.objects.get(users=issuer)


def test_support_corrects_a_company(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    response = client.post(url_of(issuer), page_of(client, issuer, rfc="pna 190312 ab9"))
    assert response.status_code == 302
    assert company_of(issuer).rfc == "PNA190312AB9"
    assert company_of(issuer).tax_regime == "601"


def test_the_wizards_rules_hold(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    wrong = page_of(client, issuer, rfc="XAXX010101000", expedition_place="6000", tax_regime="999")
    response = client.post(url_of(issuer), wrong)
    errors = response.context["adminform"].form.errors
    assert set(errors) == {"rfc", "expedition_place", "tax_regime"}
    assert company_of(issuer).rfc == "PNA190312AB1"


def test_support_adds_an_address_by_the_wizards_rules(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    response = client.post(url_of(issuer), page_of(client, issuer, ADDRESS | {"postal_code": "6000"}))
    assert "cinco dígitos" in response.content.decode()
    client.post(url_of(issuer), page_of(client, issuer, ADDRESS))
    assert Address.objects.get().kind == "fiscal"


def test_two_addresses_of_one_kind_are_refused(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    response = client.post(url_of(issuer), page_of(client, issuer, ADDRESS, ADDRESS))
    assert response.status_code == 200
    assert not Address.objects.exists()


def test_code_and_distributor_are_not_written(
    sign_in: SignIn, support: User, issuer: User, other_distributor: User
) -> None:
    before = company_of(issuer)
    other = str(other_distributor.distributor_id)
    sly = {"code": "F999999", "distributor": other, "deleted_at": "2026-01-01"}
    client = sign_in(support)
    client.post(url_of(issuer), page_of(client, issuer, **sly))
    after = company_of(issuer)
    assert (after.code, after.distributor_id, after.deleted_at) == (before.code, before.distributor_id, None)


def test_a_distributor_reads_and_does_not_write(sign_in: SignIn, distributor: User, issuer: User) -> None:
    client = sign_in(distributor)
    page = client.get(url_of(issuer)).content.decode()
    assert "PNA190312AB1" in page
    assert 'name="_save"' not in page
    assert client.post(url_of(issuer), page_of(client, issuer)).status_code == 403


def test_search_finds_by_code_name_rfc_and_mail(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    for words in (company_of(issuer).code, "ñapa", "PNA190312", "panaderia@example.com"):
        page = client.get("/admin/companies/company/", {"q": words}).content.decode()
        assert "PANADERÍA LA ÑAPA" in page, words


def test_the_list_tells_deleted_companies_apart(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    for state, shown in (("activas", True), ("eliminadas", False)):
        page = client.get("/admin/companies/company/", {"estado": state}).content.decode()
        assert ("PANADERÍA LA ÑAPA" in page) is shown
