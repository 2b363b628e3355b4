"""Passwords are hashed by OWASP's figures, a few at once; older hashes are made anew when one signs in."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, identify_hasher
from django.test import Client
from pytest_django import Settings

from companies.accounts import hashing
from companies.models import User
from tests.conftest import PASSWORD

OURS = "companies.accounts.hashing.Argon2idHasher"


@pytest.fixture
def for_real(settings: Settings) -> None:
    """With the figures of the site, not of the tests."""
    settings.PASSWORD_HASHERS = [OURS]


def test_the_figures_are_owasps() -> None:
    encoded = hashing.Argon2idHasher().encode("Correcto-Caballo-9", "saltsaltsaltsalt")

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.usefixtures("for_real")
def test_an_older_hash_is_made_anew_when_its_owner_signs_in(client: Client, issuer: User) -> None:
    django = Argon2PasswordHasher()
    User.objects.filter(pk=issuer.pk).update(password=django.encode(PASSWORD, django.salt()))

    assert client.post("/entrar/", {"username": "panaderia", "password": "otra cosa"}).status_code == 200
    issuer.refresh_from_db()
    assert "m=102400" in issuer.password
    assert client.post("/entrar/", {"username": "panaderia", "password": PASSWORD}).status_code == 302

    issuer.refresh_from_db()
    assert "m=19456,t=2,p=1" in issuer.password
    assert client.get("/configuracion/").status_code == 200
    assert not identify_hasher(issuer.password).must_update(issuer.password)


def test_no_more_are_hashed_at_once_than_there_are_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def encode(self: Argon2PasswordHasher, password: str, salt: str) -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1
        return ""

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: hashing.Argon2idHasher().encode("x", "s"), range(40)))

    assert 1 <= most <= hashing.HASHES.count
