"""Postal code first: the look-up, its button, and the address that follows the fiscal one."""

from collections.abc import Callable

from django.test import Client

from companies import postal_codes
from companies.models import Address, User
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab, hidden
from tests.onboarding.test_query_budgets import statements_at_most

STEP = "direccion-fiscal"
SignIn = Callable[[User], Client]


def test_visitors_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/configuracion/codigo-postal/37000/").status_code == 302


def test_it_answers_and_has_a_limit(tab: Tab) -> None:
    found = tab.client.get("/configuracion/codigo-postal/37000/").json()
    assert (found["state"], found["municipality"]) == ("Guanajuato", "León")
    assert tab.client.get("/configuracion/codigo-postal/00001/").status_code == 404

    for _ in range(postal_codes.LOOKUPS_PER_MINUTE):
        last = tab.client.get("/configuracion/codigo-postal/37000/")

    assert (last.status_code, last["Retry-After"]) == (429, "60")


def test_the_button_fills_in_and_saves_nothing(tab: Tab) -> None:
    typed = {"street": "Mi calle", "postal_code": "37000"}

    page = tab.submit(STEP, typed, accion="buscar").content.decode()

    for shown in ('value="Mi calle"', 'value="Guanajuato"', 'value="León de los Aldama"', "<option"):
        assert shown in page
    assert not Address.objects.exists()


def test_what_a_former_code_filled_in_goes_with_it(tab: Tab) -> None:
    first = tab.submit(STEP, {"postal_code": "37000"}, accion="buscar")
    carried = {**hidden(first), f"{STEP}-looked_up": "37000"}
    # Nothing but its state is known of 01001.
    typed = ADDRESS | {"postal_code": "01001", "municipality": "Lo mío"}

    form = tab.submit(STEP, typed, page=carried, accion="buscar").context["form"]

    found = {name: form[name].value() for name in ("state", "municipality", "locality")}
    assert found == {"state": "Ciudad de México", "municipality": "Lo mío", "locality": ""}


def test_an_unknown_code_is_told_and_marked(tab: Tab) -> None:
    unknown = {**ADDRESS, "postal_code": "00001"}

    assert "no está en el catálogo del SAT" in tab.submit(STEP, unknown, accion="buscar").content.decode()
    assert tab.submit(STEP, unknown).status_code == 302

    assert not Address.objects.get().in_catalogue


def test_a_copied_address_follows_corrections(tab: Tab) -> None:
    tab.submit(STEP, ADDRESS)
    tab.submit("direccion-de-emision", {}, accion="copiar")

    tab.submit(STEP, {**ADDRESS, "street": "Otra calle"})

    assert Address.objects.get(kind=Address.Kind.ISSUING).street == "Otra calle"


def test_a_look_up_takes_two_statements_besides_the_sign_in(tab: Tab) -> None:
    tab.client.get("/configuracion/codigo-postal/37000/")

    # Session, user; this minute's count, the place.
    with statements_at_most(4, "codigo-postal"):
        tab.client.get("/configuracion/codigo-postal/37160/")


def test_another_users_look_ups_are_counted_apart(tab: Tab, sign_in: SignIn, other_issuer: User) -> None:
    for _ in range(postal_codes.LOOKUPS_PER_MINUTE + 1):
        tab.client.get("/configuracion/codigo-postal/37000/")

    assert sign_in(other_issuer).get("/configuracion/codigo-postal/37000/").status_code == 200
