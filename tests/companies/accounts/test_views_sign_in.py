"""«Entrar»: who gets in, where to, and how often one may guess."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.utils import timezone

from companies.models import Company, Distributor, User
from mailing.models import Message
from tests.conftest import PASSWORD

WRONG = "El usuario o la contraseña no son correctos."


def post(client: Client, username: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/entrar/", {"username": username, "password": password, **more})


def test_the_page_has_the_words_of_the_guide(client: Client, db: None) -> None:
    page = client.get("/entrar/").text

    for words in ("Usuario</label>", "Contraseña</label>", ">Entrar</button>", "¿Olvidó su contraseña?"):
        assert words in page
    assert "distribuidor" in page


def test_an_issuer_lands_on_the_hub(client: Client, issuer: User) -> None:
    response = post(client, "panaderia")

    assert response.status_code == 302
    assert response.url == "/configuracion/"
    assert client.session["_auth_user_id"] == str(issuer.pk)


@pytest.mark.parametrize("who", ["distributor", "support"])
def test_staff_land_in_admin(client: Client, who: str, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(who)

    assert post(client, user.username).url == "/admin/companies/company/tablero/"


def test_the_case_of_the_name_does_not_matter(client: Client, issuer: User) -> None:
    assert post(client, "PaNaDeRiA").status_code == 302


@pytest.mark.parametrize("wanted", ["/configuracion/usuario/", "/panel/?de=correo"])
def test_it_goes_on_to_the_page_that_was_wanted(client: Client, issuer: User, wanted: str) -> None:
    assert post(client, "panaderia", next=wanted).url == wanted


@pytest.mark.parametrize(
    "wanted", ["https://example.com/", "//example.com", "/\\example.com", "javascript:alert(1)", "http:///x"]
)
def test_it_goes_to_no_other_site(client: Client, issuer: User, wanted: str) -> None:
    assert post(client, "panaderia", next=wanted).url == "/configuracion/"


def test_who_is_in_already_goes_on(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert client.get("/entrar/")["Location"] == "/configuracion/"


@pytest.mark.parametrize(
    "who",
    ["panaderia", "nadie", "sin-clave", "panaderia@example.com", "nadie@example.com", "dos@example.com"],
)
def test_every_wrong_guess_costs_one_hash(client: Client, issuer: User, other_issuer: User, who: str) -> None:
    other_issuer.username = "sin-clave"
    other_issuer.set_unusable_password()
    other_issuer.confirmed_email = "dos@example.com"
    other_issuer.save()
    User.objects.create(username="tercera", company=other_issuer.company, confirmed_email="dos@example.com")
    count = mock.Mock()

    with counted_hasher(count):
        post(client, who, "otra cosa")

    assert count.call_count == 1


@pytest.mark.parametrize(("username", "password"), [("panaderia", "otra cosa"), ("nadie", PASSWORD)])
def test_wrong_and_unknown_get_the_same_answer(
    client: Client, issuer: User, username: str, password: str
) -> None:
    response = post(client, username, password)

    assert response.status_code == 200
    assert WRONG in response.text
    assert password not in response.text


@pytest.mark.parametrize(("username", "password"), [("", PASSWORD), ("panaderia", ""), ("pana\0deria", "x")])
def test_what_is_missing_is_named(client: Client, issuer: User, username: str, password: str) -> None:
    response = post(client, username, password)

    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.text


def test_an_inactive_user_stays_out(client: Client, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(is_active=False)

    assert WRONG in post(client, "panaderia").text


def test_the_user_of_a_deleted_company_stays_out(client: Client, issuer: User) -> None:
    Company.objects.update(deleted_at=timezone.now())

    assert WRONG in post(client, "panaderia").text


# --- the temporary password


def test_an_expired_temporary_password_says_what_to_do(client: Client, issuer: User) -> None:
    issuer.password_is_temporary = True
    issuer.temporary_password_until = timezone.now() - timedelta(seconds=1)
    issuer.save()

    response = post(client, "panaderia")

    assert "Su contraseña temporal ya venció. Pida a su distribuidor" in response.text
    assert "_auth_user_id" not in client.session


def test_only_who_knows_the_password_is_told_that_it_expired(client: Client, issuer: User) -> None:
    issuer.password_is_temporary = True
    issuer.temporary_password_until = timezone.now() - timedelta(seconds=1)
    issuer.save()

    response = post(client, "panaderia", "otra cosa")

    assert WRONG in response.text
    assert "venció" not in response.text


def test_a_temporary_password_opens_until_its_time_is_over(client: Client, issuer: User) -> None:
    issuer.password_is_temporary = True
    issuer.temporary_password_until = timezone.now() + timedelta(minutes=1)
    issuer.save()

    assert post(client, "panaderia").url == "/configuracion/"


def test_an_expired_temporary_password_is_replaced_there_and_then(client: Client, issuer: User) -> None:
    issuer.set_password("abcde-fghjk-mnpqr")
    issuer.password_is_temporary = True
    issuer.temporary_password_until = timezone.now() - timedelta(seconds=1)
    issuer.save()

    page = post(client, "panaderia", "abcde-fghjk-mnpqr ").text
    assert "Enviarme credenciales nuevas</button>" in page
    found = re.search(r'action="(/recuperar/credenciales/[^"]+)"', page)
    assert found is not None
    after = client.post(found[1], follow=True)

    assert "van en camino" in after.text
    assert Message.objects.get().to == "panaderia@example.com"


@pytest.mark.parametrize("password", ["otra cosa", "abcde-fghjk-mnpqs"])
def test_who_does_not_know_the_password_is_offered_nothing(
    client: Client, issuer: User, password: str
) -> None:
    issuer.set_password("abcde-fghjk-mnpqr")
    issuer.password_is_temporary = True
    issuer.temporary_password_until = timezone.now() - timedelta(seconds=1)
    issuer.save()

    assert "/recuperar/credenciales/" not in post(client, "panaderia", password).text


# --- limits


def test_the_fifth_wrong_guess_locks_out(client: Client, issuer: User) -> None:
    answers = [post(client, "panaderia", f"mala {number}").status_code for number in range(5)]
    response = post(client, "panaderia")

    assert answers == [200, 200, 200, 200, 429]
    assert response.status_code == 429
    assert 'href="tel:5500000000"' in response.content.decode()  # whom to call
    assert "espere 15 minutos" in response.text


def test_spellings_of_one_name_share_a_limit(client: Client, issuer: User) -> None:
    for name in ("panaderia", "PANADERIA", "Panaderia", "panaderıa", "ｐanaderia"):
        post(client, name, "mala")

    assert post(client, "panaderia").status_code == 429


def test_a_success_forgets_earlier_failures(client: Client, issuer: User) -> None:
    issuer.username = "Panaderia"
    issuer.save()
    for _ in range(4):
        post(client, "PANADERIA", "mala")

    assert post(client, "panaderia").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_another_address_is_not_locked_out(client: Client, issuer: User) -> None:
    for _ in range(5):
        post(client, "panaderia", "mala")

    response = client.post(
        "/entrar/", {"username": "panaderia", "password": PASSWORD}, REMOTE_ADDR="192.0.2.7"
    )

    assert response.status_code == 302


def test_what_was_typed_as_password_is_not_kept(client: Client, issuer: User) -> None:
    post(client, "panaderia", "secreto-canario")

    attempt = AccessAttempt.objects.get()
    assert "secreto-canario" not in f"{attempt.post_data}{attempt.get_data}"


@contextmanager
def counted_hasher(count: Callable[[], None]) -> Iterator[None]:
    """Calls `count` whenever a password is hashed, for an existing user (verify) or not (encode)."""

    def counting(function: Callable[..., Any]) -> Callable[..., Any]:
        def hash_and_count(*args: Any, **kwargs: Any) -> Any:
            count()
            return function(*args, **kwargs)

        return hash_and_count

    with (
        mock.patch.object(Argon2PasswordHasher, "encode", counting(Argon2PasswordHasher.encode)),
        mock.patch.object(Argon2PasswordHasher, "verify", counting(Argon2PasswordHasher.verify)),
    ):
        yield


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("username", ["panaderia", "nadie"])
def test_two_hundred_guesses_at_once_hash_as_often_as_the_limit_allows(username: str) -> None:
    distributor = Distributor.objects.create(name="Distribuidora")
    company = Company.objects.create(distributor=distributor, name="PANADERÍA", rfc="PNA190312AB1")
    user = User(username="panaderia", company=company)
    user.set_password(PASSWORD)
    user.save()
    hasher = mock.Mock()

    def guess(batch: int) -> list[int]:
        client = Client()
        passwords = [f"mala {batch} {number}" for number in range(5)]
        try:
            return [post(client, username, password).status_code for password in passwords]
        finally:
            connection.close()

    with counted_hasher(hasher), ThreadPoolExecutor(40) as pool:
        answers = [status for statuses in pool.map(guess, range(40)) for status in statuses]

    assert hasher.call_count == 5
    assert sorted(set(answers)) == [200, 429]
    assert answers.count(200) == 4


# --- signing out


def test_signing_out_needs_a_post(client: Client, issuer: User) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert client.get("/salir/").status_code == 405
    assert "_auth_user_id" in client.session
    assert client.post("/salir/")["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_the_link_of_the_mail_brings_the_name_along(client: Client, issuer: User) -> None:
    page = client.get("/entrar/?usuario=panader%C3%ADa%22%3E%3Cb%3E").content.decode()

    assert 'value="panadería&quot;&gt;&lt;b&gt;"' in page
    assert 'type="password"' in page
