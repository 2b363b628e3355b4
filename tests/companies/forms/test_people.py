"""Step 7."""

from typing import Any

import pytest
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory

from companies.forms import UserForm
from companies.models import User
from mailing.models import Message
from tests.conftest import PASSWORD
from tests.mailing.test_forms import injections

NEW = "Caballo-Nuevo-7"
DATA = {
    "full_name": "Íñigo Peña",
    "email": "panaderia@example.com",
    "alternate_email": "",
    "phone": "477 123 4567",
    "initials": "ÍP",
    "username": "panaderia",
}
CHOSEN = {"password": NEW, "password_confirmation": NEW}


@pytest.fixture
def newcomer(issuer: User) -> User:
    """An issuer whose password is still the temporary one."""
    issuer.password_is_temporary = True
    issuer.save()
    return issuer


@pytest.fixture
def settled(issuer: User) -> User:
    """An issuer that has saved this step before."""
    fill(issuer).save()
    return issuer


def fill(user: User, **values: str) -> UserForm:
    form = UserForm(DATA | values, instance=user)
    form.is_valid()
    return form


def errors(user: User, **values: str) -> dict[str, Any]:
    return dict(fill(user, **values).errors)


def test_the_labels_are_the_guides(newcomer: User) -> None:
    assert [field.label for field in UserForm(instance=newcomer)] == [
        "Nombre completo",
        "Correo electrónico",
        "Correo electrónico alterno",
        "Teléfono",
        "Iniciales",
        "Usuario",
        "Contraseña",
        "Confirme su contraseña",
    ]


def test_passwords_are_never_put_into_the_page(newcomer: User) -> None:
    page = UserForm(DATA | CHOSEN | {"phone": "1"}, instance=newcomer).as_p()

    assert NEW not in page


# --- the temporary password


def test_the_temporary_password_must_be_replaced(newcomer: User) -> None:
    found = errors(newcomer)

    assert list(found) == ["password", "password_confirmation"]
    assert "sustituye a la temporal" in str(found["password"])


def test_it_is_replaced(newcomer: User) -> None:
    form = fill(newcomer, **CHOSEN)
    assert form.is_valid()

    form.save()

    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)
    assert not newcomer.password_is_temporary
    assert newcomer.temporary_password_until is None
    assert newcomer.secret_changed_at is not None
    assert form.password_changed


def test_the_temporary_one_is_not_taken_again(newcomer: User) -> None:
    temporary = "abcde-fghjk-mnpqr"
    newcomer.set_password(temporary)

    found = errors(newcomer, password=temporary, password_confirmation=temporary)

    assert "Esa es la contraseña temporal" in str(found["password"])


def test_the_present_password_is_not_asked_for_the_first_time(newcomer: User) -> None:
    assert "current_password" not in UserForm(instance=newcomer).fields
    assert fill(newcomer, email="nueva@example.com", **CHOSEN).is_valid()


def test_the_same_submission_again_changes_nothing(newcomer: User) -> None:
    fill(newcomer, **CHOSEN).save()
    newcomer.refresh_from_db()

    again = fill(newcomer, **CHOSEN)

    assert again.is_valid()
    assert not again.has_changed()


# --- later visits


def test_an_empty_password_keeps_the_present_one(settled: User) -> None:
    form = fill(settled, phone="55 0000 0000")
    assert form.is_valid()

    form.save()

    settled.refresh_from_db()
    assert settled.check_password(PASSWORD)
    assert settled.phone == "55 0000 0000"
    assert not form.password_changed


def test_nothing_new_writes_nothing(settled: User, django_assert_num_queries: Any) -> None:
    settled.refresh_from_db()

    with django_assert_num_queries(0):
        form = fill(settled)
        assert form.is_valid()
        form.save()

    assert not form.has_changed()


@pytest.mark.parametrize("change", [{"email": "nueva@example.com"}, CHOSEN])
def test_address_and_password_ask_for_the_present_password(settled: User, change: dict[str, str]) -> None:
    missing = errors(settled, **change)
    settled.refresh_from_db()
    wrong = errors(settled, **change, current_password="otra cosa")

    assert "Escriba su contraseña actual" in str(missing["current_password"])
    assert "La contraseña actual no es correcta" in str(wrong["current_password"])
    settled.refresh_from_db()
    assert fill(settled, **change, current_password=PASSWORD).is_valid()


def test_other_changes_do_not_ask(settled: User) -> None:
    assert fill(settled, username="otra", full_name="Otra", alternate_email="a@example.com").is_valid()


@pytest.mark.parametrize(
    ("password", "again", "field", "sentence"),
    [
        ("corta", "corta", "password", "La contraseña es muy corta. Escriba al menos 10 caracteres."),
        ("1234567890", "1234567890", "password", "se adivina pronto"),
        ("82746193058", "82746193058", "password", "solo números"),
        ("íñigo peña 1", "íñigo peña 1", "password", "se parece a su nombre"),
        ("nuevonombre7", "nuevonombre7", "password", "se parece a su nombre"),
        (NEW, "Caballo-Nuevo-8", "password_confirmation", "no son iguales"),
        (NEW, "", "password_confirmation", "no son iguales"),
        ("", NEW, "password", "Escriba la contraseña nueva también aquí"),
    ],
)
def test_bad_passwords_are_told_in_spanish(
    settled: User, password: str, again: str, field: str, sentence: str
) -> None:
    form = fill(
        settled,
        username="nuevonombre",
        password=password,
        password_confirmation=again,
        current_password=PASSWORD,
    )

    assert list(form.errors) == [field]
    assert sentence in str(form.errors[field])


def test_a_password_is_taken_as_typed(settled: User) -> None:
    spaced = "  cuatro palabras y ñandú  "
    form = fill(settled, password=spaced, password_confirmation=spaced, current_password=PASSWORD)
    assert form.is_valid()

    form.save()

    assert settled.check_password(spaced)


# --- the address


def test_a_new_address_is_asked_and_the_old_one_told(settled: User) -> None:
    fill(settled, email="nueva@example.com", current_password=PASSWORD).save()

    settled.refresh_from_db()
    assert (settled.email, settled.confirmed_email) == ("nueva@example.com", "panaderia@example.com")
    assert {message.kind: message.to for message in Message.objects.all()} == {
        "companies.email_confirmation": "nueva@example.com",
        "companies.email_changed": "panaderia@example.com",
    }


@pytest.mark.parametrize(
    "email", ["", "panaderia", "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com"]
)
def test_addresses_are_checked(settled: User, email: str) -> None:
    assert list(errors(settled, email=email, current_password=PASSWORD)) == ["email"]


def test_the_alternate_address_is_another_one(settled: User) -> None:
    found = errors(settled, alternate_email="Panaderia@example.com")

    assert "igual al primero" in str(found["alternate_email"])


# --- names


def test_user_names_are_unique_ignoring_case(settled: User, other_issuer: User) -> None:
    found = errors(settled, username="JOSE")

    assert "Ese nombre de usuario ya está ocupado." in str(found["username"])
    assert fill(settled, username="PANADERIA").is_valid()


@pytest.mark.parametrize("username", ["dos palabras", "a/b", "ana|"])
def test_user_names_have_simple_characters(settled: User, username: str) -> None:
    assert "sin espacios" in str(errors(settled, username=username)["username"])


def test_initials_are_proposed_and_saved(issuer: User) -> None:
    assert UserForm(instance=issuer)["initials"].value() == "ÍP"
    form = fill(issuer)

    assert "initials" in form.changed_data
    form.save()

    issuer.refresh_from_db()
    assert issuer.initials == "ÍP"


# --- sessions


def test_this_session_goes_on_and_the_others_end(client: Client, settled: User, rf: RequestFactory) -> None:
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(settled, backend="companies.accounts.auth.Backend")
    fill(settled, **CHOSEN, current_password=PASSWORD).save()
    request = rf.get("/")
    request.session, request.user = client.session, settled

    update_session_auth_hash(request, settled)
    request.session.save()
    client.cookies["sesion"] = request.session.session_key or ""

    assert client.get("/entrar/").status_code == 302
    assert elsewhere.get("/entrar/").status_code == 200


def test_10_000_hostile_line_breaks_are_refused_in_every_field(settled: User) -> None:
    """CR, LF, U+2028 and their like never get into what a mail's header is made of."""
    fields = UserForm(instance=settled).fields
    names = ["full_name", "email", "alternate_email", "username"]
    passed = []
    for number, value in enumerate(injections(10_000)):
        try:
            fields[names[number % len(names)]].clean(value)
        except ValidationError:
            continue
        passed.append(value)

    assert passed == []


def test_a_name_on_two_lines_gets_a_sentence(settled: User) -> None:
    assert errors(settled, full_name="Íñigo\u2028Peña") == {
        "full_name": ["Escriba «Nombre completo» en una sola línea, sin caracteres especiales de control."]
    }
