"""Postal code first: the look-up, its button, and the address that follows the fiscal one."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.forms import AddressForm
from companies.forms.addresses import NO_FISCAL_ADDRESS
from companies.models import Address, Company, User
from companies.sat import postal_codes
from tests.conftest import PASSWORD
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab, hidden
from tests.query_budgets import statements_at_most

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


# --- the colonia: one is filled in, several are a list, and what came from a former code goes with it

ONE, SEVERAL = "06000", "64000"


def colonias(code: str) -> tuple[str, ...]:
    place = postal_codes.find(code)
    assert place is not None
    return place.neighborhoods


def test_a_filled_in_colonia_goes_with_its_postal_code(tab: Tab) -> None:
    (only,) = colonias(ONE)
    first = tab.submit(STEP, {"postal_code": ONE}, accion="buscar")
    assert first.context["form"]["neighborhood"].value() == only

    again = tab.submit(
        STEP, {"postal_code": SEVERAL, "neighborhood": only}, page=hidden(first), accion="buscar"
    )

    assert again.context["form"]["neighborhood"].value() == ""


def test_a_typed_colonia_stays_with_another_postal_code(tab: Tab) -> None:
    first = tab.submit(STEP, {"postal_code": ONE}, accion="buscar")

    typed = {"postal_code": SEVERAL, "neighborhood": "Lomas Nuevas"}
    again = tab.submit(STEP, typed, page=hidden(first), accion="buscar")

    assert again.context["form"]["neighborhood"].value() == "Lomas Nuevas"


def test_a_stored_colonia_of_a_former_code_goes_too(tab: Tab) -> None:
    (only,) = colonias(ONE)
    tab.submit(STEP, {**ADDRESS, "postal_code": ONE, "neighborhood": only})

    shown = tab.submit(STEP, {**ADDRESS, "postal_code": SEVERAL, "neighborhood": only}, accion="buscar")

    assert shown.context["form"]["neighborhood"].value() == ""


def test_a_colonia_that_was_left_behind_goes_with_the_rest(tab: Tab) -> None:
    """The other code was typed, and nothing looked up."""
    place = postal_codes.find(ONE)
    assert place is not None
    (only,) = place.neighborhoods
    left = ADDRESS | place.decided | {"neighborhood": only, "postal_code": SEVERAL}
    assert tab.submit(STEP, left)["Location"] == f"/configuracion/{STEP}/"

    form = tab.submit(STEP, left, accion="codigo-postal").context["form"]

    found = {name: form[name].value() for name in ("state", "municipality", "neighborhood")}
    assert found == {"state": "Nuevo León", "municipality": "Monterrey", "neighborhood": ""}
    assert list(form.errors) == ["neighborhood"]


def test_several_colonias_are_a_list_with_one_way_out(tab: Tab, issuer: User) -> None:
    shown = tab.submit(STEP, ADDRESS | {"postal_code": SEVERAL, "neighborhood": ""}, accion="buscar")
    text = shown.content.decode()
    for colonia in colonias(SEVERAL):
        assert f'<option value="{colonia}">{colonia}</option>' in text
    assert "Otra colonia" in text

    chosen = {"neighborhood_choice": colonias(SEVERAL)[0], "neighborhood": ""}
    place = {"postal_code": SEVERAL, "state": "Nuevo León", "municipality": "Monterrey"}
    tab.submit(STEP, ADDRESS | place | chosen, page=hidden(shown))

    assert Address.objects.get().neighborhood == colonias(SEVERAL)[0]


def test_a_colonia_chosen_from_the_list_outlives_the_session(tab: Tab, issuer: User) -> None:
    chosen = colonias(SEVERAL)[-1]
    carried = hidden(tab.submit(STEP, {"postal_code": SEVERAL}, accion="buscar"))
    tab.client.logout()

    typed = {"postal_code": SEVERAL, "neighborhood": "", "neighborhood_choice": chosen}
    data = {f"{STEP}-{name}": value for name, value in typed.items()}
    tab.client.post(f"/configuracion/{STEP}/", {**carried, **data}, follow=True)
    tab.client.post("/entrar/", {"username": issuer.username, "password": PASSWORD})

    form = tab.client.get(f"/configuracion/{STEP}/").context["form"]
    assert form["neighborhood"].value() == chosen


def test_one_colonia_is_no_list(tab: Tab) -> None:
    text = tab.submit(STEP, {"postal_code": ONE}, accion="buscar").content.decode()

    assert "data-neighborhoods hidden disabled" in " ".join(text.split())


@pytest.mark.parametrize(
    ("shown", "chosen", "typed", "saved"),
    [
        ("Centro", "Obregón", "Centro", "Obregón"),
        ("Centro", "Centro", "Lomas Nuevas", "Lomas Nuevas"),
        ("Centro", "otra", "Lomas Nuevas", "Lomas Nuevas"),
        ("Centro", "", "Centro", "Centro"),
        ("", "", "Lomas Nuevas", "Lomas Nuevas"),
        ("", "Obregón", "", "Obregón"),
        ("", "Obregón", "Lomas Nuevas", "Lomas Nuevas"),
        ("Centro", "otra", "Centro", "Centro"),
    ],
)
def test_what_was_changed_of_list_and_field_counts(shown: str, chosen: str, typed: str, saved: str) -> None:
    data = {"neighborhood": typed, "neighborhood_choice": chosen, "neighborhood_shown": shown}

    form = AddressForm(ADDRESS | data)
    form.is_valid()

    assert form.cleaned_data["neighborhood"] == saved


# --- what is known already is not asked for


def test_a_new_address_begins_with_the_place_of_issue(tab: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(expedition_place="37000")

    form = tab.client.get("/configuracion/direccion-fiscal/").context["form"]

    found = {name: form[name].value() for name in ("postal_code", "state", "municipality", "country")}
    assert found == {
        "postal_code": "37000",
        "state": "Guanajuato",
        "municipality": "León",
        "country": "México",
    }


def test_the_place_of_issue_begins_with_a_known_address(tab: Tab) -> None:
    tab.submit(STEP, ADDRESS)

    assert (
        tab.client.get("/configuracion/datos-fiscales/").context["form"]["expedition_place"].value()
        == "37000"
    )


def test_what_is_only_proposed_is_saved_with_the_page(tab: Tab, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(phone="477 765 4321")
    tab.submit(STEP, ADDRESS)
    shown = tab.client.get("/configuracion/datos-fiscales/").context["form"]
    typed = {name: shown[name].value() for name in ("name", "rfc", "phone", "expedition_place")}

    tab.submit("datos-fiscales", typed | {"tax_regime": "601"})

    company = Company.objects.get(users=issuer)
    assert (company.phone, company.expedition_place) == ("477 765 4321", "37000")


def test_the_person_begins_with_the_companys_telephone(tab: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(phone="477 123 4567")
    User.objects.filter(pk=issuer.pk).update(phone="")
    form = tab.client.get("/configuracion/usuario/").context["form"]
    assert form["phone"].value() == "477 123 4567"
    names = ("full_name", "email", "phone", "initials", "username")

    tab.submit("usuario", {name: form[name].value() for name in names})

    issuer.refresh_from_db()
    assert issuer.phone == "477 123 4567"


# --- «Igual a la fiscal»

ISSUING = "direccion-de-emision"


def issuing() -> Address:
    return Address.objects.get(kind=Address.Kind.ISSUING)


@pytest.mark.parametrize("typed", [{}, {"country": "México"}, ADDRESS], ids=["nothing", "country", "shown"])
def test_the_box_copies_and_keeps_equal(tab: Tab, typed: dict[str, str]) -> None:
    tab.submit(STEP, ADDRESS)

    response = tab.submit(ISSUING, typed | {"follows_fiscal": "on"})
    tab.submit(STEP, ADDRESS | {"street": "Otra calle"})

    assert response["Location"] == "/configuracion/usuario/"
    assert (issuing().street, issuing().follows_fiscal) == ("Otra calle", True)


def test_ticked_on_an_address_of_its_own_it_copies_too(tab: Tab) -> None:
    tab.submit(STEP, ADDRESS)
    tab.submit(ISSUING, ADDRESS | {"street": "Morelos"})

    tab.submit(ISSUING, ADDRESS | {"street": "Morelos", "follows_fiscal": "on"})

    assert (issuing().street, issuing().follows_fiscal) == (ADDRESS["street"], True)


def test_what_was_typed_since_parts_them_and_is_told(tab: Tab) -> None:
    tab.submit(STEP, ADDRESS)

    response = tab.submit(ISSUING, ADDRESS | {"street": "Morelos", "follows_fiscal": "on"})

    assert (issuing().street, issuing().follows_fiscal) == ("Morelos", False)
    assert "Ya no es igual a la fiscal" in tab.client.get(response["Location"]).content.decode()


def test_a_new_issuing_address_is_equal_unless_one_says_otherwise(tab: Tab) -> None:
    tab.submit(STEP, ADDRESS)

    form = tab.client.get("/configuracion/direccion-de-emision/").context["form"]

    assert form["follows_fiscal"].value() is True
    assert {name: form[name].value() for name in Address.CONTENT} == ADDRESS


def test_without_a_fiscal_address_there_is_nothing_to_be_equal_to(tab: Tab) -> None:
    for typed in (ADDRESS, {}, {"postal_code": "370"}):
        form = tab.submit(ISSUING, typed | {"follows_fiscal": "on"}).context["form"]

        assert form.errors == {"follows_fiscal": [NO_FISCAL_ADDRESS]}
    assert not Address.objects.exists()
