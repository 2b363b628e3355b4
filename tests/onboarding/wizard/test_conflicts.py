"""A page that is no longer current: the same content is a success, another one is shown beside it."""

import pytest
from django.db import connection

from companies.models import Address, Company, User
from onboarding.models import StepState
from tests.onboarding.answers import ADDRESS, ANSWERS
from tests.onboarding.browser import Tab, hidden


def test_the_same_content_twice_is_a_success(tab: Tab, issuer: User) -> None:
    page = tab.open("direccion-fiscal")
    tab.submit("direccion-fiscal", ADDRESS, page)
    events = Address.objects.get().events.count()  # type: ignore[attr-defined]

    again = tab.submit("direccion-fiscal", ADDRESS, page)

    assert again.status_code == 302
    assert again.headers["Location"] == "/configuracion/direccion-de-emision/"
    assert Address.objects.get().events.count() == events  # type: ignore[attr-defined]


def test_another_content_is_shown_beside_what_is_stored(tab: Tab, issuer: User) -> None:
    page = tab.open("direccion-fiscal")
    tab.submit("direccion-fiscal", ADDRESS | {"street": "Calle Guardada"}, page)

    response = tab.submit("direccion-fiscal", ADDRESS | {"street": "Calle Tecleada"}, page)

    text = response.content.decode()
    assert response.status_code == 200
    assert "Calle Guardada" in text
    assert "Calle Tecleada" in text
    assert "usted, en otra ventana" in text
    assert Address.objects.get().street == "Calle Guardada"


def test_saving_again_after_seeing_both_keeps_what_was_typed(tab: Tab, issuer: User) -> None:
    page = tab.open("direccion-fiscal")
    tab.submit("direccion-fiscal", ADDRESS | {"street": "Calle Guardada"}, page)
    mine = ADDRESS | {"street": "Calle Tecleada"}
    seen = hidden(tab.submit("direccion-fiscal", mine, page))

    response = tab.submit("direccion-fiscal", mine, seen)

    assert response.status_code == 302
    assert Address.objects.get().street == "Calle Tecleada"


@pytest.mark.parametrize("way", ["admin", "sql"])
def test_a_change_from_outside_makes_the_page_stale(tab: Tab, issuer: User, way: str) -> None:
    page = tab.open("datos-fiscales")
    if way == "admin":
        Company.objects.update(phone="5511111111")
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE companies_company SET phone = '5511111111'")

    response = tab.submit("datos-fiscales", ANSWERS["datos-fiscales"](), page)

    assert response.status_code == 200
    assert "5511111111" in response.content.decode()
    assert "Facturamos.com.mx" in response.content.decode()
    assert Company.objects.get(users=issuer).phone == "5511111111"


def test_a_note_of_support_is_shown_and_goes_with_the_next_save(tab: Tab, issuer: User) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    StepState.objects.filter(slug="direccion-fiscal").update(saved_at=None, note="Falta la colonia.")
    assert "Falta la colonia." in tab.client.get("/configuracion/direccion-fiscal/").content.decode()

    tab.submit("direccion-fiscal", ADDRESS)

    state = StepState.objects.get(slug="direccion-fiscal")
    assert (state.note, state.saved_at is not None) == ("", True)
