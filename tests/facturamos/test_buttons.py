"""Addresses that only a button leads to: every one of the site, whatever went wrong when it was pressed."""

from collections.abc import Callable
from html import unescape
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import get_resolver

from companies.models import PrivacyNotice, User
from facturamos import buttons
from tests.conftest import PASSWORD
from tests.journeys.test_addresses import address, ours, patterns
from tests.journeys.test_admin_matrix import addresses_of
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
PAGE = "Esta dirección no se abre así"
WHY = "Su sesión terminó; lo que acaba de pedir no se hizo."
# What its button sends along, and the page that it stands on: who is signed in, who is not.
BUTTONS = {
    "/configuracion/prueba/": ({"de": "terminar"}, "/configuracion/terminar/#prueba"),
    "/panel/soporte/": ({"accion": "permitir"}, "/panel/"),
    "/configuracion/datos-fiscales/pedir/retirar/": ({}, "/panel/"),
}
# Where browsers themselves tell what a page's policy kept from happening.
BROWSERS = {"/csp/"}
# What a page's script asks for, which answers in JSON, also when the session is over.
SCRIPTS = {f"/configuracion/carta-manifiesto/firma/{rest}" for rest in ("", "preparar/")}


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def way_on(response: Any) -> str:
    """Where the first button of a page in trouble leads."""
    (first, *_) = lxml.html.fromstring(response.content).xpath('//p[@class="actions"]/a/@href')
    return str(first)


def every_address() -> list[str]:
    """All but admin's rows: those of admin itself too."""
    known = [*(address(route) for route in ours().values())]
    of_admin = [
        f"/{route}"
        for route, pattern in patterns(get_resolver())
        if route.startswith("admin/") and pattern.name and "<" not in route and "(" not in route
    ]
    return [*known, *of_admin]


def button_only(client: Client, addresses: list[str]) -> dict[str, Any]:
    """The addresses that answer no GET, with what they answer."""
    found = {}
    for each in addresses:
        answer = client.get(each)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        if answer.status_code == 405:
            found[each] = answer
    return found


@pytest.fixture
def cast(issuer: User, support: User) -> dict[str, User]:
    return {"issuer": issuer, "support": support}


def test_the_list_above_is_the_site_s(client: Client, issuer: User) -> None:
    private = {each for each in button_only(client, every_address()) if not each.startswith("/admin/")}

    assert private == {*BUTTONS, *SCRIPTS, *BROWSERS, "/salir/"}


@pytest.mark.parametrize("who", ["nobody", "issuer", "support"])
def test_opened_like_a_page_each_is_a_page_that_leads_to_its_button(
    cast: dict[str, User], sign_in: SignIn, client: Client, who: str
) -> None:
    rows = rows_of(cast["issuer"])
    if who in cast:
        sign_in(cast[who])
    addresses = [*every_address(), *(addresses_of(rows) if who == "support" else [])]

    found = button_only(client, addresses)

    assert {"/salir/", *BUTTONS, *SCRIPTS} <= set(found)
    for each, answer in found.items():
        assert PAGE in text_of(answer), each
        assert "Asistencia" in text_of(answer), each
        assert answer.headers["Allow"], each
        assert client.get(way_on(answer), follow=True).status_code == 200, each


@pytest.mark.parametrize("pressed", BUTTONS)
def test_after_signing_in_again_it_is_the_page_of_the_button(
    client: Client, issuer: User, pressed: str
) -> None:
    sent, page = BUTTONS[pressed]

    response = client.post(pressed, sent, follow=True)

    assert WHY in text_of(response)
    # A wrong password in between changes neither.
    form = lxml.html.fromstring(response.content).forms[-1]
    wrong = client.post("/entrar/", {**form.fields, "username": issuer.username, "password": "no"})
    assert WHY in text_of(wrong)
    form = lxml.html.fromstring(wrong.content).forms[-1]
    right = client.post("/entrar/", {**form.fields, "username": issuer.username, "password": PASSWORD})
    assert right.headers["Location"] == page
    assert client.get(right.headers["Location"], follow=True).status_code == 200


def test_the_reason_is_not_said_to_who_comes_by_a_link(client: Client) -> None:
    for link in ("/panel/", "/configuracion/"):
        assert "Su sesión terminó" not in text_of(client.get(link, follow=True))


@pytest.mark.parametrize("pressed", [*BUTTONS, "/salir/", "/admin/logout/"])
@pytest.mark.parametrize("who", ["issuer", "support"])
def test_a_page_that_was_open_too_long_is_opened_anew(
    cast: dict[str, User], pressed: str, who: str, notice: PrivacyNotice
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast[who], backend="companies.accounts.auth.Backend")

    response = client.post(pressed, {"accion": "permitir"})

    assert response.status_code == 403
    assert "Abrir la página de nuevo" in text_of(response)
    assert "presione otra vez el botón" in text_of(response)
    assert client.get(way_on(response), follow=True).status_code == 200


@pytest.mark.parametrize("pressed", BUTTONS)
def test_without_any_cookie_left_it_is_the_sign_in_page(pressed: str) -> None:
    client = Client(enforce_csrf_checks=True)

    response = client.post(pressed, follow=True)

    assert response.redirect_chain[0][0].startswith("/entrar/?next=")
    assert WHY in text_of(response)


def test_a_post_where_only_pages_are_is_a_page_too(sign_in: SignIn, issuer: User) -> None:
    client = sign_in(issuer)

    response = client.post("/configuracion/prueba/muestra.xml")

    assert response.status_code == 405
    assert PAGE in text_of(response)
    assert response.headers["Allow"] == "GET, HEAD"
    assert "Salir" in text_of(response)


def test_what_was_typed_at_too_great_length_is_told_as_lost(client: Client) -> None:
    response = client.post("/configuracion/datos-fiscales/", {"datos-fiscales-name": "Ñ" * 30_000})

    assert f"&{buttons.OVER}=" in response.headers["Location"]


@pytest.fixture
def notice(db: None) -> PrivacyNotice:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    return notice
