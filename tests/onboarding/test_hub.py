"""`/configuracion/`: the steps with their states, and the next thing to do."""

from collections.abc import Callable

from django.test import Client

from companies.models import PrivacyNotice, User
from tests.onboarding.answers import ADDRESS
from tests.onboarding.browser import Tab


def test_a_visitor_is_asked_to_sign_in(client: Client, db: None) -> None:
    response = client.get("/configuracion/")

    assert response.headers["Location"] == "/entrar/?next=/configuracion/"


def test_staff_go_to_the_admin(sign_in: Callable[[User], Client], distributor: User) -> None:
    assert sign_in(distributor).get("/configuracion/").headers["Location"] == "/admin/"


def test_a_new_issuer_is_led_to_the_notice(
    sign_in: Callable[[User], Client], issuer: User, notice: PrivacyNotice
) -> None:
    text = sign_in(issuer).get("/configuracion/").content.decode()

    assert "Le faltan 8 pasos" in text
    assert "/configuracion/aviso-de-privacidad/" in text
    assert "/configuracion/sellos/" not in text


def test_what_was_saved_is_still_there_on_another_device(tab: Tab, issuer: User) -> None:
    tab.submit("direccion-fiscal", ADDRESS)
    elsewhere = Client()
    elsewhere.force_login(issuer, backend="companies.auth.Backend")

    text = elsewhere.get("/configuracion/").content.decode()

    assert text.count("Completo") == 2
    assert "Avenida de los Ñandúes" in elsewhere.get("/configuracion/direccion-fiscal/").content.decode()
