"""The pages of the second factor: `/entrar/segundo-factor/` asks for a code, `…/activar/` sets it up."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from companies.accounts import second_factor
from companies.accounts.second_factor import LockedOut
from companies.forms import SecondFactorForm
from companies.http import STAFF_HOME, own_address
from companies.models import User
from facturamos import buttons

WRONG = "El código no es correcto o ya se usó. Espere el siguiente en su teléfono y escríbalo."
LOCKED = "Hubo demasiados códigos incorrectos. Espere 15 minutos antes de intentarlo de nuevo."

StaffView = Callable[[HttpRequest, User], HttpResponse]


def staff_only(view: StaffView) -> Callable[[HttpRequest], HttpResponse]:
    """For staff that has signed in with its password; issuers have no second factor."""

    @buttons.needs_a_session
    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return buttons.to_sign_in(request)
        if not second_factor.required(request.user):
            return redirect("configuracion")
        return view(request, request.user)

    return wrapped


@never_cache
@sensitive_post_parameters("code")
@staff_only
def ask(request: HttpRequest, user: User) -> HttpResponse:
    """Asks for a code and goes on to where the user wanted to go."""
    factor = second_factor.confirmed(user)
    if factor is None:
        return redirect("segundo_factor_activar")
    wanted = own_address(request)
    if second_factor.passed(request, factor):
        return redirect(wanted or resolve_url(STAFF_HOME))
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            shown = second_factor.check(user, form.cleaned_data["code"])
        except LockedOut:
            shown = None
            form.add_error(None, LOCKED)
        if shown:
            second_factor.remember(request, shown)
            return redirect(wanted or resolve_url(STAFF_HOME))
        if not form.errors:
            form.add_error("code", WRONG)
    return render(request, "companies/second_factor.html", {"form": form, "next": wanted})


@never_cache
@sensitive_post_parameters("code")
@sensitive_variables()
@staff_only
def set_up(request: HttpRequest, user: User) -> HttpResponse:
    """At the first sign-in: makes a key, shows it, and confirms it by its first code."""
    if second_factor.confirmed(user):
        return redirect("segundo_factor")
    if request.POST.get("accion") == "empezar":
        second_factor.begin(user)
        return redirect("segundo_factor_activar")
    factor = second_factor.pending(user)
    form = SecondFactorForm(request.POST or None)
    if factor and form.is_valid():
        try:
            done = second_factor.confirm(user, form.cleaned_data["code"])
        except LockedOut:
            done = None
            form.add_error(None, LOCKED)
        if done:
            confirmed, codes = done
            second_factor.remember(request, confirmed)
            return render(request, "companies/second_factor_codes.html", {"codes": codes})
        if not form.errors:
            form.add_error("code", WRONG)
    context: dict[str, object] = {"form": form, "factor": factor}
    if factor:
        context |= {"picture": second_factor.picture(factor), "key": second_factor.key_text(factor)}
    return render(request, "companies/second_factor_set_up.html", context)
