"""Spraying, and guessing from many addresses, come to an end; nobody is locked out by others for long."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.tokens import default_token_generator
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from companies.accounts import guessing
from companies.models import Distributor, User
from mailing.models import Message
from tests.conftest import PASSWORD, make_issuer

pytestmark = pytest.mark.django_db
HERE, THERE = "203.0.113.7", "198.51.100.9"


def post(client: Client, username: str, password: str = "mala", address: str = HERE) -> Any:
    """What a guess is answered."""
    sent = {"username": username, "password": password}
    return client.post("/entrar/", sent, REMOTE_ADDR=address)


def guess_from_everywhere(username: str, most: int = guessing.AT_ACCOUNT.most) -> list[int]:
    """One guess from each of so many addresses and one more; the answers."""
    return [
        post(Client(), username, address=f"198.51.{number // 250}.{number % 250}").status_code
        for number in range(most + 1)
    ]


# --- one address, many users


def test_one_password_for_many_users_from_one_address_ends(client: Client, db: None) -> None:
    answers = [post(Client(), f"usuario{number}").status_code for number in range(60)]

    assert answers == [200] * 40 + [429] * 20


def test_the_page_says_what_to_do(client: Client, issuer: User) -> None:
    for number in range(40):
        post(Client(), f"usuario{number}")

    refused = post(client, "panaderia", PASSWORD)

    assert "Desde su conexión hubo demasiados intentos" in refused.text
    assert int(refused.headers["Retry-After"]) == 15 * 60
    assert 'href="/recuperar/"' in refused.text
    assert post(client, "panaderia", PASSWORD, address=THERE).status_code == 302


def test_who_came_in_before_is_not_held_up_by_neighbours(client: Client, issuer: User) -> None:
    assert post(client, "panaderia", PASSWORD).status_code == 302
    client.post("/salir/")
    for number in range(41):
        post(Client(), f"usuario{number}")

    assert post(client, "panaderia", PASSWORD).status_code == 302


def test_good_passwords_are_no_guesses(issuer: User) -> None:
    for _ in range(41):
        assert post(Client(), "panaderia", PASSWORD).status_code == 302


def test_it_is_over_after_a_quarter_of_an_hour(client: Client, issuer: User) -> None:
    for number in range(41):
        post(Client(), f"usuario{number}")

    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert post(client, "panaderia", PASSWORD).status_code == 302


# --- one user, many addresses


@pytest.mark.parametrize("name", ["panaderia", "nadie"])
def test_many_addresses_share_the_guesses_at_one_user(issuer: User, name: str) -> None:
    assert guess_from_everywhere(name) == [200] * 30 + [429]


def test_the_user_still_comes_in_where_it_came_in_before(client: Client, issuer: User) -> None:
    post(client, "panaderia", PASSWORD, address=THERE)
    client.post("/salir/")
    guess_from_everywhere("panaderia")

    assert post(client, "panaderia", PASSWORD, address=HERE).status_code == 302


def test_from_a_new_place_the_user_comes_in_by_mail(client: Client, issuer: User) -> None:
    guess_from_everywhere("panaderia")
    assert "Alguien ha intentado entrar muchas veces" in post(client, "panaderia", PASSWORD).text

    key, token = urlsafe_base64_encode(force_bytes(issuer.pk)), default_token_generator.make_token(issuer)
    opened = client.get(f"/recuperar/{key}/{token}/")
    new = "Molcajete-Azul-27"
    client.post(opened.headers["Location"], {"password": new, "password_confirmation": new})

    assert post(client, "panaderia", new).status_code == 302


def test_who_is_guessed_at_hears_of_it_once_a_day(issuer: User) -> None:
    guess_from_everywhere("panaderia")
    guess_from_everywhere("panaderia", 3)

    assert Message.objects.filter(kind=guessing.GUESSED_AT).count() == 1


def test_one_address_alone_uses_up_nobody_s_guesses(client: Client, issuer: User) -> None:
    """What is refused because of it is not hashed, and so is no guess."""
    for _ in range(40):
        post(client, "panaderia")

    assert post(Client(), "panaderia", PASSWORD, address=THERE).status_code == 302


# --- a known browser has a limit of its own


def test_a_stolen_cookie_is_no_free_pass(client: Client, issuer: User) -> None:
    post(client, "panaderia", PASSWORD)
    client.post("/salir/")

    answers = [post(client, "panaderia", address=f"198.51.100.{n}").status_code for n in range(21)]

    assert answers == [200] * 20 + [429]


def test_a_cookie_is_good_for_its_own_users_only(
    rf: RequestFactory, client: Client, issuer: User, distributor: User
) -> None:
    other = make_issuer(distributor, name="OTRA", rfc="EKU9003173C9", username="otra")
    post(client, "panaderia", PASSWORD)
    request = rf.get("/entrar/")
    request.COOKIES["equipo"] = client.cookies["equipo"].value

    assert guessing.known_browser(request, "PANADERIA")
    assert not guessing.known_browser(request, other.username)
    request.COOKIES["equipo"] = re.sub("..$", "AA", client.cookies["equipo"].value)
    assert not guessing.known_browser(request, "panaderia")


def test_a_browser_of_several_people_knows_them_all(
    rf: RequestFactory, client: Client, issuer: User, distributor: User
) -> None:
    make_issuer(distributor, name="OTRA", rfc="EKU9003173C9", username="otra")
    for name in ("panaderia", "otra"):
        post(client, name, PASSWORD)
        client.post("/salir/")
    request = rf.get("/entrar/")
    request.COOKIES["equipo"] = client.cookies["equipo"].value

    assert guessing.known_browser(request, "panaderia")
    assert guessing.known_browser(request, "otra")


# --- at one moment


@pytest.fixture
def crowded() -> Iterator[None]:
    """As many as may guess at once from one address do so."""
    leave, there = threading.Event(), threading.Barrier(guessing.AT_ONCE_FROM_ADDRESS + 1)

    def stay() -> None:
        with guessing._crowd.place(HERE):
            there.wait()
            leave.wait(30)

    threads = [threading.Thread(target=stay) for _ in range(guessing.AT_ONCE_FROM_ADDRESS)]
    for thread in threads:
        thread.start()
    there.wait()
    yield
    leave.set()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("crowded")
def test_a_crowd_from_one_address_waits_outside_and_others_come_in(client: Client, issuer: User) -> None:
    refused = post(client, "panaderia", PASSWORD)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert "Espere unos segundos" in refused.text
    assert post(client, "panaderia", PASSWORD, address=THERE).status_code == 302


def test_a_distributor_is_limited_like_an_issuer(distributor: User) -> None:
    assert guess_from_everywhere(distributor.username)[-1] == 429
    assert Distributor.objects.exists()
