"""Step 11: which documents the company issues, each with its series and first folio."""

from companies.forms import DocumentsForm
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, saved_is_done


def _state(step: Step, progress: Progress) -> Status:
    return saved_is_done(step, progress) if progress.onboarding.has_documents else Status.TODO


def _summary(progress: Progress) -> list[tuple[str, str]]:
    return [
        (row.get_kind_display(), f"Serie {row.series or '(sin serie)'}, folio inicial {row.first_folio}")
        for row in progress.documents
    ]


step = Step(
    slug="documentos",
    title="Documentos",
    heading="¿Qué documentos va a emitir?",
    lead="Elija al menos uno. La serie puede quedar vacía; el folio inicial es 1, si no lo cambia.",
    form_class=DocumentsForm,
    state=_state,
    form_kwargs=lambda progress: {"company": progress.company},
    rows=lambda progress: list(progress.documents),
    summary=_summary,
)
