"""Which sender is chosen on step 10: the default one, until somebody chooses or types another."""

from typing import Any

import lxml.html
import pytest

from companies.models import Company, User
from mailing.models import Mailbox, MailboxTest
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab, hidden

SLUG = "correo"


def chosen(response: Any) -> str:
    """The sender that the page shows as chosen."""
    page = lxml.html.document_fromstring(response.content.decode())
    (radio,) = page.xpath('//input[@name="correo-sender"][@checked]')
    assert radio.get("form") == "paso"
    return str(radio.get("value"))


def as_shown(tab: Tab) -> dict[str, str]:
    """What a browser sends of a page that nobody touched."""
    form = tab.client.get("/configuracion/correo/").context["form"]
    sent = {
        name: form[name].value() or "" for name in ("from_email", "from_name", "username", "host", "port")
    }
    return {**sent, **({"use_ssl": "on"} if form["use_ssl"].value() else {}), "sender": "default"}


@pytest.mark.parametrize("pressed", ["guardar", "", "salir"])
def test_the_default_sender_is_chosen_and_the_main_button_takes_it(
    tab: Tab, issuer: User, pressed: str
) -> None:
    assert issuer.company is not None
    Company.objects.filter(pk=issuer.company.pk).update(name="PANADERÍA  LA ÑAPA ")
    assert chosen(tab.client.get("/configuracion/correo/")) == "default"

    response = tab.submit(SLUG, as_shown(tab), accion=pressed)

    assert response["Location"] == "/configuracion/" + ("" if pressed == "salir" else "documentos/")
    assert not Mailbox.objects.exists()
    assert "Omitido" in tab.client.get("/configuracion/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"from_email": "ventas@example.com"},
        {"from_name": "Otra"},
        {"username": "ventas"},
        {"password": "clave-smtp-9"},
        {"host": "smtp.example.com"},
        {"port": "587"},
    ],
)
def test_who_types_something_has_chosen_a_mailbox(tab: Tab, typed: dict[str, str]) -> None:
    response = tab.submit(SLUG, as_shown(tab) | typed, accion="guardar")

    assert response.status_code == 200
    assert response.context["form"].errors
    assert chosen(response) == "own"
    assert tab.submit(SLUG, ANSWERS[SLUG]() | {"sender": "default"}).status_code == 302
    assert Mailbox.objects.exists()
    assert chosen(tab.client.get("/configuracion/correo/")) == "own"


def test_what_was_chosen_by_hand_counts_whatever_was_typed(tab: Tab) -> None:
    own = tab.submit(SLUG, as_shown(tab) | {"sender": "own"}, accion="guardar")
    assert own.context["form"].errors

    tab.submit(SLUG, ANSWERS[SLUG]() | {"sender": "only-default"}, accion="guardar")

    assert not Mailbox.objects.exists()
    assert "Omitido" in tab.client.get("/configuracion/").content.decode()


def test_a_mailbox_that_was_left_out_is_chosen_again_by_choosing_it(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    tab.submit(SLUG, {}, accion="omitir")
    assert chosen(tab.client.get("/configuracion/correo/")) == "default"

    tab.submit(SLUG, as_shown(tab) | {"sender": "own"}, accion="guardar")

    assert chosen(tab.client.get("/configuracion/correo/")) == "own"
    assert "Falta probarlo" in tab.client.get("/configuracion/").content.decode()


def test_a_mailbox_is_tested_whatever_is_chosen(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]() | {"sender": "default"}, accion="probar")

    assert MailboxTest.objects.count() == 1


def after_the_session(tab: Tab, issuer: User, sent: dict[str, str]) -> Any:
    """The page as it comes back to who sent it when the session was over."""
    carried = tab.open(SLUG)
    tab.client.logout()
    data = {f"{SLUG}-{name}": value for name, value in sent.items()}
    tab.client.post("/configuracion/correo/", {**carried, **data, "accion": "guardar"}, follow=True)
    tab.client.post("/entrar/", {"username": issuer.username, "password": PASSWORD})
    return tab.client.get("/configuracion/correo/")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({}, "default"),
        ({"sender": "own"}, "own"),
        ({"from_email": "ventas@example.com"}, "own"),
        ({"from_email": "ventas@example.com", "sender": "only-default"}, "only-default"),
    ],
)
def test_the_sender_chosen_when_the_session_was_over_is_still_chosen(
    tab: Tab, issuer: User, typed: dict[str, str], shown: str
) -> None:
    sent = as_shown(tab) | typed

    given_back = after_the_session(tab, issuer, sent)

    assert "Recuperamos lo que había escrito" in given_back.content.decode()
    assert given_back.context["form"]["from_email"].value() == sent["from_email"]
    assert chosen(given_back) == shown


def test_the_default_sender_given_back_is_taken_by_the_main_button(tab: Tab, issuer: User) -> None:
    typed = as_shown(tab) | {"from_email": "ventas@example.com", "sender": "only-default"}
    given_back = after_the_session(tab, issuer, typed)

    response = tab.submit(SLUG, typed, hidden(given_back), accion="guardar")

    assert response["Location"] == "/configuracion/documentos/"
    assert not Mailbox.objects.exists()
