"""Step 3: the Carta Manifiesto, signed with the e.firma at the PAC's site; never here."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from companies.forms import ManifestLetterForm
from companies.models import Company, ManifestLetter
from onboarding.progress import Progress
from onboarding.steps.base import Step, Visit


def letter_of(company: Company) -> ManifestLetter:
    """The company's letter; a new, unsaved one when it has none yet."""
    letter: ManifestLetter | None = getattr(company, "manifest_letter", None)
    return letter or ManifestLetter(company=company)


def _letter(progress: Progress) -> ManifestLetter:
    return letter_of(progress.company)


def _make_manual(visit: Visit) -> HttpResponse:
    """«Generar manual»: notes when, and redirects to the file."""
    letter = _letter(visit.progress)
    if letter.manual_made_at is None:
        letter.manual_made_at = timezone.now()
        letter.save(update_fields=["manual_made_at"] if letter.pk else None)
    return redirect("carta_manual")


def _context(visit: Visit) -> dict[str, Any]:
    return {"letter": _letter(visit.progress), "pac": settings.PAC}


step = Step(
    slug="carta-manifiesto",
    title="Carta manifiesto",
    heading="Firme la Carta Manifiesto con el PAC",
    lead="Es el permiso para que el proveedor autorizado timbre sus facturas. Se firma en el sitio del PAC, "
    "con su e.firma: aquí nunca se la pediremos.",
    form_class=ManifestLetterForm,
    instance=_letter,
    fingerprint=lambda progress: _letter(progress).acknowledgement_sha256,
    rows=lambda progress: [_letter(progress)],
    actions={"manual": _make_manual},
    context=_context,
    summary=lambda progress: [("Carta manifiesto", _letter(progress).state.label)],
)
