"""Which documents the company issues, each with its series and first folio."""

from collections.abc import Sequence

from companies.forms import DocumentsForm
from companies.models import DocumentType
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement
from onboarding.wizard.step import Context, Step, Summary


class DocumentsStep(Step[DocumentsForm]):
    """One form for as many rows as there are kinds of documents."""

    slug = "documentos"
    title = "Documentos"
    heading = "¿Qué documentos va a emitir?"
    lead = "Elija al menos uno. La serie puede quedar vacía; el folio inicial es 1, si no lo cambia."
    in_short = "cuáles emite, con serie y folio"
    needs = "la serie y el folio con que sigue, si ya facturaba"
    form_class = DocumentsForm
    sample_answer = {
        "invoice": "on",
        "invoice_series": "A",
        "invoice_first_folio": "1",
        "payment": "on",
        "payment_series": "",
        "payment_first_folio": "100",
    }

    def state(self, progress: Progress) -> Status:
        """At least one must be there, whatever was saved."""
        return super().state(progress) if progress.facts.document_kinds else Status.TODO

    def faulty(self, progress: Progress) -> list[Requirement]:
        """A document that the company may not issue: its RFC was another's when that was chosen."""
        offered = DocumentType.kinds_for(progress.company)
        return [
            self._of_others(DocumentType.Kind(kind))
            for kind in progress.facts.document_kinds
            if kind not in offered
        ]

    def _of_others(self, kind: DocumentType.Kind) -> Requirement:
        brief = f"Eligió «{kind.label}», y su RFC es de persona moral"
        return self.problem(
            f"documento-{kind}",
            title=kind.label,
            text=f"{brief}: solo lo emiten las personas físicas. Quítelo y use Factura.",
            brief=f"{brief}.",
            action="Corregir sus documentos",
        )

    def form_kwargs(self, progress: Progress) -> Context:
        return {"company": progress.company}

    def rows(self, progress: Progress) -> Sequence[DocumentType]:
        """Every kind that is issued."""
        return progress.documents

    def summary(self, progress: Progress) -> Summary:
        """A line for each kind."""
        return [
            (row.get_kind_display(), f"Serie {row.series or '(sin serie)'}, folio inicial {row.first_folio}")
            for row in progress.documents
        ]
