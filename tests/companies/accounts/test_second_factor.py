"""The second factor of staff: set up at the first sign-in, asked for at each, never stored in clear."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from companies.accounts import second_factor
from companies.models import RecoveryCode, SecondFactor, User
from facturamos import vault
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail
from tests.conftest import PASSWORD
from tests.journeys.test_deploy import in_production
from tests.production import good_environment

SignIn = Callable[[User], Client]
ASK, SET_UP = "/entrar/segundo-factor/", "/entrar/segundo-factor/activar/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = "on"


@pytest.fixture
def clock() -> Any:
    """Time goes on only when a test says so."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def key_of(user: User) -> bytes:
    key = vault.take(SecondFactor.objects.get(user=user), "key")
    assert key is not None
    return key.reveal()


def code_of(user: User) -> str:
    """What the user's telephone shows now."""
    return f"{totp(key_of(user)):06d}"


def set_up(client: Client, user: User) -> list[str]:
    """Goes through the set-up; returns the recovery codes that the page shows."""
    client.post(SET_UP, {"accion": "empezar"})
    page = client.post(SET_UP, {"code": code_of(user)}).content.decode()
    return re.findall(r"<code>([^<]+)</code>", page)


@pytest.mark.parametrize("role", ["support", "distributor"])
def test_staff_set_it_up_at_the_first_sign_in(
    client: Client, role: str, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(role)
    response = client.post("/entrar/", {"username": user.username, "password": PASSWORD})
    assert response["Location"] == "/admin/companies/company/tablero/"
    assert client.get("/admin/")["Location"] == f"{ASK}?next=/admin/"
    assert client.get(ASK)["Location"] == SET_UP
    assert "Empezar" in client.get(SET_UP).content.decode()
    client.post(SET_UP, {"accion": "empezar"})
    assert "data:image/svg+xml" in client.get(SET_UP).content.decode()
    page = client.post(SET_UP, {"code": code_of(user)})
    assert "Guarde sus códigos de recuperación" in page.content.decode()
    assert client.get("/admin/").status_code == 200


def test_a_get_makes_no_key(sign_in: SignIn, support: User) -> None:
    sign_in(support).get(SET_UP)
    assert not SecondFactor.objects.exists()


def test_a_second_start_keeps_the_key(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    client.post(SET_UP, {"accion": "empezar"})
    key = key_of(support)
    client.post(SET_UP, {"accion": "empezar"})
    assert key_of(support) == key


def test_a_wrong_code_confirms_nothing(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    client.post(SET_UP, {"accion": "empezar"})
    for code in ("000000", "12345", "abcdef", "", "abcde-23456"):
        assert client.post(SET_UP, {"code": code}).status_code == 200
    assert SecondFactor.objects.get().confirmed_at is None
    assert client.get("/admin/")["Location"].startswith(ASK)


def test_another_session_is_asked_for_a_code(sign_in: SignIn, support: User, clock: Any) -> None:
    set_up(sign_in(support), support)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    for url in ("/admin/", "/admin/companies/company/", "/admin/companies/company/tablero/"):
        assert other.get(url)["Location"].startswith(ASK), url
    clock.shift(30)
    response = other.post(ASK, {"code": code_of(support), "next": "/admin/companies/company/"})
    assert response["Location"] == "/admin/companies/company/"
    assert other.get("/admin/").status_code == 200


def test_a_code_opens_once(sign_in: SignIn, support: User, clock: Any) -> None:
    set_up(sign_in(support), support)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    assert "no es correcto o ya se usó" in other.post(ASK, {"code": code_of(support)}).content.decode()


def test_a_recovery_code_opens_once(sign_in: SignIn, support: User) -> None:
    codes = set_up(sign_in(support), support)
    assert len(codes) == len(set(codes)) == 10
    for expected in (302, 200):
        other = Client()
        other.force_login(support, backend="companies.accounts.auth.Backend")
        assert other.post(ASK, {"code": f" {codes[0].upper()} "}).status_code == expected


def test_neither_key_nor_codes_are_stored_in_clear(sign_in: SignIn, support: User) -> None:
    codes = set_up(sign_in(support), support)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM companies_secondfactor")
        assert key_of(support) not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT string_agg(r::text, ' ') FROM companies_recoverycode r")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(r::text, ' ') FROM companies_secondfactorevent r")
        assert key_of(support).hex() not in cursor.fetchone()[0]
    assert not [code for code in codes if code in stored]


def test_no_other_session_reads_the_key_of_an_unfinished_set_up(sign_in: SignIn, support: User) -> None:
    sign_in(support).post(SET_UP, {"accion": "empezar"})
    key = key_of(support)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    page = other.get(SET_UP).content.decode()
    assert "Empezar" in page
    assert "data:image/svg+xml" not in page
    assert "Empezar" in other.post(SET_UP, {"code": code_of(support)}).content.decode()
    other.post(SET_UP, {"accion": "empezar"})
    assert key_of(support) != key


def test_the_key_is_shown_no_more_once_it_is_confirmed(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    set_up(client, support)
    assert client.get(SET_UP)["Location"] == ASK


@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0}–{1}", " {0}-{1}. "])
def test_a_recovery_code_opens_however_it_is_written(sign_in: SignIn, support: User, written: str) -> None:
    codes = set_up(sign_in(support), support)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    assert other.post(ASK, {"code": written.format(*codes[0].split("-"))}).status_code == 302


def test_what_can_be_no_code_is_no_try(sign_in: SignIn, support: User, clock: Any) -> None:
    set_up(sign_in(support), support)
    clock.shift(60)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    for typed in ("12345", "1234567", "contraseña", "abcde-2345", "abcdé-23456") * 8:
        assert "Escriba los seis dígitos" in other.post(ASK, {"code": typed}).content.decode()
    assert SecondFactor.objects.get().failures == 0
    assert other.post(ASK, {"code": code_of(support)}).status_code == 302


def test_five_wrong_codes_close_it_for_a_quarter_of_an_hour(
    sign_in: SignIn, support: User, clock: Any
) -> None:
    set_up(sign_in(support), support)
    clock.shift(60)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    for _ in range(5):
        other.post(ASK, {"code": "000000"})
    assert "Espere 15 minutos" in other.post(ASK, {"code": code_of(support)}).content.decode()
    clock.shift(16 * 60)
    assert other.post(ASK, {"code": code_of(support)}).status_code == 302


@pytest.mark.parametrize(
    ("by", "whose"),
    [("owner", "support"), ("owner", "distributor"), ("distributor", "clerk"), ("distributor", "reader")],
)
def test_who_decides_resets_anothers_with_a_reason(
    sign_in: SignIn, by: str, whose: str, request: pytest.FixtureRequest
) -> None:
    boss, other = request.getfixturevalue(by), request.getfixturevalue(whose)
    User.objects.filter(pk=other.pk).update(email="nueva@example.com", confirmed_email="de.antes@example.com")
    theirs = Client()
    theirs.force_login(other, backend="companies.accounts.auth.Backend")
    set_up(theirs, other)
    assert theirs.get("/admin/").status_code == 200
    client = sign_in(boss)
    set_up(client, boss)
    url = f"/admin/companies/user/{other.pk}/restablecer-segundo-factor/"
    assert "Falta «Motivo»" in client.post(url).content.decode()
    client.post(url, {"reason": "Perdió el teléfono."})
    assert not RecoveryCode.objects.filter(factor__user=other).exists()
    assert theirs.get("/admin/")["Location"].startswith(ASK)
    message = LogEntry.objects.get().change_message
    assert message == "Restablecer segundo factor. Perdió el teléfono."
    told = Message.objects.filter(kind=second_factor.RESET)
    assert set(told.values_list("to", flat=True)) == {"nueva@example.com", "de.antes@example.com"}
    deliver(told[0])
    assert f"que tenía el usuario «{other.username}» ya no sirven" in str(last_mail().body)


def test_support_resets_nobodys_who_works_here(
    sign_in: SignIn, support: User, owner: User, distributor: User, clerk: User
) -> None:
    client = sign_in(support)
    set_up(client, support)
    for user in (support, owner, distributor, clerk):
        url = f"/admin/companies/user/{user.pk}/restablecer-segundo-factor/"
        assert client.post(url, {"reason": "x"}).status_code == 403
    assert SecondFactor.objects.filter(user=support).exists()


def test_a_distributor_resets_nobodys(sign_in: SignIn, distributor: User, issuer: User) -> None:
    client = sign_in(distributor)
    set_up(client, distributor)
    url = f"/admin/companies/user/{issuer.pk}/restablecer-segundo-factor/"
    assert client.post(url, {"reason": "x"}).status_code == 403


def test_issuers_have_none(sign_in: SignIn, issuer: User, client: Client) -> None:
    assert client.get(ASK)["Location"].startswith("/entrar/?next=")
    sign_in(issuer)
    for url in (ASK, SET_UP):
        for response in (client.get(url), client.post(url, {"accion": "empezar"})):
            assert response["Location"] == "/configuracion/"
    assert not SecondFactor.objects.exists()


def test_it_leads_to_no_other_site(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    codes = set_up(client, support)
    other = Client()
    other.force_login(support, backend="companies.accounts.auth.Backend")
    response = other.post(ASK, {"code": codes[0], "next": "https://example.com/"})
    assert response["Location"] == "/admin/companies/company/tablero/"


def test_off_it_asks_nobody(sign_in: SignIn, support: User, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = "off"
    assert sign_in(support).get("/admin/").status_code == 200


def test_production_does_not_start_without_it(tmp_path: Path) -> None:
    look = "from django.conf import settings; print(settings.STAFF_SECOND_FACTOR)"
    production = good_environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "facturamos.settings"}
    assert in_production(production, "-c", look).stdout == "on\n"
    for value in ("off", "perhaps"):
        refused = in_production(production | {"STAFF_SECOND_FACTOR": value}, "-c", look)
        assert refused.returncode != 0
        assert "STAFF_SECOND_FACTOR" in refused.stderr
