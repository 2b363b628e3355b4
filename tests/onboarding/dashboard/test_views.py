"""`/configuracion/`: the steps with their states, and the next thing to do."""

from collections.abc import Callable

from django.test import Client

from companies.models import PrivacyNotice, User
from onboarding.steps import STEPS
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/configuracion/")

    assert response.headers["Location"] == "/entrar/?next=/configuracion/"


def test_staff_go_to_the_admin(sign_in: Callable[[User], Client], distributor: User) -> None:
    assert (
        sign_in(distributor).get("/configuracion/").headers["Location"] == "/admin/companies/company/tablero/"
    )


def test_a_new_issuer_is_led_to_the_notice(
    sign_in: Callable[[User], Client], issuer: User, notice: PrivacyNotice
) -> None:
    text = sign_in(issuer).get("/configuracion/").content.decode()

    needed = [step for step in STEPS if step.counts and not step.optional]
    assert f"Le faltan {len(needed)} pasos" in text
    assert "/configuracion/aviso-de-privacidad/" in text
    assert "/configuracion/sellos/" not in text


def test_what_was_saved_is_still_there_on_another_device(tab: Tab, issuer: User) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    elsewhere = Client()
    elsewhere.force_login(issuer, backend="companies.accounts.auth.Backend")

    text = elsewhere.get("/configuracion/").content.decode()

    assert text.count("Completo") == 3  # the sign-in, too
    assert "Avenida de los Ñandúes" in elsewhere.get("/configuracion/direccion-fiscal/").content.decode()


def test_the_list_says_once_why_steps_are_closed_and_how_long_they_take(
    issuer: User, sign_in: Callable[[User], Client], notice: PrivacyNotice
) -> None:
    text = sign_in(issuer).get("/configuracion/").content.decode()

    assert text.count("se abren en cuanto acepte el aviso") == 1
    assert f"Son unos {sum(step.minutes for step in STEPS)} minutos en total." in text
    assert all(f"<small>{step.minutes} min</small>" in text for step in STEPS)
    assert all(step.needs and f"<small>Necesita: {step.needs}</small>" in text for step in STEPS)
    assert ">Iniciar sesión<" in text


def test_what_is_done_takes_no_more_time(tab: Tab) -> None:
    text = tab.client.get("/configuracion/").content.decode()

    assert f"Son unos {sum(step.minutes for step in STEPS[1:])} minutos en total." in text


def test_the_landing_page_says_what_a_pac_is(client: Client, db: None) -> None:
    text = client.get("/").content.decode()

    before, said, _ = text.partition("quien valida sus facturas ante el SAT")
    assert said
    assert before.count("PAC") == 1
