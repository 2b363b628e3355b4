"""Who signs in; this session goes on with the new password, the others end."""

import pytest
from django.test import Client

from companies.models import User
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS, NEW_PASSWORD
from tests.onboarding.browser import Tab, hidden

SLUG = "usuario"


@pytest.fixture
def temporary(issuer: User) -> User:
    """The issuer with the password that came by mail."""
    User.objects.filter(pk=issuer.pk).update(password_is_temporary=True)
    issuer.refresh_from_db()
    return issuer


def test_the_temporary_password_must_be_replaced(temporary: User, tab: Tab) -> None:
    empty = ANSWERS[SLUG]() | {"password": "", "password_confirmation": ""}

    text = tab.submit(SLUG, empty).content.decode()

    assert "sustituye a la temporal" in text
    temporary.refresh_from_db()
    assert temporary.password_is_temporary


def test_this_session_goes_on_and_the_others_end(temporary: User, tab: Tab) -> None:
    elsewhere = Client()
    elsewhere.force_login(temporary, backend="companies.accounts.auth.Backend")

    response = tab.submit(SLUG, ANSWERS[SLUG]())

    assert response.headers["Location"] == "/configuracion/logotipo/"
    assert tab.client.get("/configuracion/").status_code == 200
    assert elsewhere.get("/configuracion/").headers["Location"].startswith("/entrar/")
    temporary.refresh_from_db()
    assert temporary.check_password(NEW_PASSWORD)
    assert not temporary.password_is_temporary


def test_a_double_click_is_harmless(temporary: User, tab: Tab) -> None:
    page = tab.open(SLUG)
    tab.submit(SLUG, ANSWERS[SLUG](), page)

    assert tab.submit(SLUG, ANSWERS[SLUG](), page).status_code == 302


def test_later_an_empty_password_keeps_the_present_one(issuer: User, tab: Tab) -> None:
    answers = ANSWERS[SLUG]() | {"password": "", "password_confirmation": ""}

    assert tab.submit(SLUG, answers).status_code == 302

    issuer.refresh_from_db()
    assert issuer.check_password(PASSWORD)


def test_later_a_new_password_asks_for_the_present_one(issuer: User, tab: Tab) -> None:
    refused = tab.submit(SLUG, ANSWERS[SLUG]()).content.decode()
    assert "Escriba su contraseña actual" in refused

    assert tab.submit(SLUG, ANSWERS[SLUG]() | {"current_password": PASSWORD}).status_code == 302


def test_a_password_never_comes_back_to_the_page(temporary: User, tab: Tab) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG]() | {"password_confirmation": "otra-cosa-99"})

    text = response.content.decode()
    assert "no son iguales" in text
    assert NEW_PASSWORD not in text
    assert "otra-cosa-99" not in text


def test_a_name_of_another_user_is_taken_in_whatever_case(
    issuer: User, other_issuer: User, temporary: User, tab: Tab
) -> None:
    text = tab.submit(SLUG, ANSWERS[SLUG]() | {"username": "JOSE"}).content.decode()

    assert "ya está ocupado" in text


def test_a_browser_fills_in_one_of_the_two_addresses(tab: Tab) -> None:
    fields = tab.client.get("/configuracion/usuario/").context["form"].fields

    assert fields["email"].widget.attrs["autocomplete"] == "email"
    assert fields["alternate_email"].widget.attrs["autocomplete"] == "off"


def test_proposed_initials_follow_the_name_until_somebody_types_others(temporary: User, tab: Tab) -> None:
    User.objects.filter(pk=temporary.pk).update(full_name="Ana Ruiz", initials="")
    page = tab.client.get("/configuracion/usuario/")
    assert page.context["form"]["initials"].value() == "AR"
    typed = ANSWERS[SLUG]() | {"initials": "AR", "full_name": "Ana Ñu", "password": "corta"}

    page = tab.submit(SLUG, typed, hidden(page))
    assert page.context["form"]["initials"].value() == "AÑ"
    refused = tab.submit(SLUG, typed | {"initials": "AÑ", "full_name": "Eva Ñu Paz"}, hidden(page))
    assert refused.context["form"]["initials"].value() == "EÑP"
    own = tab.submit(SLUG, typed | {"initials": "YO", "full_name": "Eva Ñu"}, hidden(refused))
    assert own.context["form"]["initials"].value() == "YO"

    good = ANSWERS[SLUG]() | {"initials": "EÑP", "full_name": "Eva de la Ñu"}
    assert tab.submit(SLUG, good, hidden(refused)).status_code == 302
    temporary.refresh_from_db()
    assert temporary.initials == "EÑ"


def test_stored_initials_stay_when_the_name_is_corrected(temporary: User, tab: Tab) -> None:
    User.objects.filter(pk=temporary.pk).update(full_name="Ana Ruiz", initials="AR")

    tab.submit(SLUG, ANSWERS[SLUG]() | {"initials": "AR", "full_name": "Eva Paz"})

    temporary.refresh_from_db()
    assert (temporary.full_name, temporary.initials) == ("Eva Paz", "AR")
