"""Addresses that only a button leads to, and the page that the button stands on.

Who comes to such an address by another way (after signing in again, by reloading, from an error page) is sent
to that page: the address itself answers no GET.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url

from facturamos import unsaved

# What the sign-in page is told with, where nothing was typed that could be kept.
OVER = "sesion"
# Where decorators leave word, for who finds a view by its address; `functools.wraps` carries it on.
_PAGE, _PRIVATE, _JSON = "page_of_button", "needs_a_session", "answers_in_json"

type PageOf = Callable[[HttpRequest], str]


def button_on[V: Callable[..., HttpResponseBase]](page: PageOf) -> Callable[[V], V]:
    """Says of a view that takes POSTs only where its button stands."""

    def mark(view: V) -> V:
        setattr(view, _PAGE, page)
        return view

    return mark


def needs_a_session[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Says of a view that it serves nobody who has not signed in."""
    setattr(view, _PRIVATE, True)
    return view


def answers_in_json[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """Says of a view that a script asks it: what refuses a request before it answers in JSON, too."""
    setattr(view, _JSON, True)
    return view


def has_a_page(view: Callable[..., HttpResponseBase]) -> bool:
    """Whether a button leads there, and only a button."""
    return hasattr(view, _PAGE)


def _said(request: HttpRequest, what: str) -> object:
    return getattr(request.resolver_match.func, what, None) if request.resolver_match else None


def page_of(request: HttpRequest) -> str:
    """The page to open anew after something went wrong: the address itself, or where its button stands."""
    page = _said(request, _PAGE)
    return page(request) if callable(page) else request.get_full_path()


def is_private(request: HttpRequest) -> bool:
    """Whether nobody is served there who has not signed in."""
    return bool(_said(request, _PRIVATE))


def speaks_json(request: HttpRequest) -> bool:
    """Whether a script is waiting for JSON."""
    return bool(_said(request, _JSON))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, which leads back; what was sent is kept where it may be, and it says why."""
    asked = {"next": page_of(request)}
    if request.method == "POST" and not unsaved.keep(request):
        asked[OVER] = "terminada"
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode(asked, safe='/')}")
