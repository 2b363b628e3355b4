"""Signing in and out, getting a new password, confirming an e-mail address."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from companies.accounts import email_confirmation, guessing, held_email, password_reset, renewal, sessions
from companies.accounts.auth import account_name, expired_user, one_guess_at_a_time
from companies.accounts.guessing import TooManyGuesses
from companies.forms import NewPasswordForm, ResetRequestForm, SignInForm
from companies.models import User
from companies.signed_in import STAFF_HOME, own_address, signed_in
from facturamos import buttons, client
from facturamos.clear_site_data import cleared
from facturamos.context import support
from facturamos.turns import NoTurn

WRONG = "El usuario o la contraseña no son correctos. Revise si Bloq Mayús está activado."
EXPIRED = (
    "Su contraseña temporal ya venció. Pida a su distribuidor otra o, más rápido, presione "
    "«Enviarme credenciales nuevas»."
)
# What stands in the place of a token in the address, and where that is meanwhile, as in Django's own view.
OUT_OF_SIGHT, RESET_TOKEN = "nueva", "reset_token"
# What a refused guess is told, by why it was refused; {minutes} is how long that lasts.
NOT_NOW = {
    "crowd": {
        "title": "Espere unos segundos",
        "lead": "En este momento hay muchos intentos de entrar. Espere unos segundos e inténtelo otra vez.",
    },
    "address": {
        "title": "Espere {minutes} minutos",
        "lead": "Desde su conexión hubo demasiados intentos de entrar. Espere {minutes} minutos o pida una "
        "contraseña nueva por correo: con ella entra ahora mismo.",
    },
    "account": {
        "title": "Entre de otra manera",
        "lead": "Alguien ha intentado entrar muchas veces con este usuario. Por ahora solo se entra desde un "
        "equipo en el que ya entró antes, o con una contraseña nueva, que llega por correo en un minuto.",
    },
}

# --- signing in and out


@never_cache
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """«Entrar»: issuers go on to their configuration, staff to the admin."""
    if request.user.is_authenticated:
        return redirect(_landing(request, request.user))
    if request.method == "POST":
        try:
            with guessing.admitted(request):
                return _sign_in(request)
        except TooManyGuesses as too_many:
            return _not_now(request, too_many)
    return _sign_in(request)


def _sign_in(request: HttpRequest) -> HttpResponse:
    # The link of the mail with the credentials knows the name.
    form = SignInForm(request.POST or None, initial={"username": request.GET.get("usuario", "")[:254]})
    if form.is_valid():
        user = _guess(request, **form.cleaned_data)
        if user:
            return _let_in(request, user)
        form.add_error(None, EXPIRED if expired_user(request) else WRONG)
    context = {
        "form": form,
        "next": own_address(request),
        "renewal_url": _renewal_url(request),
        # A wrong password in between does not take the reason away.
        "over": buttons.OVER in request.GET or buttons.OVER in request.POST,
        "over_name": buttons.OVER,
    }
    return render(request, "companies/sign_in.html", context)


@sensitive_variables()
def _guess(request: HttpRequest, username: str, password: str) -> User | None:
    """Who it is. Guesses are counted for the account, whatever it was called. Raises TooManyGuesses."""
    name = account_name(request, username)
    try:
        guessing.count(request, name)
    except TooManyGuesses as too_many:
        if too_many.why == "account":
            guessing.tell_of_guesses(name)
        raise
    try:
        with one_guess_at_a_time(name, client.address(request)):
            user = authenticate(request, username=name, password=password)
    except NoTurn:
        raise TooManyGuesses("crowd", guessing.A_MOMENT) from None
    if user or expired_user(request):
        guessing.was_right(request, name)
    return user


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    known = bool(guessing.known_browser(request, user.username))
    email_confirmation.confirm_by_credentials(user)
    login(request, user)
    sessions.begin(request, user, known=known)
    response = redirect(_landing(request, user))
    guessing.remember_browser(request, response, user)
    return response


def _not_now(request: HttpRequest, too_many: TooManyGuesses) -> HttpResponse:
    """Without what a page reads of the request: this is for crowds."""
    minutes = too_many.wait // timedelta(minutes=1)
    told = {name: words.format(minutes=minutes) for name, words in NOT_NOW[too_many.why].items()}
    page = render_to_string("companies/locked_out.html", {"support": support(), **told})
    response = HttpResponse(page, status=429)
    response.headers["Retry-After"] = str(int(too_many.wait.total_seconds()))
    return response


def _renewal_url(request: HttpRequest) -> str:
    """Where new credentials are asked for, for who has just given the right ones too late."""
    user = expired_user(request)
    return reverse("renovar_credenciales", args=[renewal.token(user)]) if user else ""


def _landing(request: HttpRequest, user: User) -> str:
    home = STAFF_HOME if user.is_staff else settings.LOGIN_REDIRECT_URL
    return own_address(request) or resolve_url(home)


def _page_of_sign_out(request: HttpRequest) -> str:
    # The button stands on every page of who is signed in.
    if isinstance(request.user, User):
        return resolve_url(STAFF_HOME if request.user.is_staff else settings.LOGIN_REDIRECT_URL)
    return resolve_url(settings.LOGOUT_REDIRECT_URL)


@buttons.button_on(_page_of_sign_out)
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """«Salir»: a POST, so that no link of another site can do it."""
    logout(request)
    return cleared(redirect(settings.LOGOUT_REDIRECT_URL))


# --- a new password


@never_cache
def reset_request(request: HttpRequest) -> HttpResponse:
    """«¿Olvidó su contraseña?»: the answer is the same whether the account exists or not."""
    form = ResetRequestForm(request.POST or None)
    if form.is_valid():
        password_reset.request_reset(form.cleaned_data["asked_for"], client.address(request))
        return redirect("recuperar_enviado")
    return render(request, "companies/reset_request.html", {"form": form})


@never_cache
def renew_credentials(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail: a GET says how the account stands, a POST sends new credentials."""
    user = renewal.find(token)
    if user and request.method == "POST":
        renewal.renew(user)
        return redirect(request.path)
    state = renewal.state_of(user) if user else renewal.RenewalState.OVER
    context = {"state": state.value, "owner": user}
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
    carried = request.session.get(RESET_TOKEN, "") if token == OUT_OF_SIGHT else token
    if user is None or not default_token_generator.check_token(user, carried):
        return _used_up(request)
    if token != OUT_OF_SIGHT:
        # What stands in an address is in logs and in the browser's history.
        request.session[RESET_TOKEN] = token
        return redirect("recuperar_nueva", uidb64, OUT_OF_SIGHT)
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        return _reset(request, user, carried, form.cleaned_data["password"])
    return render(request, "companies/reset_new.html", {"form": form, "validlink": True})


@sensitive_variables()
def _reset(request: HttpRequest, user: User, token: str, password: str) -> HttpResponse:
    request.session.pop(RESET_TOKEN, None)
    if not password_reset.reset_password(user, token, password):
        return _used_up(request)
    response = redirect("recuperar_listo")
    # Whoever reads the account's mail comes in, however many others guess.
    guessing.remember_browser(request, response, user)
    return response


def _user_of(uidb64: str) -> User | None:
    try:
        pk = int(force_str(urlsafe_base64_decode(uidb64)))
    except ValueError:
        return None
    return User.objects.open().filter(pk=pk).first()


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
    user = email_confirmation.find_by_email_token(token)
    if user is None:
        return render(request, "companies/email_confirmed.html", {"confirmed": False}, status=410)
    if request.method == "POST":
        email_confirmation.confirm_email(user)
        return redirect(request.path)
    confirmed = user.confirmed_email == user.email
    held = held_email.held_until(user)
    context = {
        "confirmed": confirmed,
        "held_until": held,
        "asking": not confirmed and not held,
        "address": user.email,
    }
    return render(request, "companies/email_confirmed.html", context)


@never_cache
def not_me(request: HttpRequest, token: str) -> HttpResponse:
    """«No fui yo»: the link of a mail asks, the button undoes what staff did to the address."""
    user = held_email.find(token)
    if user is None:
        return render(request, "companies/not_me.html", {"state": "over"}, status=410)
    if request.method == "POST":
        held_email.undo(user)
        return render(request, "companies/not_me.html", {"state": "undone", "owner": user})
    return render(request, "companies/not_me.html", {"state": "asking", "owner": user})


# --- one's sessions


@never_cache
@login_required
def own_sessions(request: HttpRequest) -> HttpResponse:
    """«Sus sesiones»: where one is signed in; a button ends one, or all others."""
    user = signed_in(request)
    found = sessions.of(user)
    here = request.session.session_key
    if request.method == "POST":
        chosen = request.POST.get("sesion", "")
        others = [each for each in found if each.session_key != here]
        sessions.end(each for each in others if chosen in ("otras", str(each.pk)))
        return redirect("sesiones")
    context = {"sessions": found, "here": here, "others": any(each.session_key != here for each in found)}
    return render(request, "companies/sessions.html", context)
