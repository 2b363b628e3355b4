"""Everything on one page, and the button that finishes, once."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from facturamos.forms import Faults, PageForm
from mailing import notices
from onboarding.readiness import Readiness
from onboarding.steps.logotipo import LogoStep, logo_of
from onboarding.test_invoice import CORRECTED_AT, InvoiceTest, invoice_test
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement, Stops
from onboarding.wizard.step import AnyStep, Context, Step, Visit

# The mail that says so.
FINISHED = "onboarding.finished"


class FinishForm(PageForm, forms.Form):
    """Nothing to fill in: the button says it all. So nothing can be stale either."""


class FinishStep(Step[FinishForm]):
    """The last page; it is done when all others that count are."""

    slug = "terminar"
    title = "Terminar"
    heading = "Revise todo antes de terminar"
    lead = "Puede cambiar lo que quiera, ahora o después."
    in_short = "revisar todo y finalizar"
    needs = "nada más; solo revisar"
    form_class = FinishForm
    counts = False

    def requirements(self, progress: Progress) -> list[Requirement]:
        """A test invoice that we gave up, or whose refusal no step corrects."""
        test = progress.invoice_test
        line = self.problem(
            "prueba",
            title="Factura de prueba",
            text="No pudimos terminar la prueba. Fue una falla nuestra, no de sus datos.",
            brief="No pudimos terminar la factura de prueba.",
            action="Probar otra vez",
        )
        if test.state == "stuck":
            return [line._replace(stops=Stops.NOTHING)]
        if test.state != "refused" or any(check.code in CORRECTED_AT for check in test.problems):
            return []
        said = " ".join(check.message for check in test.problems)
        brief = f"La factura de prueba se rechazó. {said}".strip()
        return [line._replace(text=brief, brief=brief)]

    def state(self, progress: Progress) -> Status:
        return Status.DONE if progress.finished else Status.TODO

    def context(self, visit: Visit) -> Context:
        """Every step with what it holds, and what is missing."""
        pages = [page for page in visit.pages if page.counts]
        readiness = Readiness(visit.progress, visit.pages)
        return {
            "heading": readiness.heading if visit.progress.finished else self.heading,
            "summary": [_group(page, visit.progress) for page in pages],
            "readiness": readiness,
            "invoice_test": invoice_test(visit.progress.company, visit.progress.csd, "terminar"),
        }

    def faults(self, context: Context) -> Faults | None:
        """What the test invoice was refused for."""
        test = context["invoice_test"]
        return test.faults if isinstance(test, InvoiceTest) else None

    def save(self, visit: Visit, form: FinishForm) -> HttpResponse | None:
        """Finishes when nothing is missing; a second time changes nothing."""
        if missing := Readiness(visit.progress, visit.pages).before_finishing:
            titles = ", ".join(line.title for line in missing)
            form.add_error(None, f"Todavía falta: {titles}. Complételo y vuelva a esta página.")
            return None
        onboarding = visit.progress.onboarding
        if onboarding.finished_at is None:
            onboarding.finished_at = timezone.now()
            onboarding.finished_by = visit.request.user
            onboarding.save(update_fields=["finished_at", "finished_by"])
            notices.tell(FINISHED, onboarding)
        return redirect("panel")


def _group(page: AnyStep, progress: Progress) -> Context:
    status = page.status(progress)
    return {
        "title": page.title,
        "url": f"{page.url}?de=terminar",
        "status": status.value,
        "status_label": page.status_label(status, progress),
        "rows": [(label, value) for label, value in page.summary(progress) if value],
        "logo": logo_of(progress.company) if isinstance(page, LogoStep) else None,
    }
