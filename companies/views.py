"""Signing in and out, getting a new password, confirming an e-mail address."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from companies import renewal, services
from companies.auth import one_guess_at_a_time
from companies.forms import NewPasswordForm, ResetRequestForm, SignInForm
from companies.http import own_address
from companies.models import User
from facturamos import client

WRONG = "El usuario o la contraseña no son correctos. Revise si Bloq Mayús está activado."
EXPIRED = (
    "Su contraseña temporal ya venció. Pida a su distribuidor, o a Asistencia, que le reenvíe sus "
    "credenciales."
)

# --- signing in and out


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """«Entrar»: issuers go on to their configuration, staff to the admin."""
    if request.user.is_authenticated:
        return redirect(_landing(request, request.user))
    form = SignInForm(request.POST or None)
    if form.is_valid():
        user = _guess(request, **form.cleaned_data)
        if user and not user.temporary_password_expired:
            services.confirm_by_credentials(user)
            login(request, user)
            return redirect(_landing(request, user))
        # Only who knows the password is told that it has expired.
        form.add_error(None, EXPIRED if user else WRONG)
    return render(request, "companies/sign_in.html", {"form": form, "next": own_address(request)})


@sensitive_variables()
def _guess(request: HttpRequest, username: str, password: str) -> User | None:
    with one_guess_at_a_time(username, client.address(request)):
        return authenticate(request, username=username, password=password)


def _landing(request: HttpRequest, user: User) -> str:
    home = "admin:index" if user.is_staff else settings.LOGIN_REDIRECT_URL
    return own_address(request) or resolve_url(home)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """«Salir»: a POST, so that no link of another site can do it."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


# --- a new password


@never_cache
def reset_request(request: HttpRequest) -> HttpResponse:
    """«¿Olvidó su contraseña?»: the answer is the same whether the account exists or not."""
    form = ResetRequestForm(request.POST or None)
    if form.is_valid():
        services.request_reset(form.cleaned_data["asked_for"], client.address(request))
        return redirect("recuperar_enviado")
    return render(request, "companies/reset_request.html", {"form": form})


@never_cache
def renew_credentials(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the reminder: a GET says how the account stands, a POST sends new credentials."""
    user = renewal.find(token)
    if user and request.method == "POST":
        renewal.renew(user)
        return redirect(request.path)
    standing = renewal.standing(user) if user else renewal.Standing.OVER
    context = {"standing": standing.value, "owner": user}
    return render(request, "companies/renew_credentials.html", context)


@require_safe
def reset_sent(request: HttpRequest) -> HttpResponse:
    """Says to look into the mail, if there is an account."""
    return render(request, "companies/reset_sent.html")


@never_cache
@sensitive_post_parameters()
def reset_new(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """The link of the mail: choose a new password, once."""
    user = _user_of(uidb64)
    if user is None or not default_token_generator.check_token(user, token):
        return _used_up(request)
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        done = services.reset_password(user, token, form.cleaned_data["password"])
        return redirect("recuperar_listo") if done else _used_up(request)
    return render(request, "companies/reset_new.html", {"form": form, "validlink": True})


def _user_of(uidb64: str) -> User | None:
    try:
        pk = int(force_str(urlsafe_base64_decode(uidb64)))
    except ValueError:
        return None
    return User.objects.filter(pk=pk, is_active=True, company__deleted_at=None).first()


def _used_up(request: HttpRequest) -> HttpResponse:
    return render(request, "companies/reset_new.html", {"validlink": False}, status=410)


@require_safe
def reset_done(request: HttpRequest) -> HttpResponse:
    """Says that the new password holds."""
    return render(request, "companies/reset_done.html")


# --- a new e-mail address


@never_cache
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail asks; the button confirms: programs that open every link confirm nothing."""
    user = services.find_by_email_token(token)
    if user is None:
        return render(request, "companies/email_confirmed.html", {"confirmed": False}, status=410)
    if request.method == "POST":
        services.confirm_email(user)
        return redirect(request.path)
    confirmed = user.confirmed_email == user.email
    context = {"confirmed": confirmed, "asking": not confirmed, "address": user.email}
    return render(request, "companies/email_confirmed.html", context)
