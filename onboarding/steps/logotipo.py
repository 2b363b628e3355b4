"""Step 8: the logo, seen on an invoice of the company's own."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from companies.forms import LogoForm
from companies.models import Company, DocumentType, Logo
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
        return redirect(f"{visit.request.get_full_path()}#muestra")
    return None


def _fingerprint(progress: Progress) -> str:
    logo = logo_of(progress.company)
    return logo.source_sha256 if logo else ""


def kind_asked(asked: str) -> DocumentType.Kind:
    """The document that was asked for, or an invoice."""
    return DocumentType.Kind(asked) if asked in DocumentType.Kind else DocumentType.Kind.INVOICE


def position_asked(asked: str, company: Company) -> Logo.Position:
    """The position that was asked for, or where the company's logo stands."""
    if asked in Logo.Position:
        return Logo.Position(asked)
    logo = logo_of(company)
    return Logo.Position(logo.position) if logo else Logo.Position.LEFT


@dataclass(frozen=True)
class Sample:
    """The sample on the page: which document, where the logo stands on it, and its two addresses."""

    kind: DocumentType.Kind
    position: Logo.Position
    query: str

    @classmethod
    def of(cls, visit: Visit) -> "Sample":
        """The document that was asked for, with the logo where it was chosen to stand, be it saved or not."""
        company, request = visit.progress.company, visit.request
        kind = kind_asked(request.GET.get("documento", ""))
        position = position_asked(request.POST.get(f"{step.slug}-position", ""), company)
        logo = logo_of(company)
        version = logo.source_sha256[:12] if logo else ""
        # With another logo the address is another.
        return cls(kind, position, urlencode({"posicion": position, "documento": kind, "v": version}))

    @property
    def url(self) -> str:
        """The picture's address."""
        return f"{reverse('muestra')}?{self.query}"

    @property
    def pdf_url(self) -> str:
        """The PDF's address."""
        return f"{reverse('muestra_pdf')}?{self.query}"

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """The documents to choose from, in the guide's order."""
        return DocumentType.Kind.choices


def _context(visit: Visit) -> dict[str, Any]:
    return {
        "logo": logo_of(visit.progress.company),
        "sample": Sample.of(visit),
        "back": visit.request.GET.get("de", ""),
    }


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
