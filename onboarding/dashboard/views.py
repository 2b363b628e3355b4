"""The pages around the wizard: the hub, the panel, and the small fragments that a page asks for again."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from certificates.status.overview import overview as csd_overview
from companies.signed_in import IssuerRequest, issuer_required
from onboarding.delegation import services as delegation
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.steps.carta_manifiesto import ManifestLetterStep
from onboarding.steps.correo import MailboxStep, mailbox_of, overview_for
from onboarding.steps.datos_fiscales import FiscalDataStep
from onboarding.steps.direccion_fiscal import FiscalAddressStep
from onboarding.steps.sellos import CsdStep
from onboarding.support_access import consent
from onboarding.test_invoice import invoice_test
from onboarding.wizard import stepper
from onboarding.wizard.onward import Onward, onward
from onboarding.wizard.progress import Progress, Status

# A step in one of these still takes the issuer's time.
OPEN = (Status.TODO, Status.PROBLEM)


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """`/`: what this is, and the way in."""
    context = {"steps": STEPS, "total": stepper.total_in_words(STEPS)}
    return render(request, "onboarding/landing.html", context)


@require_safe
@issuer_required
def hub(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/`: the steps, their states and the next thing to do."""
    progress = Progress.of(request.user)
    if progress.finished:
        return redirect("panel")
    entries = stepper.entries(progress, STEPS)
    readiness = Readiness(progress, STEPS)
    missing = readiness.before_finishing
    # Optional steps that nobody has decided about come before the end, but after what is missing.
    undecided = [page.slug for page in STEPS if page.optional and page.status(progress) == "todo"]
    following = ([line.code for line in missing] or undecided or [STEPS[-1].slug])[0]
    return render(
        request,
        "onboarding/hub.html",
        {
            "stepper": entries,
            "readiness": readiness,
            "next_step": next(entry for entry in entries if entry.slug == following),
            "locked": not progress.notice_accepted,
            "minutes": sum(page.minutes for page in STEPS if page.status(progress) in OPEN),
            "csf_prefill": _csf_prefill(progress, [line.code for line in missing]),
            "consent": consent.of(progress.onboarding),
            "delegations": delegation.overview(progress.company),
        },
    )


def _csf_prefill(progress: Progress, missing: list[str]) -> str:
    """How the hub offers to fill in from it: «first» while its steps are missing, not before the notice."""
    if not progress.notice_accepted:
        return ""
    filled = {FiscalDataStep.slug, FiscalAddressStep.slug}
    return "first" if filled & {*missing} else "later"


@require_safe
@issuer_required
def panel(request: IssuerRequest) -> HttpResponse:
    """`/panel/`: what is ready and what still waits, with dates."""
    progress = Progress.of(request.user)
    if not progress.finished:
        return redirect("configuracion")
    test = invoice_test(progress.company, progress.csd, "panel")
    context = {
        "readiness": Readiness(progress, STEPS),
        "invoicing_url": settings.INVOICING_URL,
        "invoice_test": test,
        "faults": test.faults,
        "form": test.faults.told() if test.faults else None,
        "stepper": stepper.entries(progress, STEPS),
        "consent": consent.of(progress.onboarding),
        "delegations": delegation.overview(progress.company),
    }
    return render(request, "onboarding/panel.html", context)


@require_safe
@issuer_required
def csd_status(request: IssuerRequest) -> HttpResponse:
    """The report of the CSD, as its page polls it."""
    context = {"csd": csd_overview(request.company), "onward": _onward(request, CsdStep.slug)}
    return render(request, "onboarding/steps/_csd_status.html", context)


@require_safe
@issuer_required
def letter_status(request: IssuerRequest) -> HttpResponse:
    """How far the Carta Manifiesto has come, as its page polls it while it is on its way."""
    context = ManifestLetterStep().state_context(Progress.of(request.user))
    return render(request, "onboarding/steps/carta-manifiesto.html#state", context)


@require_safe
@issuer_required
def mail_test_status(request: IssuerRequest) -> HttpResponse:
    """The outcome of the test mail, as the page of the mailbox polls it."""
    mailbox = mailbox_of(request.company)
    context = {
        "mailbox": mailbox,
        "test": overview_for(request, mailbox),
        "onward": _onward(request, MailboxStep.slug),
    }
    return render(request, "onboarding/steps/_mail_test.html", context)


def _onward(request: IssuerRequest, slug: str) -> Onward:
    return onward(slug, STEPS, request.GET.get("de", ""))


@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """`/asistencia/`: how to reach technical support; the layout's context has the contact data."""
    return render(request, "onboarding/support.html", {"total": stepper.total(STEPS)})
