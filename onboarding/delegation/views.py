"""Asking somebody else for a step; and the pages around that step for who was asked.

The link of the mail is only shown by a GET. A button opens it, with the link in what it sends: programs that
look into mails use nothing up, and the address after that holds no link any more.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from companies.signed_in import IssuerRequest, issuer_required
from facturamos import client
from facturamos.buttons import button_on
from onboarding.delegation import gate, proposals, services
from onboarding.delegation.forms import DelegationForm
from onboarding.delegation.links import read
from onboarding.delegation.models import Delegation
from onboarding.delegation.scope import asked_step, steps_of
from onboarding.wizard.progress import Progress
from onboarding.wizard.step import AnyStep

TEMPLATES = "onboarding/delegation"
# The whole address stays out of the Referer header; the origin must be told, or Django refuses the POST.
REFERRER_POLICY = "strict-origin"
# In the session: which request's outcome was shown.
SEEN = "encargo-visto"


# --- the issuer


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@issuer_required
def ask(request: IssuerRequest, step: str) -> HttpResponse:
    """`/configuracion/<slug>/pedir/`: whom, and what to write to that person."""
    page, progress = _asked(step), Progress.of(request.user)
    if not progress.notice_accepted:
        return redirect("paso", "aviso-de-privacidad")
    if not any(each.may_be_asked(progress) for each in steps_of(step)):
        return redirect("paso", step)
    proposed = proposals.read(request.GET.get(proposals.PROPOSAL, ""), request.company, step)
    form = DelegationForm(request.POST if request.method == "POST" else None, initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            delegation = services.ask(request.user, page, **form.cleaned_data)
        except services.TooManyDelegations as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Le escribimos a {delegation.name} ({delegation.email}).")
            return redirect("pedir", step)
    context = {
        "step": page,
        "steps": steps_of(step),
        "form": form,
        "delegation": services.open_for(request.company, page),
        "days": Delegation.LIFETIME.days,
    }
    return render(request, f"{TEMPLATES}/ask.html", context)


def _page_of_button(request: HttpRequest) -> str:
    # The panel sends on to the hub who has not finished.
    return reverse("panel")


@button_on(_page_of_button)
@require_POST
@issuer_required
def revoke(request: IssuerRequest, step: str) -> HttpResponse:
    """`/configuracion/<slug>/pedir/retirar/`: the link opens nothing any more."""
    page = _asked(step)
    services.revoke(request.company, page)
    messages.success(request, f"Retiramos el enlace de «{page.title}»: ya no abre nada.")
    return redirect(_page_of_button(request))


def _asked(slug: str) -> AnyStep:
    page = asked_step(slug)
    if page is None:
        raise Http404("nobody else is asked for it")
    return page


# --- who was asked


@require_safe
@never_cache
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """`/encargo/enlace/<token>/`: what a mail leads to; says nothing of whose it is before it is opened."""
    link = read(token)
    delegation = services.find(link) if link else None
    if link is None or delegation is None:
        return _gone(request)
    if delegation.done_at:
        return _private(render(request, f"{TEMPLATES}/done.html", {}))
    if not delegation.is_live or delegation.link != link.number:
        return _gone(request)
    if delegation.opened_link != link.number:
        return _private(render(request, f"{TEMPLATES}/link.html", {"token": token}))
    if gate.holds(request, link):
        return redirect("encargo")
    more = delegation.link < services.MOST_LINKS
    return _private(render(request, f"{TEMPLATES}/elsewhere.html", {"token": token, "more": more}))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = REFERRER_POLICY
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest) -> HttpResponse:
    """`/encargo/abrir/`: «Abrir» lets this browser in; «Enviarme otro enlace» mails one to who was asked."""
    if request.method != "POST":
        return redirect("encargo")
    link = read(request.POST.get("enlace", ""))
    if link is None:
        return _gone(request)
    if request.POST.get("accion") == "otro":
        if not services.send_another(link):
            return _gone(request)
        return render(request, f"{TEMPLATES}/sent.html", {})
    if not services.open_link(link):
        # Twice the same click: the first let this browser in.
        return redirect("encargo") if gate.holds(request, link) else _gone(request)
    gate.let_in(request, link)
    return redirect("encargo")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """`/encargo/`: how it stands. The notice first; then the step; once that is done, only that it is."""
    delegation = gate.current(request)
    if delegation is None:
        return _gone(request)
    if delegation.done_at:
        return _done(request, delegation)
    if not delegation.is_live:
        return _gone(request)
    delegate = gate.enter(request, delegation)
    if delegation.accepted_at is None:
        return _notice(delegate, delegation)
    progress = Progress.of(delegate.user)
    if not progress.notice_accepted:
        return render(request, f"{TEMPLATES}/waiting.html", {"delegation": delegation})
    if services.settle(delegation.pk):
        return _done(request, delegation)
    left = services.steps_left(delegation, progress)
    return _onward(delegate, left[0], progress) if left else _gone(request)


def _onward(request: IssuerRequest, step: AnyStep, progress: Progress) -> HttpResponse:
    """To what is left; who has saved it already is told what is missing."""
    saved_at = progress.saved_at(step.slug)
    if step.asked_still and saved_at and request.delegate and saved_at >= request.delegate.since:
        messages.warning(request, step.asked_still)
    return redirect("paso", step.slug)


def _notice(request: IssuerRequest, delegation: Delegation) -> HttpResponse:
    if request.method == "POST" and request.POST.get("accion") == "aceptar":
        services.accept(delegation, address=client.address(request), browser=client.browser(request))
        return redirect("encargo")
    context = {
        "delegation": delegation,
        "step": steps_of(delegation.slug)[0],
        "notice": services.notice_of(delegation),
    }
    return render(request, f"{TEMPLATES}/notice.html", context)


def _done(request: HttpRequest, delegation: Delegation) -> HttpResponse:
    """What came of it, to who did it and once; after that, only that it is done."""
    context: dict[str, object] = {}
    if services.is_news(delegation) and request.session.get(SEEN) != delegation.pk.hex:
        request.session[SEEN] = delegation.pk.hex
        progress = Progress.of(gate.enter(request, delegation).user)
        summaries = [(step, step.summary(progress)) for step in steps_of(delegation.slug)]
        context = {"delegation": delegation, "summaries": summaries}
    return render(request, f"{TEMPLATES}/done.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    """One answer to whatever opens nothing: guessed, altered, over, revoked."""
    return render(request, f"{TEMPLATES}/gone.html", status=404)
