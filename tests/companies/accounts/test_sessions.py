"""Where one is signed in: the list, its buttons, the end of idle sessions, the mail about a new place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from companies.accounts import second_factor, sessions
from companies.models import SignedInSession, User
from companies.tasks import tidy
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/entrar/sesiones/"


def come_in(user: User, client: Client | None = None, **headers: Any) -> Client:
    client = client or Client()
    answer = client.post("/entrar/", {"username": user.username, "password": PASSWORD}, **headers)
    assert answer.status_code == 302
    return client


# --- the list


def test_it_shows_each_place_with_its_browser(issuer: User) -> None:
    here = come_in(issuer, HTTP_USER_AGENT="Firefox/200", REMOTE_ADDR="203.0.113.7")
    come_in(issuer, HTTP_USER_AGENT="Safari/99", REMOTE_ADDR="198.51.100.9")

    page = here.get(PAGE).text

    for told in ("Este equipo", "Otro equipo", "Firefox/200", "Safari/99", "203.0.113.7", "198.51.100.9"):
        assert told in page


def test_one_is_closed_and_this_one_stays(issuer: User) -> None:
    here, there, elsewhere = come_in(issuer), come_in(issuer), come_in(issuer)
    first, second, _ = SignedInSession.objects.order_by("pk")

    here.post(PAGE, {"sesion": second.pk})

    assert [client.get("/configuracion/").status_code for client in (here, there, elsewhere)] == [
        200,
        302,
        200,
    ]
    here.post(PAGE, {"sesion": first.pk})
    assert here.get("/configuracion/").status_code == 200


def test_all_others_are_closed_at_once(issuer: User) -> None:
    here, there, elsewhere = come_in(issuer), come_in(issuer), come_in(issuer)

    here.post(PAGE, {"sesion": "otras"})

    assert [client.get("/configuracion/").status_code for client in (here, there, elsewhere)] == [
        200,
        302,
        302,
    ]


def test_another_users_session_is_out_of_reach(issuer: User, other_issuer: User) -> None:
    here, theirs = come_in(issuer), come_in(other_issuer)
    row = SignedInSession.objects.get(user=other_issuer)

    here.post(PAGE, {"sesion": row.pk})

    assert theirs.get("/configuracion/").status_code == 200
    assert row.address not in here.get(PAGE).text.replace(
        SignedInSession.objects.get(user=issuer).address, ""
    )


def test_it_is_for_who_is_signed_in(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/entrar/?next=")


def test_what_was_left_by_salir_is_not_listed(issuer: User) -> None:
    here, there = come_in(issuer), come_in(issuer)
    there.post("/salir/")

    assert "Otro equipo" not in here.get(PAGE).text


def test_after_the_second_factor_it_is_still_this_one(support: User, settings: Settings) -> None:
    here = come_in(support)
    request = here.get(PAGE).wsgi_request
    factor = second_factor.make(support)
    assert factor

    second_factor.remember(request, factor)
    request.session.save()

    assert SignedInSession.objects.get().session_key == request.session.session_key


def test_rows_of_ended_sessions_are_forgotten(issuer: User) -> None:
    come_in(issuer)
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        tidy()

    assert not SignedInSession.objects.exists()


# --- idle


def test_a_session_of_staff_ends_when_it_is_left_alone(support: User) -> None:
    client = come_in(support)

    with time_machine.travel(timezone.now() + sessions.STAFF_IDLE + timedelta(seconds=1)):
        assert client.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 302


def test_one_that_is_used_goes_on(support: User) -> None:
    client, now = come_in(support), timezone.now()

    for minutes in range(50, 300, 50):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            assert client.get("/admin/").status_code == 200

    assert SignedInSession.objects.get().seen_at > now + timedelta(hours=3)


def test_one_that_a_clock_ahead_has_seen_is_noted_anew(support: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        client = come_in(support)
    now = timezone.now()

    assert client.get("/admin/").status_code == 200

    with time_machine.travel(now + timedelta(hours=2)):
        assert client.get("/admin/").status_code == 302


def test_an_issuers_session_goes_on(issuer: User) -> None:
    client = come_in(issuer)

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert client.get("/configuracion/").status_code == 200


# --- a new place


def test_staff_hear_of_a_new_browser_and_not_of_a_known_one(support: User) -> None:
    User.objects.filter(pk=support.pk).update(confirmed_email="soporte@example.com")
    client = come_in(support)
    Message.objects.all().delete()
    client.post("/salir/")
    come_in(support, client)
    assert not Message.objects.filter(kind=sessions.NEW_PLACE).exists()

    come_in(support, HTTP_USER_AGENT="Firefox/200", REMOTE_ADDR="203.0.113.7")

    deliver(Message.objects.get(kind=sessions.NEW_PLACE))
    assert last_mail().to == ["soporte@example.com"]
    for told in ("203.0.113.7", "Firefox/200", PAGE):
        assert told in str(last_mail().body)


def test_the_very_first_time_is_no_news(support: User) -> None:
    User.objects.filter(pk=support.pk).update(
        email="soporte@example.com",
        password_is_temporary=True,
        temporary_password_until=timezone.now() + timedelta(hours=1),
    )

    come_in(support)

    assert not Message.objects.filter(kind=sessions.NEW_PLACE).exists()


def test_issuers_get_no_such_mail(issuer: User) -> None:
    come_in(issuer)
    come_in(issuer)

    assert not Message.objects.filter(kind=sessions.NEW_PLACE).exists()
