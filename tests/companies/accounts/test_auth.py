"""The authentication backend: whom it lets in at all, whatever page asks it."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from companies.accounts.auth import temporary_password_expired
from companies.models import Company, User
from tests.conftest import PASSWORD


@pytest.fixture
def ask(rf: RequestFactory) -> HttpRequest:
    return rf.post("/entrar/")


def give_a_temporary_password(user: User, *, left: timedelta) -> None:
    user.password_is_temporary = True
    user.temporary_password_until = timezone.now() + left
    user.save()


def test_it_knows_who_gives_the_right_password(ask: HttpRequest, issuer: User) -> None:
    assert authenticate(ask, username="panaderia", password=PASSWORD) == issuer
    assert not temporary_password_expired(ask)


def test_a_temporary_password_opens_while_its_time_runs(ask: HttpRequest, issuer: User) -> None:
    give_a_temporary_password(issuer, left=timedelta(minutes=1))

    assert authenticate(ask, username="panaderia", password=PASSWORD) == issuer


@pytest.mark.parametrize("who", ["issuer", "distributor", "support"])
@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=30)])
def test_it_refuses_an_expired_temporary_password(
    ask: HttpRequest, who: str, late: timedelta, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(who)
    give_a_temporary_password(user, left=-late)

    assert authenticate(ask, username=user.username, password=PASSWORD) is None
    assert temporary_password_expired(ask)


def test_another_password_learns_nothing_of_the_expiry(ask: HttpRequest, issuer: User) -> None:
    give_a_temporary_password(issuer, left=-timedelta(seconds=1))

    assert authenticate(ask, username="panaderia", password="otra cosa") is None
    assert not temporary_password_expired(ask)


def test_a_password_of_ones_own_never_expires(ask: HttpRequest, issuer: User) -> None:
    issuer.temporary_password_until = timezone.now() - timedelta(days=1)
    issuer.save()

    assert authenticate(ask, username="panaderia", password=PASSWORD) == issuer


def test_a_temporary_password_whose_mail_has_not_left_opens(ask: HttpRequest, issuer: User) -> None:
    issuer.password_is_temporary = True
    issuer.save()

    assert authenticate(ask, username="panaderia", password=PASSWORD) == issuer


def test_any_other_form_of_django_s_is_refused_too(ask: HttpRequest, support: User) -> None:
    give_a_temporary_password(support, left=-timedelta(seconds=1))

    form = AuthenticationForm(ask, {"username": support.username, "password": PASSWORD})

    assert not form.is_valid()


def test_a_session_outlives_the_temporary_password_that_opened_it(client: Client, issuer: User) -> None:
    """Within it, the user is choosing its own."""
    give_a_temporary_password(issuer, left=timedelta(minutes=1))
    client.post("/entrar/", {"username": "panaderia", "password": PASSWORD})
    give_a_temporary_password(issuer, left=-timedelta(seconds=1))

    assert client.get("/configuracion/").status_code == 200


def test_an_expired_temporary_password_is_no_guess(client: Client, issuer: User) -> None:
    give_a_temporary_password(issuer, left=-timedelta(seconds=1))

    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        page = client.post("/entrar/", {"username": "panaderia", "password": PASSWORD})
        assert "Su contraseña temporal ya venció." in page.text

    assert not AccessAttempt.objects.exists()


def test_no_client_can_claim_that_its_guess_was_an_expired_password(client: Client, issuer: User) -> None:
    claim = {"companies.temporary_password_expired": "1", "companies-temporary-password-expired": "1"}

    client.post("/entrar/", {"username": "panaderia", "password": "otra cosa"}, headers=claim)

    assert AccessAttempt.objects.get().failures_since_start == 1


# --- by e-mail address


@pytest.mark.parametrize(
    "typed",
    [
        "panaderia@example.com",
        "PANADERIA@Example.com",
        "mailto:panaderia@example.com",
        "<panaderia@example.com>",
        "panaderia@example.com.",
        "panaderia＠example.com",
    ],
)
def test_an_address_of_one_account_is_as_good_as_its_user_name(
    ask: HttpRequest, issuer: User, typed: str
) -> None:
    assert authenticate(ask, username=typed, password=PASSWORD) == issuer


def test_an_account_never_entered_is_found_by_the_address_of_its_credentials(
    ask: HttpRequest, issuer: User
) -> None:
    User.objects.filter(pk=issuer.pk).update(confirmed_email="", email="ana@example.com")

    assert authenticate(ask, username="ana@example.com", password=PASSWORD) == issuer


@pytest.mark.parametrize("confirmed", ["ana@example.com", "", "otra@example.com"])
def test_an_address_of_two_accounts_is_nobody_s(
    ask: HttpRequest, issuer: User, other_issuer: User, confirmed: str
) -> None:
    User.objects.filter(role=User.Role.ISSUER).update(email="ana@example.com", confirmed_email=confirmed)

    assert authenticate(ask, username="ana@example.com", password=PASSWORD) is None


def test_nobody_takes_an_address_away_by_writing_it_down(
    ask: HttpRequest, issuer: User, other_issuer: User
) -> None:
    User.objects.filter(pk=other_issuer.pk).update(email="panaderia@example.com")

    assert authenticate(ask, username="panaderia@example.com", password=PASSWORD) == issuer


def test_a_user_name_comes_before_an_address(ask: HttpRequest, issuer: User, other_issuer: User) -> None:
    User.objects.filter(pk=other_issuer.pk).update(username="panaderia@example.com")

    assert authenticate(ask, username="panaderia@example.com", password=PASSWORD) == other_issuer


def test_closed_accounts_make_no_address_ambiguous(
    ask: HttpRequest, issuer: User, other_issuer: User, support: User
) -> None:
    sharing = User.objects.filter(username__in=["panaderia", "jose", "soporte"])
    sharing.update(email="ana@example.com", confirmed_email="ana@example.com")
    User.objects.filter(pk=support.pk).update(is_active=False)
    Company.objects.filter(users=other_issuer).update(deleted_at=timezone.now())

    assert authenticate(ask, username="ana@example.com", password=PASSWORD) == issuer


@pytest.mark.parametrize("typed", ["", " ", "@", "@example.com", "example.com", "%", "panaderia@example.co"])
def test_what_is_no_address_of_anybody_finds_nobody(ask: HttpRequest, issuer: User, typed: str) -> None:
    User.objects.filter(pk=issuer.pk).update(confirmed_email="")

    assert authenticate(ask, username=typed, password=PASSWORD) is None


# --- a temporary password as it is pasted


@pytest.mark.parametrize(
    "pasted",
    [
        " abcde-fghjk-mnpqr",
        "abcde-fghjk-mnpqr \t",
        "abcde-fghjk-mnpqr\r\n",
        "\u00a0abcde-fghjk-mnpqr\u00a0",
        "abcde-fghjk-mnpqr\u200b",
        "\ufeffabcde-fghjk-mnpqr",
        "\u3000abcde-fghjk-mnpqr\u3000",
        "\u2003abcde-fghjk-mnpqr\u202f",
        "\u2066abcde-fghjk-mnpqr\u2069",
        "abcde-fghjk-\n mnpqr",
        "Abcde-fghjk-mnpqr",
        "abcde\u2013fghjk\u2013mnpqr",
        "ａｂｃｄｅ－ｆｇｈｊｋ－ｍｎｐｑｒ",
        "«abcde-fghjk-mnpqr»",
        '"abcde-fghjk-mnpqr"',
        "'abcde-fghjk-mnpqr'",
        "“abcde-fghjk-mnpqr”.",
        "<abcde-fghjk-mnpqr>",
        "*abcde-fghjk-mnpqr*",
        "abcde-fghjk-mnpqr.",
        "abcde-fghjk-mnpqr,",
        "Contraseña temporal: abcde-fghjk-mnpqr",
        "Contraseña temporal:\r\nabcde-fghjk-mnpqr",
        "Su contraseña es «abcde-fghjk-mnpqr».",
        "abcde\u00adfghjk\u00admnpqr",
        "abcde\u2010fghjk\u2212mnpqr",
        "abcde_fghjk_mnpqr",
        "abcde fghjk mnpqr",
    ],
)
def test_a_temporary_password_opens_whatever_pasting_added(
    ask: HttpRequest, issuer: User, pasted: str
) -> None:
    issuer.set_password("abcde-fghjk-mnpqr")
    give_a_temporary_password(issuer, left=timedelta(hours=1))

    assert authenticate(ask, username="panaderia", password=pasted) == issuer


@pytest.mark.parametrize("own", ["abcde-fghjk-mnpqr", "Correcto-Caballo-9", " con blancos "])
@pytest.mark.parametrize("added", [" ", "\u00a0", "\u200b", "\n"])
def test_each_character_of_a_password_of_ones_own_counts(
    ask: HttpRequest, issuer: User, own: str, added: str
) -> None:
    issuer.set_password(own)
    issuer.save()

    assert authenticate(ask, username="panaderia", password=own + added) is None
    assert authenticate(ask, username="panaderia", password=own) == issuer


def test_a_password_of_no_temporary_shape_is_taken_as_it_is(ask: HttpRequest, issuer: User) -> None:
    """New credentials are on their way; until they are made, the former password holds."""
    issuer.set_password(" con blancos ")
    give_a_temporary_password(issuer, left=timedelta(hours=1))

    assert authenticate(ask, username="panaderia", password=" con blancos ") == issuer
    assert authenticate(ask, username="panaderia", password="con blancos") is None
