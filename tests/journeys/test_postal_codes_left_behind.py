"""What came from a former postal code, where another was typed and not looked up, or nobody knows it."""

from companies.forms.addresses import LEFT_BEHIND
from companies.models import Address
from tests.journeys.test_postal_codes import ONE, SEVERAL, STEP, colonias
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab, hidden


def test_a_colonia_of_a_former_code_is_told_before_it_is_saved(tab: Tab) -> None:
    (only,) = colonias(ONE)
    first = tab.submit(STEP, {"postal_code": ONE}, accion="buscar")
    typed = {**ADDRESS, "postal_code": SEVERAL, "neighborhood": only}

    refused = tab.submit(STEP, typed, page=hidden(first), accion="guardar")

    form = refused.context["form"]
    assert form.errors == {"neighborhood": [LEFT_BEHIND.format(only, ONE, SEVERAL)]}
    assert form["neighborhood"].value() == ""
    assert not Address.objects.exists()
    # Whoever writes it again means it.
    tab.submit(STEP, typed, page=hidden(refused), accion="guardar")
    assert Address.objects.get().neighborhood == only


def test_the_only_colonia_in_its_place_is_shown_before_it_is_saved(tab: Tab) -> None:
    (only,), another = colonias(ONE), colonias(SEVERAL)[0]
    first = tab.submit(STEP, {"postal_code": SEVERAL}, accion="buscar")
    typed = {**ADDRESS, "postal_code": ONE, "neighborhood": another}

    refused = tab.submit(STEP, typed, page=hidden(first))

    form = refused.context["form"]
    assert form.errors == {"neighborhood": [LEFT_BEHIND.format(another, SEVERAL, ONE)]}
    assert form["neighborhood"].value() == only


def test_before_an_unknown_code_goes_what_the_former_filled_in(tab: Tab) -> None:
    first = tab.submit(STEP, {"postal_code": "37000"}, accion="buscar")

    form = tab.submit(STEP, {**ADDRESS, "postal_code": "99998"}, page=hidden(first), accion="buscar").context[
        "form"
    ]

    gone = ("neighborhood", "state", "municipality", "locality")
    assert [form[name].value() for name in gone] == ["", "", "", ""]
    assert form["street"].value() == ADDRESS["street"]
    assert form.filled_from == ""
