"""Sessions by statements of our own: the same as Django's, which they take the place of."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db as djangos
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.models import Session
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies.accounts.session_store import SessionStore

pytestmark = pytest.mark.django_db

MADE = [djangos.SessionStore, SessionStore]


def stored(**held: object) -> SessionStore:
    """A session that is kept, as another request finds it."""
    session = SessionStore()
    session.update(held)
    session.save()
    return SessionStore(session.session_key)


def test_another_request_finds_what_was_kept() -> None:
    assert dict(stored(paso="logotipo", ñ=1).items()) == {"paso": "logotipo", "ñ": 1}


@pytest.mark.parametrize("made", MADE)
def test_a_key_is_taken_while_its_session_is_there(made: type[djangos.SessionStore]) -> None:
    key = stored(paso="logotipo").session_key
    assert key

    assert made().exists(key)
    assert not made().exists(key[::-1])
    made().delete(key)
    assert not made().exists(key)


@pytest.mark.parametrize("made", MADE)
def test_one_that_is_over_still_has_its_key(made: type[djangos.SessionStore]) -> None:
    key = stored(paso="logotipo").session_key
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert key

    assert made().exists(key)
    assert dict(made(key).items()) == {}


@pytest.mark.parametrize("made", MADE)
def test_ending_ends_one_session_and_nobody_else_s(made: type[djangos.SessionStore]) -> None:
    mine, another = stored(de="mí"), stored(de="otra")

    made(mine.session_key).delete()
    made(mine.session_key).delete()  # it has ended: nothing more happens
    made().delete()
    made().delete("no-such-key")
    made(another.session_key).delete("")

    assert [row.session_key for row in Session.objects.all()] == [another.session_key]


def test_nobody_s_session_is_ended_without_a_word(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        SessionStore().delete()


def test_what_was_ended_meanwhile_is_not_kept_again() -> None:
    session = stored(paso="logotipo")
    assert session["paso"] == "logotipo"
    SessionStore().delete(session.session_key)

    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.exists()


def test_another_s_key_is_never_taken_over() -> None:
    theirs = stored(de="otra")
    mine = SessionStore(theirs.session_key)

    with pytest.raises(CreateError):
        mine.save(must_create=True)
    assert dict(SessionStore(theirs.session_key).items()) == {"de": "otra"}


def test_a_new_key_keeps_what_is_held_and_ends_the_old_one() -> None:
    session = stored(paso="logotipo")
    old = session.session_key

    session.cycle_key()
    session.save()

    assert session.session_key != old
    assert dict(SessionStore(session.session_key).items()) == {"paso": "logotipo"}
    assert Session.objects.count() == 1
