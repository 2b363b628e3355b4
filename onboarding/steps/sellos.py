"""Step 9: the CSD. The request refuses what is not one; a task validates the pair."""

from typing import Any

from django.http import HttpResponse

from certificates.forms import SealsForm
from certificates.overview import overview
from certificates.services import Refused
from certificates.spanish import day
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit

STATES = {
    "none": Status.TODO,
    "waiting_password": Status.PROBLEM,
    "validating": Status.REVIEW,
    "valid": Status.DONE,
    "problem": Status.PROBLEM,
}


def _state(step: Step, progress: Progress) -> Status:
    return STATES[progress.csd.state]


def _save(visit: Visit, form: SealsForm) -> HttpResponse | None:
    """Hands over what is new; what the request itself refuses is told on the page, from its report."""
    try:
        form.save(user=visit.request.user)
    except Refused as refused:
        form.add_error(None, str(refused))
    return None


def _context(visit: Visit) -> dict[str, Any]:
    return {"csd": overview(visit.progress.company)}


def _summary(progress: Progress) -> list[tuple[str, str]]:
    if (seal := progress.csd.seal) is None:
        return []
    return [
        ("Número de certificado", seal.number),
        ("Vigencia", f"Hasta el {day(seal.valid_to)}"),
        ("Cuándo puede facturar", seal.activation),
    ]


step = Step(
    slug="sellos",
    title="Sellos (CSD)",
    heading="Suba los sellos digitales de su empresa",
    lead="Son los dos archivos del Certificado de Sello Digital (CSD) y su contraseña. No son los de la "
    "FIEL (e.firma).",
    form_class=SealsForm,
    stays=True,
    state=_state,
    form_kwargs=lambda progress: {"company": progress.company},
    save=_save,
    context=_context,
    summary=_summary,
)
