"""Step 7 under a stolen session: the present password cannot be guessed there."""

from unittest import mock

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher

from companies.limits import PASSWORD_TRIES
from companies.models import User
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab

pytestmark = pytest.mark.django_db
TOO_MANY = "Hubo demasiados intentos con esta contraseña."


def answer(**changes: str) -> dict[str, object]:
    kept = {"username": "panaderia", "password": "", "password_confirmation": ""}
    return ANSWERS["usuario"]() | kept | {"email": "otra@example.com"} | changes


def guess(tab: Tab, password: str) -> str:
    return str(tab.submit("usuario", answer(current_password=password)).text)


def test_ten_wrong_ones_and_no_more_is_tried(tab: Tab, issuer: User) -> None:
    told = [guess(tab, f"mala-{number}") for number in range(25)]

    assert ["no es correcta" in page for page in told] == [True] * 10 + [False] * 15
    assert all(TOO_MANY in page for page in told[10:])
    with mock.patch.object(Argon2PasswordHasher, "verify") as verify:
        assert TOO_MANY in guess(tab, PASSWORD)
    verify.assert_not_called()


def test_the_field_for_a_new_one_is_no_way_round(tab: Tab, issuer: User) -> None:
    """What is typed there is compared with the present one, too."""
    for number in range(12):
        typed = f"Caballo-Azul-{number}"
        tab.submit("usuario", answer(email=issuer.email, password=typed, password_confirmation=typed))

    assert PASSWORD_TRIES.is_spent(issuer.pk)
    assert TOO_MANY in guess(tab, PASSWORD)


def test_who_knows_it_changes_it_as_often_as_it_likes(tab: Tab, issuer: User) -> None:
    present = PASSWORD
    for number in range(12):
        new = f"Molcajete-Azul-{number}"
        changes = {"password": new, "password_confirmation": new, "current_password": present}
        assert tab.submit("usuario", answer(**changes)).status_code == 302
        present = new
