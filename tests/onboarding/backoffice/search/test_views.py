"""«Buscar» finds every kind of row, however it is written, of what the person may see; one alone at once."""

from collections.abc import Callable

import pytest
from django.test import Client

from certificates.models import Diagnosis
from companies.models import Company, User
from tests.conftest import make_colleague
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
SEARCH = "/admin/buscar/"


@pytest.fixture
def company(issuer: User) -> Company:
    assert issuer.company
    Company.objects.filter(pk=issuer.company.pk).update(phone="477 123 4567")
    rows_of(issuer)
    Diagnosis.objects.update(code="CSD-FZMW")
    return issuer.company


@pytest.mark.parametrize(
    "typed",
    [
        "{company.code}",
        " {company.code} ",
        "{user.code}",
        "CSD-FZMW",
        "csd-fzmw",
        "csdfzmw",
        "CSD FZMW",
        "PNA190312AB1",
        "pna-190312-ab1",
        "pna 190312 ab1",
        "RFC: PNA.190312.AB1",
        "panaderia@example.com",
        "PANADERIA@Example.com",
        "4771234567",
        "+52 1 477 123 4567",
        "044 477 123 4567",
        "7123-4567",
        "30001000000500003416",
        "30001 00000 05000 03416",
    ],
)
@pytest.mark.parametrize("role", ["support", "distributor"])
def test_what_names_one_company_leads_straight_to_it(
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    company: Company,
    issuer: User,
    other_issuer: User,
    role: str,
    typed: str,
) -> None:
    client = sign_in(request.getfixturevalue(role))
    term = typed.format(company=company, user=issuer)
    response = client.get(SEARCH, {"q": term})
    assert response.status_code == 302
    assert f"/admin/companies/company/{company.pk}/" in response["Location"]
    page = client.get(response["Location"], follow=True).content.decode()
    assert "Es lo único que corresponde a" in page
    assert client.get(SEARCH, {"q": term, "todo": "1"}).status_code == 200


def test_a_lower_case_code_is_a_code(
    sign_in: SignIn, support: User, company: Company, issuer: User, other_issuer: User
) -> None:
    client = sign_in(support)
    response = client.get(SEARCH, {"q": company.code.lower()})
    assert f"/admin/companies/company/{company.pk}/" in response["Location"]
    response = client.get(SEARCH, {"q": support.code})
    assert response["Location"] == f"/admin/companies/user/{support.pk}/change/"


@pytest.mark.parametrize(
    ("term", "heading", "line"),
    [
        ("napa", "Empresas", "PANADERÍA LA ÑAPA"),
        ("PANADERIA ÑAPA", "Empresas", "PNA190312AB1"),
        ("íñigo", "Usuarios", "Íñigo Peña"),
        ("inigo pena", "Usuarios", "panaderia@example.com"),
        ("300010000005", "CSD", "30001000000500003416"),
        ("contadora", "Pasos pedidos a alguien más", "Ana Contadora"),
        ("ana@example", "Pasos pedidos a alguien más", "Ana Contadora"),
        ("smtp.example", "Buzones de salida", "smtp.example.com"),
        ("panaderia@ex", "Mensajes", "panaderia@example.com"),
        ("credenciales", "Mensajes", "panaderia@example.com"),
        ("napa.csv", "Importaciones de cuentas", "PANADERÍA LA ÑAPA.csv"),
        ("bajio", "Distribuidores", "Distribuidora del Bajío"),
    ],
)
@pytest.mark.parametrize("role", ["support", "distributor"])
def test_every_kind_of_row_is_found(
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    company: Company,
    role: str,
    term: str,
    heading: str,
    line: str,
) -> None:
    page = sign_in(request.getfixturevalue(role)).get(SEARCH, {"q": term}).content.decode()
    _, _, group = page.partition(f"<h2>{heading}</h2>")
    assert line in group.partition("</section>")[0]


def test_support_finds_signatures(sign_in: SignIn, support: User, company: Company) -> None:
    page = sign_in(support).get(SEARCH, {"q": "0500000001"}).content.decode()
    assert "Carta Manifiesto de PANADERÍA LA ÑAPA" in page


def test_a_former_address_leads_to_who_had_it(
    sign_in: SignIn, support: User, company: Company, issuer: User
) -> None:
    issuer.email = "nueva@correo.mx"
    issuer.save(update_fields=["email"])
    client = sign_in(support)
    response = client.get(SEARCH, {"q": "panaderia@example.com"})
    assert f"/admin/companies/company/{company.pk}/" in response["Location"]
    assert "Íñigo Peña" in client.get(SEARCH, {"q": "panaderia@exam"}).content.decode()


def test_two_of_one_name_are_both_shown(
    sign_in: SignIn, support: User, company: Company, other_issuer: User
) -> None:
    Company.objects.update(rfc="PNA190312AB1")
    response = sign_in(support).get(SEARCH, {"q": "PNA190312AB1"})
    page = response.content.decode()
    assert response.status_code == 200
    assert "PANADERÍA LA ÑAPA" in page
    assert "JOSÉ NÚÑEZ PEÑA" in page


def test_nothing_of_another_distributors_is_found(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    rows_of(other_issuer)
    other = other_issuer.company
    assert other
    client = sign_in(distributor)
    diagnosis = Diagnosis.objects.get()
    for term in (
        other.code,
        other.rfc,
        "nunez",
        other_issuer.code,
        other_issuer.email,
        "jose",
        diagnosis.code,
        "30001000000500003416",
        "contadora",
        "smtp.example",
        "norte",
        "credenciales",
    ):
        response = client.get(SEARCH, {"q": term})
        assert response.status_code == 200, term
        page = response.content.decode()
        assert "Nada corresponde a" in page, term
        assert "NÚÑEZ" not in page.replace(term, "")


@pytest.mark.parametrize("term", ["", "  ", "\x00", "%", "_", "'", "ñ", "a" * 300, "zzzz", "💥", "-", "1"])
def test_odd_terms_are_answered(sign_in: SignIn, support: User, issuer: User, term: str) -> None:
    response = sign_in(support).get(SEARCH, {"q": term})
    assert response.status_code == 200
    assert "Busque por código" in response.content.decode() or term in ("ñ", "1")


def test_what_is_typed_is_shown_as_text(sign_in: SignIn, support: User, company: Company) -> None:
    client = sign_in(support)
    assert "<b>x" not in client.get(SEARCH, {"q": "<b>x</b>"}).content.decode()
    page = client.get(SEARCH, {"q": f"{company.code}"}, follow=True).content.decode()
    assert f"«{company.code}»" in page


def test_there_are_more_in_the_list(sign_in: SignIn, support: User, issuer: User) -> None:
    company = issuer.company
    assert company
    Company.objects.bulk_create(
        Company(distributor=company.distributor, name=f"ÑAPA {n}", rfc=f"NAP{n:06d}AB1")
        for n in range(100010, 100020)
    )
    page = sign_in(support).get(SEARCH, {"q": "ñapa"}).content.decode()
    assert "/admin/companies/company/?q=%C3%B1apa" in page


def test_issuers_and_visitors_have_no_search(client: Client, sign_in: SignIn, issuer: User) -> None:
    assert client.get(SEARCH)["Location"].startswith("/admin/login/")
    assert sign_in(issuer).get(SEARCH).status_code == 302


def test_a_lead_finds_its_own_people_and_who_works_with_them_does_not(
    sign_in: SignIn, distributor: User, other_distributor: User, clerk: User, support: User
) -> None:
    make_colleague(distributor, User.DistributorRole.READER, "operador.segundo")
    make_colleague(other_distributor, User.DistributorRole.CLERK, "operador.ajeno")
    names = ("operador.segundo", "operador.ajeno", "Su personal")
    told = {
        user.username: [
            name in sign_in(user).get(SEARCH, {"q": "operador"}).content.decode() for name in names
        ]
        for user in (distributor, clerk, support)
    }
    assert told == {
        distributor.username: [True, False, True],
        clerk.username: [False, False, False],
        support.username: [True, True, False],
    }


def test_whose_users_are_whose_is_asked_without_listing_companies(distributor: User) -> None:
    """A list of half a million keys fits no memory that a statement has."""
    assert "IN (SELECT" not in str(User.objects.visible_to(distributor).query)
