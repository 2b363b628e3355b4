"""«Su segundo factor»: another telephone, and fresh recovery codes."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from companies.accounts import second_factor
from companies.models import RecoveryCode, SecondFactor, User
from facturamos import vault
from mailing.models import Message
from tests.companies.accounts.test_second_factor import (
    ASK,
    SET_UP,
    SignIn,
    clock,
    code_of,
    key_of,
    on,
    set_up,
)

__all__ = ["clock", "on"]
CHANGE = "/entrar/segundo-factor/cambiar/"
pytestmark = pytest.mark.django_db


def test_another_telephone_takes_the_place_of_the_first(
    sign_in: SignIn, distributor: User, clock: Any
) -> None:
    client = sign_in(distributor)
    set_up(client, distributor)
    first = key_of(distributor)
    clock.shift(60)
    assert client.post(CHANGE, {"accion": "telefono", "code": code_of(distributor)})["Location"] == SET_UP
    assert "data:image/svg+xml" in client.get(SET_UP).content.decode()
    # The first opens until the other's code was right.
    assert SecondFactor.objects.filter(user=distributor).count() == 2
    waiting = SecondFactor.objects.get(confirmed_at=None)
    key = vault.take(waiting, "key")
    assert key is not None
    page = client.post(SET_UP, {"code": f"{totp(key.reveal()):06d}"}).content.decode()
    assert "Guarde sus códigos de recuperación" in page
    assert SecondFactor.objects.get(user=distributor) == waiting
    assert key_of(distributor) != first
    assert client.get("/admin/").status_code == 200
    assert list(Message.objects.values_list("kind", flat=True)) == [second_factor.RESET]


def test_fresh_codes_end_the_former_ones(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    codes = set_up(client, support)
    assert "<dd>10</dd>" in client.get(CHANGE).content.decode()
    page = client.post(CHANGE, {"accion": "codigos", "code": codes[0]}).content.decode()
    fresh = re.findall(r"<code>([^<]+)</code>", page)
    assert len(fresh) == 10
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    assert other.post(ASK, {"code": codes[1]}).status_code == 200
    assert other.post(ASK, {"code": fresh[0]}).status_code == 302
    assert "<dd>9</dd>" in other.get(CHANGE).content.decode()


def test_neither_is_done_without_a_code(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    set_up(client, support)
    for action in ("telefono", "codigos"):
        for code in ("", "000000"):
            assert "Su segundo factor" in client.post(CHANGE, {"accion": action, "code": code}).text
    assert SecondFactor.objects.get(user=support).codes.filter(used_at=None).count() == 10


def test_the_page_is_closed_to_a_session_that_showed_no_code(sign_in: SignIn, support: User) -> None:
    set_up(sign_in(support), support)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    for response in (other.get(CHANGE), other.post(CHANGE, {"accion": "codigos", "code": "000000"})):
        assert response["Location"].startswith(ASK)


def test_the_last_codes_are_told(sign_in: SignIn, support: User) -> None:
    codes = set_up(sign_in(support), support)
    used = RecoveryCode.objects.order_by("pk")[:6]
    RecoveryCode.objects.filter(pk__in=used).update(used_at=timezone.now())
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    page = other.post(ASK, {"code": codes[-1]}, follow=True).content.decode()
    assert "Le quedan 3 códigos de recuperación." in page
