"""Requests of signed-in issuers."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from companies.models import Company, User


class IssuerRequest(HttpRequest):
    """A request whose user is an issuer; `issuer_required` vouches for it."""

    user: User
    company: Company


View = Callable[..., HttpResponseBase]


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
