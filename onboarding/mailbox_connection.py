"""«Conectar con Google», «Conectar con Microsoft»: the way to the provider's page, and back to step 10.

The page between step 10 and the provider's is a link that is followed: a form that is sent may lead to no
other site (Content-Security-Policy: form-action), and the person reads what is asked before it is asked.
"""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from companies.signed_in import STAFF_HOME, IssuerRequest, issuer_required, reached_at
from mailing import services
from mailing.forms import ConnectForm
from mailing.models import Mailbox
from mailing.oauth import services as oauth
from mailing.oauth.client import OAuthFailed, configured
from mailing.oauth.overview import fault_overview
from mailing.oauth.providers import OAuthProvider
from onboarding.delegation import gate
from onboarding.steps.correo import MailboxStep
from onboarding.wizard.progress import Progress

TEMPLATE = "onboarding/mailbox_connection.html"
# What went wrong at the provider's, until the page has shown it.
FAULT = "correo-conexion"
# Of what comes back, and no more of it than anything sensible is long.
ANSWER = ("state", "code", "error", "error_description")
LONGEST = 4096


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@issuer_required
def connect(request: IssuerRequest, kind: str) -> HttpResponse:
    """`/configuracion/correo/conectar/<kind>/`: whose mailbox it is, then the link to the provider's page."""
    provider, progress = _provider(kind), Progress.of(request.user)
    if not progress.notice_accepted:
        return redirect("paso", "aviso-de-privacidad")
    if request.method == "POST":
        return _begin(request, provider, progress)
    fault = request.session.pop(FAULT, None)
    trip = None if fault else oauth.trip_under_way(kind, request.user, _session(request))
    context: dict[str, object] = {"provider": provider}
    if fault:
        context["fault"] = fault_overview(provider, fault["code"], fault["email"], fault["said"])
    if trip:
        context |= {"trip": trip, "url": oauth.consent_url(trip)}
    else:
        context["form"] = ConnectForm(instance=MailboxStep().instance(progress))
    return render(request, TEMPLATE, context)


def _begin(request: IssuerRequest, provider: OAuthProvider, progress: Progress) -> HttpResponse:
    """Sent by step 10 with all of its fields, or by this page; two of them count."""
    form = ConnectForm(request.POST, instance=Mailbox(company_id=progress.company.pk))
    if not form.is_valid():
        return render(request, TEMPLATE, {"provider": provider, "form": form})
    oauth.start(
        provider,
        company_id=progress.company.pk,
        user=request.user,
        session_key=_session(request),
        from_email=form.cleaned_data["from_email"],
        from_name=form.cleaned_data["from_name"],
    )
    return redirect("correo_conectar", provider.kind)


@require_GET
@never_cache
def come_back(request: HttpRequest, kind: str) -> HttpResponse:
    """`/configuracion/correo/autorizado/<kind>/`: where the provider sends people back to."""
    if "admin_consent" in request.GET:
        # An administrator said yes for everybody, and is nobody here.
        return redirect("inicio")
    if not request.user.is_authenticated and gate.current(request):
        # The provider knows one address for everybody; who was asked for this step goes on at its own.
        return redirect(f"{gate.address_of('encargo_autorizado', kind)}?{request.META['QUERY_STRING']}")
    if not request.user.is_authenticated:
        # Without the query: what is in it serves nobody else.
        return redirect(f"{reverse('entrar')}?next={reverse('correo_conectar', args=[kind])}")
    if request.user.company_id is None:
        return redirect(STAFF_HOME)
    return _ended(cast("IssuerRequest", request), _provider(kind))


def _ended(request: IssuerRequest, provider: OAuthProvider) -> HttpResponse:
    answer = {name: request.GET.get(name, "")[:LONGEST] for name in ANSWER}
    trip = oauth.trip_under_way(provider.kind, request.user, _session(request))
    try:
        mailbox = oauth.come_back(
            provider,
            company_id=request.company.pk,
            user=request.user,
            session_key=_session(request),
            answer=answer,
        )
    except OAuthFailed as failed:
        email = trip.from_email if trip else request.user.email
        request.session[FAULT] = {"code": failed.code, "said": failed.said[:254], "email": email}
        return redirect("correo_conectar", provider.kind)
    try:
        services.start_test(mailbox, to=reached_at(request))
    except services.TooManyTests as refusal:
        messages.warning(request, str(refusal))
    return redirect("paso", "correo")


def _provider(kind: str) -> OAuthProvider:
    """Raises Http404 where the provider does not know this site, or there is none of that name."""
    for provider in configured():
        if provider.kind == kind:
            return provider
    raise Http404(kind)


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""
