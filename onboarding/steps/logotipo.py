"""Step 8: the logo, seen on an invoice of the company's own."""

from typing import Any
from urllib.parse import urlencode

from companies.forms import LogoForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from companies.models import Company, Logo
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit


def logo_of(company: Company) -> Logo | None:
    """The company's logo, if it has one."""
    return getattr(company, "logo", None)


def _state(step: Step, progress: Progress) -> Status:
    if logo_of(progress.company):
        return Status.DONE
    return Status.SKIPPED if progress.omitted(step.slug) else Status.TODO


def _save(visit: Visit, form: LogoForm) -> HttpResponse | None:
    """Saves; «Ver en la factura» stays on the page to show it."""
    form.save()
    if visit.request.POST.get("accion") == "ver":
        return redirect(f"{visit.request.path}#muestra")
    return None


def _fingerprint(progress: Progress) -> str:
    logo = logo_of(progress.company)
    return logo.source_sha256 if logo else ""


def sample_url(company: Company) -> str:
    """The sample invoice's address; it changes with the logo, so that a browser may keep the picture."""
    logo = logo_of(company)
    query = {"posicion": logo.position, "v": logo.source_sha256[:12]} if logo else {}
    return f"{reverse('muestra')}?{urlencode(query)}"


def _context(visit: Visit) -> dict[str, Any]:
    company = visit.progress.company
    return {"logo": logo_of(company), "sample_url": sample_url(company)}


def _summary(progress: Progress) -> list[tuple[str, str]]:
    logo = logo_of(progress.company)
    return [("Posición del logotipo", logo.get_position_display())] if logo else []


step = Step(
    slug="logotipo",
    title="Logotipo",
    heading="Ponga su logotipo en sus facturas",
    lead="Así lo verán sus clientes. Si no lo tiene a la mano, puede agregarlo después.",
    form_class=LogoForm,
    optional=True,
    state=_state,
    form_kwargs=lambda progress: {"company": progress.company},
    fingerprint=_fingerprint,
    rows=lambda progress: [logo for logo in [logo_of(progress.company)] if logo],
    save=_save,
    context=_context,
    summary=_summary,
)
