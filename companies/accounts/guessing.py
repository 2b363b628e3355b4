"""Who may guess at a password now: ceilings beside axes' own (AXES_FAILURE_LIMIT in facturamos/settings.py).

Axes counts one user from one address. Beside that:

- An address may try 40 passwords in 15 minutes, whoever's: against one password tried on many users.
- A user may be guessed at 30 times in an hour, from wherever: against many addresses that try one user.
- Neither counts, nor stops, a browser that the user has come in with before: it has a signed cookie, and a
  count of its own. So nobody locks another out for long by guessing: who comes from a new place while
  somebody guesses gets in by the link of a mail, which makes the browser one of the known. (OWASP, «Slow Down
  Online Guessing Attacks with Device Cookies».)
- In one process only a few guess at the same moment; the others are asked to wait before anything is read.

Unknown names are counted like known ones, and get the same answers.
"""

import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from companies.accounts.auth import limit_key
from companies.limits import Limit, network_of
from companies.models import User
from facturamos import client
from facturamos.security_log import note
from mailing import outbox

FROM_ADDRESS = Limit("guess-address", 40, timedelta(minutes=15))
AT_ACCOUNT = Limit("guess-account", 30, timedelta(hours=1))
BY_BROWSER = Limit("guess-device", 20, timedelta(minutes=15))
# Whoever is guessed at that often hears of it, once a day, by this mail.
GUESSED_AT = "companies.guessed_at"
TOLD = Limit("guess-told", 1, timedelta(days=1))

# In one process at one moment: a web process has eight threads, and other pages need most of them.
AT_ONCE, AT_ONCE_FROM_ADDRESS = 4, 3
A_MOMENT = timedelta(seconds=5)

_COOKIE = "__Host-equipo" if settings.PRODUCTION else "equipo"
_COOKIE_AGE = timedelta(days=180)
_SALT = "companies.device"
# A browser that several people share.
_MOST_NAMES = 10


class TooManyGuesses(Exception):
    """Nothing is hashed now: `account` and `address` for a while, `crowd` for a moment."""

    def __init__(self, why: str, wait: timedelta) -> None:
        super().__init__(why)
        self.why, self.wait = why, wait


class _Crowd:
    """Who guesses in this process at this moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._from: Counter[str] = Counter()

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """A place among the few. Raises TooManyGuesses at once where there is none."""
        with self._lock:
            if self._from[address] >= AT_ONCE_FROM_ADDRESS or self._from.total() >= AT_ONCE:
                raise TooManyGuesses("crowd", A_MOMENT)
            self._from[address] += 1
        try:
            yield
        finally:
            with self._lock:
                self._from[address] -= 1
                self._from += Counter()  # forgets those who are gone


_crowd = _Crowd()


@contextmanager
def admitted(request: HttpRequest) -> Iterator[None]:
    """For the whole of a guess, before anything is read for it. Raises TooManyGuesses."""
    with _crowd.place(network_of(client.address(request))):
        yield


def count(request: HttpRequest, name: str) -> None:
    """Counts a guess at the account called `name` before it is made. Raises TooManyGuesses.

    What axes refuses is no guess: one address alone does not use up what all may try.
    """
    if not AxesProxyHandler.is_allowed(request, {"username": name}):
        return
    for limit, about, why in _counted(request, name):
        if not limit.take(about):
            note("sign-in.too-many")
            raise TooManyGuesses(why, limit.window)


def was_right(request: HttpRequest, name: str) -> None:
    """Gives back what was counted: who knows the password has not guessed."""
    for limit, about, _ in _counted(request, name):
        limit.give_back(about)


def _counted(request: HttpRequest, name: str) -> list[tuple[Limit, str, str]]:
    """What a guess is counted for, and what it is called when that is used up."""
    if browser := known_browser(request, name):
        return [(BY_BROWSER, browser, "address")]
    return [
        (FROM_ADDRESS, network_of(client.address(request)), "address"),
        (AT_ACCOUNT, _digest(name), "account"),
    ]


def forget(user: User) -> None:
    """Who reads the account's mail is the user: all may try again."""
    AT_ACCOUNT.forget(_digest(user.username))


def tell_of_guesses(name: str) -> None:
    """Writes to whoever is guessed at, once a day; to nobody where the name is nobody's."""
    user = User.objects.open().filter(username__iexact=name).exclude(confirmed_email="").first()
    if user and TOLD.take(user.pk):
        outbox.post(GUESSED_AT, to=user.confirmed_email, about=user)


# --- known browsers


def known_browser(request: HttpRequest, name: str) -> str:
    """What a browser is counted by that the account called `name` has come in with before; "" for others."""
    browser, names = _read(request)
    return f"{browser}:{_digest(name)}" if _digest(name) in names else ""


def remember_browser(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """From now on this browser is one that the user comes in with."""
    browser, names = _read(request)
    name = _digest(user.username)
    names = [name, *(each for each in names if each != name)][:_MOST_NAMES]
    response.set_cookie(
        _COOKIE,
        signing.dumps([browser or secrets.token_urlsafe(9), names], salt=_SALT),
        max_age=_COOKIE_AGE,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        browser, names = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_COOKIE_AGE)
    except signing.BadSignature:
        return "", []
    return str(browser), [str(name) for name in names]


def _digest(name: str) -> str:
    """A name as rows and cookies hold it: it may be somebody's address of mail, or a password typed there."""
    return salted_hmac(_SALT, limit_key(name), algorithm="sha256").hexdigest()[:24]
