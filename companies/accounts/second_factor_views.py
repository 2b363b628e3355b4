"""The pages of the second factor: `/entrar/segundo-factor/` asks for a code, `…/activar/` sets one up, and
`…/cambiar/` is for another telephone and fresh recovery codes.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from companies.accounts import second_factor
from companies.accounts.second_factor import LockedOut
from companies.forms import SecondFactorForm
from companies.models import SecondFactor, User
from companies.signed_in import STAFF_HOME, own_address
from facturamos import buttons

WRONG = "El código no es correcto o ya se usó. Espere el siguiente en su teléfono y escríbalo."
MINUTES = SecondFactor.WINDOW // timedelta(minutes=1)
LOCKED = f"Hubo demasiados códigos incorrectos. Espere {MINUTES} minutos antes de intentarlo de nuevo."
PAGE = "«Su segundo factor»"
# What the page of that name does.
TELEPHONE, CODES = "telefono", "codigos"
# So many recovery codes left, and it is time for new ones.
FEW = 3

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
    before = second_factor.codes_left(factor)
    if shown := _checked(form, user):
        second_factor.remember(request, shown)
        left = second_factor.codes_left(shown)
        if left < before and left <= FEW:
            messages.warning(request, f"Le quedan {left} códigos de recuperación. Haga nuevos en {PAGE}.")
        return redirect(wanted or resolve_url(STAFF_HOME))
    return render(request, "companies/second_factor.html", {"form": form, "next": wanted})


def _checked(form: SecondFactorForm, user: User) -> SecondFactor | None:
    """The user's factor, if the form has a right code of it; else the form says why not."""
    if not form.is_valid():
        return None
    try:
        shown = second_factor.check(user, form.cleaned_data["code"])
    except LockedOut:
        form.add_error(None, LOCKED)
        return None
    if shown is None:
        form.add_error("code", WRONG)
    return shown


@never_cache
@sensitive_post_parameters("code")
@sensitive_variables()
@staff_only
def set_up(request: HttpRequest, user: User) -> HttpResponse:
    """At the first sign-in, and for another telephone: shows a key, and confirms it by its first code."""
    factor = second_factor.begun(request, user)
    if factor is None and second_factor.confirmed(user):
        return redirect("segundo_factor")
    if request.POST.get("accion") == "empezar":
        second_factor.begin(request, user)
        return redirect("segundo_factor_activar")
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
            return _codes(request, codes)
        if not form.errors:
            form.add_error("code", WRONG)
    context: dict[str, object] = {"form": form, "factor": factor}
    if factor:
        context |= {"picture": second_factor.picture(factor), "key": second_factor.key_text(factor)}
    return render(request, "companies/second_factor_set_up.html", context)


@never_cache
@sensitive_post_parameters("code")
@sensitive_variables()
@staff_only
def change(request: HttpRequest, user: User) -> HttpResponse:
    """«Su segundo factor»: another telephone, or fresh recovery codes; each asks for a code first."""
    factor = second_factor.confirmed(user)
    if not second_factor.passed(request, factor) or factor is None:
        return redirect_to_login(request.get_full_path(), resolve_url("segundo_factor"))
    form = SecondFactorForm(request.POST or None)
    wanted = request.POST.get("accion")
    if wanted in (TELEPHONE, CODES) and (shown := _checked(form, user)):
        if wanted == CODES:
            return _codes(request, second_factor.renew_codes(shown))
        second_factor.begin(request, user)
        return redirect("segundo_factor_activar")
    context = {"form": form, "factor": factor, "left": second_factor.codes_left(factor), "few": FEW}
    return render(request, "companies/second_factor_change.html", context)


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The one page that shows them."""
    return render(request, "companies/second_factor_codes.html", {"codes": codes})
