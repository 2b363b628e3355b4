"""Ten fields, three of them optional."""

from companies.models import Address, User
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab

SLUG = "direccion-fiscal"
LABELS = (
    "Calle",
    "No. Ext.",
    "No. Int.",
    "Colonia",
    "Código postal",
    "Referencia",
    "Localidad",
    "Municipio",
    "Estado",
    "País",
)


def test_the_labels_are_the_guides(tab: Tab) -> None:
    text = tab.client.get("/configuracion/direccion-fiscal/").content.decode()

    for label in LABELS:
        assert f">{label}</label>" in text


def test_it_saves_the_address_as_typed(tab: Tab, issuer: User) -> None:
    response = tab.submit(SLUG, ADDRESS)

    assert response.headers["Location"] == "/configuracion/direccion-de-emision/"
    address = Address.objects.get(company=issuer.company)
    assert {name: getattr(address, name) for name in Address.CONTENT} == ADDRESS


def test_all_that_is_missing_is_told_at_once(tab: Tab) -> None:
    text = tab.submit(SLUG, dict.fromkeys(ADDRESS, "")).content.decode()

    assert "Falta corregir 7 datos" in text
    assert "Falta «Calle»." in text


def test_odd_characters_are_no_error_of_ours(tab: Tab) -> None:
    for street in ("\x00", "Calle\x00Dos", "𝕮alle <b>&amp;", "a" * 5000, "\u202eeverse"):
        response = tab.submit(SLUG, ADDRESS | {"street": street})
        assert response.status_code in (200, 302)
