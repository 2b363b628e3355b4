"""The gate of who was asked: which of the issuer's own pages are open to it, and as whom it is there.

The pages are the issuer's own views. For the time of one request they are told that the issuer who asked is
at the page, and that a delegate sits there for it; the session holds nothing but which link was opened.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import cast
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from companies.signed_in import Delegate, IssuerRequest
from onboarding.delegation import services
from onboarding.delegation.links import Link
from onboarding.delegation.middleware import URLCONF
from onboarding.delegation.models import Delegation
from onboarding.delegation.scope import steps_of

# In the session: the request's key and the number of the link that was opened.
SESSION_KEY = "encargo"
OVER = "Este enlace ya no está abierto. Ábralo otra vez desde el correo que recibió."

type View = Callable[..., HttpResponseBase]


def let_in(request: HttpRequest, link: Link) -> None:
    """Binds this browser to the link that it has just opened."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = [link.pk.hex, link.number]


def holds(request: HttpRequest, link: Link) -> bool:
    """Whether it was this browser that opened the link."""
    return bool(request.session.get(SESSION_KEY) == [link.pk.hex, link.number])


def current(request: HttpRequest, *, lock: bool = False) -> Delegation | None:
    """What this browser was let in for, be it over by now; None where it was let in nowhere."""
    held = request.session.get(SESSION_KEY)
    if not held:
        return None
    link = Link(UUID(held[0]), held[1])
    found = services.find(link, lock=lock)
    return found if found and found.opened_link == link.number else None


def enter(request: HttpRequest, delegation: Delegation) -> IssuerRequest:
    """The request as the issuer's pages know it, with who was asked as the author of what changes."""
    delegate = Delegate(
        key=delegation.pk.hex,
        name=delegation.name,
        email=delegation.email,
        title=steps_of(delegation.slug)[0].title,
        since=delegation.accepted_at or delegation.created_at,
    )
    # Past pghistory's own setter, which would note the issuer as the author.
    vars(request).update(user=delegation.asked_by, company=delegation.company, delegate=delegate)
    return cast("IssuerRequest", request)


def delegated(
    view: View, slug: str = "", *, in_json: bool = False, locks: bool = True, afterwards: bool = False
) -> View:
    """One of the issuer's views, for who was asked to do the step `slug`, or the step that its address names.

    Everybody else, and who was asked for something else, is sent to the one page that says how it stands;
    `in_json`: a script asks, and is told so. `locks`: not where a POST changes nothing of the company's and
    waits for somebody outside. `afterwards`: also while who did it may still see what came of it.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        writes = locks and request.method == "POST"
        # A request that is revoked meanwhile waits, or is waited for.
        with transaction.atomic() if writes else nullcontext():
            delegation = current(request, lock=writes)
            asked = slug or str(kwargs.get("step", ""))
            if delegation is None or not _opens(delegation, asked, afterwards=afterwards):
                return _closed(in_json=in_json)
            # Of a GET, too: what comes back from a provider is one.
            with services.authored(delegation):
                return view(enter(request, delegation), *args, **kwargs)

    # Nobody signs in for it: after the session the link of the mail is the way back.
    vars(wrapped).pop("needs_a_session", None)
    return wrapped


def address_of(name: str, *args: str) -> str:
    """One of the addresses below `ROOT`, for a page that is above it."""
    return reverse(name, urlconf=URLCONF, args=args)


def _opens(delegation: Delegation, slug: str, *, afterwards: bool) -> bool:
    covered = slug in {step.slug for step in steps_of(delegation.slug)}
    seen = afterwards and delegation.done_at is not None and services.is_news(delegation)
    return covered and delegation.accepted_at is not None and (delegation.is_live or seen)


def _closed(*, in_json: bool) -> HttpResponse:
    if in_json:
        return JsonResponse({"message": OVER, "code": "over"}, status=401)
    return redirect("encargo")
