"""Where a page leads once it is saved: on, out, or back to «Cambiar»; and what is said there."""

import pytest
from django.test import Client

from companies.models import User
from onboarding.models import Onboarding, StepState
from onboarding.steps import STEPS
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab, address_after, hidden

SAVED = "Guardado: Documentos."


def documents(tab: Tab, query: str = "", accion: str = "guardar") -> str:
    """Saves step 11 as it was opened; returns where that leads."""
    address = f"/configuracion/documentos/{query}"
    carried = hidden(tab.client.get(address))
    data = {f"documentos-{name}": value for name, value in ANSWERS["documentos"]().items()}
    response = tab.client.post(address, carried | data | {"accion": accion})
    return response.headers["Location"]


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.fixture
def finished(tab: Tab, issuer: User) -> Tab:
    """An issuer who has finished, as far as the pages are concerned."""
    Onboarding.objects.update(finished_at="2026-03-02T18:00Z", finished_by=issuer)
    return tab


@pytest.mark.parametrize("step", STEPS[:-1], ids=lambda step: step.slug)
def test_every_step_can_be_saved_and_left(tab: Tab, step: object) -> None:
    page = shown(tab.client, f"/configuracion/{step.slug}/")  # type: ignore[attr-defined]

    assert page.count('value="salir">Guardar y salir</button>') == 1


def test_saving_and_leaving_leads_to_the_list_which_says_so(tab: Tab) -> None:
    assert documents(tab, accion="salir") == "/configuracion/"

    assert StepState.objects.filter(slug="documentos").exists()
    assert SAVED in shown(tab.client, "/configuracion/")


def test_after_finishing_it_leads_to_the_panel(finished: Tab) -> None:
    assert documents(finished, accion="salir") == "/panel/"


def test_after_finishing_a_question_keeps_the_way_to_the_panel(finished: Tab) -> None:
    typed = ANSWERS["datos-fiscales"]() | {"rfc": "RTO840921RE4"}

    asked = finished.submit("datos-fiscales", typed, accion="salir")["Location"]
    left = finished.submit("datos-fiscales", typed, accion="salir")["Location"]

    assert (asked, left) == ("/configuracion/datos-fiscales/?de=panel", "/panel/")


def test_what_is_wrong_is_not_left(tab: Tab) -> None:
    response = tab.submit("direccion-fiscal", {"street": ""}, accion="salir")

    assert response.status_code == 200
    assert "Falta corregir" in response.content.decode()


@pytest.mark.parametrize("back", ["panel", "terminar"])
def test_what_was_changed_from_elsewhere_is_said_there(finished: Tab, back: str) -> None:
    address = documents(finished, f"?de={back}")

    assert address == ("/panel/" if back == "panel" else "/configuracion/terminar/")
    assert SAVED in shown(finished.client, address)


def test_what_was_left_out_is_not_called_saved(finished: Tab) -> None:
    carried = finished.open("correo")
    finished.client.post("/configuracion/correo/?de=panel", carried | {"accion": "omitir"})

    text = shown(finished.client, "/panel/")
    assert "Omitido por ahora: Correo electrónico." in text
    assert "Guardado" not in text


def test_on_the_way_nothing_is_said(tab: Tab) -> None:
    assert documents(tab) == address_after("documentos")

    assert "Guardado:" not in shown(tab.client, "/configuracion/terminar/")
