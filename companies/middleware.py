"""Who a request is for: its company, and the author of the changes it makes."""

from collections.abc import Callable

import pghistory.middleware
from django.contrib.auth import logout
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from companies.accounts import sessions
from companies.models import Company, User
from companies.signed_in import Delegate
from facturamos.outages import UNWRITABLE, outage_of


class CompanyRequest(HttpRequest):
    """A request whose company is known."""

    company: Company | None
    delegate: Delegate | None


GetResponse = Callable[[CompanyRequest], HttpResponse]


class Authentication(AuthenticationMiddleware):
    """Django's, but for the user itself: every page asks for it, and a lazy one costs at each use."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = get_user(request)


def company(get_response: GetResponse) -> GetResponse:
    """Sets `request.company`: the signed-in issuer's company, or None; nobody does a step for it yet."""

    def middleware(request: CompanyRequest) -> HttpResponse:
        request.company, request.delegate = getattr(request.user, "company", None), None
        return get_response(request)

    return middleware


def idle(get_response: GetResponse) -> GetResponse:
    """Ends a session of staff that was left alone; what was sent meanwhile waits behind the sign-in page."""

    def middleware(request: CompanyRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and sessions.is_over(request, user):
            _end(request)
        return get_response(request)

    return middleware


def _end(request: CompanyRequest) -> None:
    """Signs out; where the session cannot be deleted just now, for this request."""
    try:
        logout(request)
    except DatabaseError as error:
        if outage_of(error) not in UNWRITABLE:
            raise
        request.user = AnonymousUser()


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Each change made by a request carries who made it."""

    def get_context(self, request: HttpRequest) -> dict[str, object]:
        # Two segments of the path: what follows may be a token (/recuperar/…/<token>/).
        source = "/".join(request.path.split("/")[:3])
        return {"user": request.user.pk, "source": source}
