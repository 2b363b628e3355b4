"""Step 4: what is wrong is said at its field, what was right stays."""

import pytest

from companies.models import Company, User
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab

SLUG = "datos-fiscales"


def test_the_code_is_shown_and_never_edited(tab: Tab, issuer: User) -> None:
    assert issuer.company is not None
    response = tab.submit(SLUG, ANSWERS[SLUG]() | {"code": "F999999"})

    assert response.status_code == 302
    text = tab.client.get("/configuracion/datos-fiscales/").content.decode()
    assert issuer.company.code in text
    assert "F999999" not in text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rfc", "XAXX010101000", "RFC genérico"),
        ("rfc", "PNA190312", "12 caracteres"),
        ("rfc", "PNA191332AB1", "no forman una fecha"),
        ("expedition_place", "3700", "cinco dígitos"),
        ("phone", "123", "10 dígitos"),
        ("tax_regime", "612", "no corresponde a una persona moral"),
        ("tax_regime", "616", "no se puede facturar"),
        ("tax_regime", "", "Elíjalo de la lista"),
        ("name", "", "Falta «Nombre»"),
    ],
)
def test_bad_input_is_named_and_nothing_else_is_lost(
    tab: Tab, issuer: User, field: str, value: str, sentence: str
) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG]() | {"phone": "4779999999"} | {field: value})

    text = response.content.decode()
    assert response.status_code == 200
    assert sentence in text
    assert "Falta corregir 1 dato" in text
    if field != "phone":
        assert "4779999999" in text
    assert Company.objects.get(users=issuer).phone == ""


def test_a_name_as_people_write_it_is_never_altered_silently(tab: Tab, issuer: User) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]() | {"name": "Panadería la Ñapa SA de CV"})

    assert Company.objects.get(users=issuer).name == "Panadería la Ñapa SA de CV"
    assert "PANADERÍA LA ÑAPA" in tab.client.get("/configuracion/datos-fiscales/").content.decode()


def test_one_press_takes_the_name_as_the_sat_asks_for_it(tab: Tab, issuer: User) -> None:
    answers = ANSWERS[SLUG]() | {"name": "Panadería la Ñapa S.A. de C.V."}

    response = tab.submit(SLUG, answers, accion="nombre")

    assert response.status_code == 302
    assert Company.objects.get(users=issuer).name == "PANADERÍA LA ÑAPA"


def test_an_rfc_of_another_of_the_distributors_companies_is_refused(tab: Tab, issuer: User) -> None:
    assert issuer.company is not None
    Company.objects.create(distributor=issuer.company.distributor, name="SECRETA DEL SUR", rfc="SES190312AB1")

    text = tab.submit(SLUG, ANSWERS[SLUG]() | {"rfc": "SES190312AB1"}).content.decode()

    assert "no se puede usar en esta cuenta" in text
    assert "SECRETA" not in text


def test_the_same_rfc_with_another_distributor_is_free(tab: Tab, issuer: User, other_issuer: User) -> None:
    assert other_issuer.company is not None
    Company.objects.filter(users=other_issuer).update(rfc="SES190312AB1")

    assert tab.submit(SLUG, ANSWERS[SLUG]() | {"rfc": "SES190312AB1"}).status_code == 302
