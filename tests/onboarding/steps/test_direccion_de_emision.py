"""The fiscal address again, or another place."""

from companies.models import Address, User
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab

SLUG = "direccion-de-emision"


def test_copying_fills_in_the_fiscal_address_on_the_server(tab: Tab, issuer: User) -> None:
    tab.submit("direccion-fiscal", ADDRESS)

    response = tab.submit(SLUG, {}, accion="copiar")

    assert response.headers["Location"] == "/configuracion/direccion-de-emision/"
    copied = Address.objects.get(company=issuer.company, kind=Address.Kind.ISSUING)
    assert {name: getattr(copied, name) for name in Address.CONTENT} == ADDRESS
    assert "Avenida de los Ñandúes" in tab.client.get(response.headers["Location"]).content.decode()


def test_a_copy_waits_for_guardar_y_continuar(tab: Tab) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    tab.submit(SLUG, {}, accion="copiar")

    hub = tab.client.get("/configuracion/").content.decode()
    assert hub.count("Completo") == 3

    tab.submit(SLUG, ADDRESS)
    assert tab.client.get("/configuracion/").content.decode().count("Completo") == 4


def test_without_a_fiscal_address_it_says_where_to_begin(tab: Tab) -> None:
    response = tab.submit(SLUG, {}, accion="copiar")

    text = tab.client.get(response.headers["Location"]).content.decode()
    assert "Primero escriba su dirección fiscal" in text


def test_copying_twice_is_as_good_as_once(tab: Tab) -> None:
    tab.submit("direccion-fiscal", ADDRESS)

    for _ in range(2):
        tab.submit(SLUG, {}, accion="copiar")

    assert Address.objects.filter(kind=Address.Kind.ISSUING).count() == 1


def test_a_copy_that_the_fiscal_address_has_left_is_no_copy_any_more(tab: Tab) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    tab.submit(SLUG, {}, accion="copiar")
    # Asistencia corrected it in the very moment in which it was copied.
    Address.objects.filter(kind=Address.Kind.FISCAL).update(street="Otra")

    response = tab.submit(SLUG, {**ADDRESS, "follows_fiscal": "on"})

    assert response.headers["Location"] == "/configuracion/usuario/"
    assert "Ya no es igual a la fiscal" in tab.client.get(response.headers["Location"]).content.decode()
    assert not Address.objects.get(kind=Address.Kind.ISSUING).follows_fiscal
