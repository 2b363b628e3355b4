"""The pages around the wizard: the hub, the panel, and the small fragments that a page asks for again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certificates.overview import overview as csd_overview
from companies.http import IssuerRequest, issuer_required
from mailing.services import overview as mailbox_overview
from onboarding import consent, rail
from onboarding import panel as panel_items
from onboarding.progress import Progress
from onboarding.rehearsal import trial
from onboarding.steps import STEPS
from onboarding.steps.correo import mailbox_of


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """`/`: what this is, and the way in."""
    return render(request, "onboarding/landing.html")


@require_safe
@issuer_required
def hub(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/`: the steps, their states and the next thing to do."""
    progress = Progress.of(request.user)
    if progress.finished:
        return redirect("panel")
    entries = rail.entries(progress, STEPS)
    missing = progress.missing(STEPS)
    # Optional steps that nobody has decided about come before the end, but after what is missing.
    undecided = [page for page in STEPS if page.optional and page.status(progress) == "todo"]
    following = (missing or undecided or [STEPS[-1]])[0]
    return render(
        request,
        "onboarding/hub.html",
        {
            "rail": entries,
            "missing_count": len(missing),
            "next_step": next(entry for entry in entries if entry.slug == following.slug),
            "finished": progress.finished,
            "consent": consent.of(progress.onboarding),
        },
    )


@require_safe
@issuer_required
def panel(request: IssuerRequest) -> HttpResponse:
    """`/panel/`: what is ready and what still waits, with dates."""
    progress = Progress.of(request.user)
    if not progress.finished:
        return redirect("configuracion")
    context = {
        "items": panel_items.items(progress),
        "trial": trial(progress.company, progress.csd, "panel"),
        "rail": rail.entries(progress, STEPS),
        "consent": consent.of(progress.onboarding),
    }
    return render(request, "onboarding/panel.html", context)


@require_safe
@issuer_required
def seals_status(request: IssuerRequest) -> HttpResponse:
    """The checklist of step 9, as the page polls it."""
    context = {"csd": csd_overview(request.company)}
    return render(request, "onboarding/steps/_seals_status.html", context)


@require_safe
@issuer_required
def mail_test_status(request: IssuerRequest) -> HttpResponse:
    """The outcome of the test mail of step 10, as the page polls it."""
    mailbox = mailbox_of(request.company)
    context = {"mailbox": mailbox, "test": mailbox_overview(mailbox)}
    return render(request, "onboarding/steps/_mail_test.html", context)


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """`/asistencia/`: how to reach technical support; the contact data come from settings."""
    return render(request, "onboarding/support.html", {"support": settings.SUPPORT})
