"""The addresses of companies in admin."""

from collections.abc import Callable

from django.test import Client

from companies.models import Address, Company, User
from tests.catalogue import load_piece

SignIn = Callable[[User], Client]
LIST = "/admin/companies/address/"


def _address(company: Company, kind: str, state: str) -> Address:
    return Address.objects.create(
        company=company,
        kind=kind,
        street="Juárez",
        exterior_number="1",
        postal_code="68000",
        neighborhood="Centro",
        municipality="Oaxaca",
        state=state,
    )


def test_they_are_found_by_the_states_of_the_catalogue(
    sign_in: SignIn, support: User, issuer: User, other_issuer: User
) -> None:
    load_piece()
    assert issuer.company
    assert other_issuer.company
    _address(issuer.company, Address.Kind.FISCAL, "Oaxaca")
    _address(other_issuer.company, Address.Kind.FISCAL, "Jalisco")
    client = sign_in(support)

    page = client.get(LIST).content.decode()
    found = client.get(LIST, {"state": "Oaxaca"}).content.decode()

    assert "?state=Jalisco" in page
    assert "?state=Texas" not in page
    assert issuer.company.name in found
    assert other_issuer.company.name not in found
