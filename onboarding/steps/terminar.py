"""Step 12: everything on one page, and the button that finishes, once."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from facturamos.forms import PageForm
from onboarding.progress import Progress, Status
from onboarding.rehearsal import trial
from onboarding.steps.base import Step, Visit


class FinishForm(PageForm, forms.Form):
    """Nothing to fill in: the button says it all."""


def _state(step: Step, progress: Progress) -> Status:
    return Status.DONE if progress.finished else Status.TODO


def _finish(visit: Visit, form: FinishForm) -> HttpResponse | None:
    """Finishes when nothing is missing; a second time changes nothing."""
    if missing := visit.progress.missing(visit.pages):
        titles = ", ".join(page.title for page in missing)
        form.add_error(None, f"Todavía falta: {titles}. Complételo y vuelva a esta página.")
        return None
    onboarding = visit.progress.onboarding
    if onboarding.finished_at is None:
        onboarding.finished_at = timezone.now()
        onboarding.finished_by = visit.request.user
        onboarding.save(update_fields=["finished_at", "finished_by"])
    return redirect("panel")


def _group(page: Step, progress: Progress) -> dict[str, Any]:
    status = page.status(progress)
    return {
        "title": page.title,
        "url": f"{reverse('paso', args=[page.slug])}?de=terminar",
        "status": status.value,
        "status_label": status.label,
        "rows": [(label, value) for label, value in page.summary(progress) if value],
    }


def _context(visit: Visit) -> dict[str, Any]:
    pages = [page for page in visit.pages if page.counts]
    missing = visit.progress.missing(visit.pages)
    return {
        "summary": [_group(page, visit.progress) for page in pages],
        "missing": [_group(page, visit.progress) for page in missing],
        "can_finish": not missing,
        "trial": trial(visit.progress.company, visit.progress.csd, "terminar"),
    }


step = Step(
    slug="terminar",
    title="Terminar",
    heading="Revise todo antes de terminar",
    lead="Puede cambiar lo que quiera, ahora o después.",
    form_class=FinishForm,
    counts=False,
    state=_state,
    # Nothing is typed here, so nothing can be stale.
    save=_finish,
    context=_context,
)
