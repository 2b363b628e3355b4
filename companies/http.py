"""Requests of signed-in issuers, and where a request wants to go on to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from companies.models import Company, User


class IssuerRequest(HttpRequest):
    """A request whose user is an issuer; `issuer_required` vouches for it."""

    user: User
    company: Company


View = Callable[..., HttpResponseBase]


def own_address(request: HttpRequest) -> str:
    """The page of ours that somebody wanted before signing in; empty when there is none."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else ""


def issuer_required(view: View) -> View:
    """Lets issuers in; sends visitors to sign in and staff to the admin."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.company_id is None:
            return redirect("admin:index")
        return view(request, *args, **kwargs)

    return wrapped
