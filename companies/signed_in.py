"""Who is signed in, and where a request wants to go on to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from companies.models import Company, User
from facturamos import buttons

# Where staff lands: the page that tells who needs them.
STAFF_HOME = "admin:companies_company_tablero"
# Under which name the history's context says who did a step for the issuer, without an account.
DELEGATE = "delegate"


@dataclass(frozen=True)
class Delegate:
    """Who does one step for the issuer without an account of its own (onboarding/delegation/)."""

    # Names what it was asked for, for whatever is bound to one person.
    key: str
    name: str
    email: str
    # What it was asked to do, and since when it may.
    title: str
    since: datetime

    @property
    def signature(self) -> str:
        """As the history names the author of a change."""
        return f"{self.name} <{self.email}>"


class IssuerRequest(HttpRequest):
    """A request whose user is an issuer; `issuer_required` vouches for it.

    With a `delegate` it is that person who sits at the page, and the issuer who asked for it.
    """

    user: User
    company: Company
    delegate: Delegate | None


def reached_at(request: IssuerRequest) -> list[str]:
    """Where mails reach who sits at the page; some may be empty."""
    if request.delegate:
        return [request.delegate.email]
    return [request.user.email, request.user.alternate_email]


View = Callable[..., HttpResponseBase]


def signed_in(request: HttpRequest) -> User:
    """The user of a page that its own gate (admin's, say) opens to nobody else. Raises PermissionDenied."""
    if request.user.is_anonymous:
        raise PermissionDenied
    return request.user


def own_address(request: HttpRequest) -> str:
    """The page of ours that somebody wanted before signing in; empty when there is none."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""


def issuer_required(view: View) -> View:
    """Lets issuers in; sends visitors to sign in and staff to the admin.

    What a visitor has just sent from a page of ours comes back after signing in; of a button without fields,
    its page.
    """

    @buttons.needs_a_session
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return buttons.to_sign_in(request)
        if request.user.company_id is None:
            return redirect(STAFF_HOME)
        return view(request, *args, **kwargs)

    return wrapped
