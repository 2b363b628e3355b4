"""«Probar mi factura», on the last page and on the panel: the button, what came of it, the XML."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from certificates.checks.results import CheckResult
from certificates.status.overview import CsdStatus, csd_status
from certificates.test_invoice import services
from companies.models import Company
from companies.signed_in import IssuerRequest, issuer_required
from facturamos.buttons import button_on
from facturamos.forms import Faults
from onboarding.wizard.progress import Progress

# Where a stage's datum is corrected, by the stage's code.
CORRECTED_AT = {
    "name": "datos-fiscales",
    "rfc": "datos-fiscales",
    "tax_regime": "datos-fiscales",
    "expedition_place": "datos-fiscales",
    "xml": "datos-fiscales",
    "seal": "sellos",
    "verification": "sellos",
}
STEP_TITLES = {"datos-fiscales": "Corregir en Datos fiscales", "sellos": "Ir a Sellos (CSD)"}
HEADINGS = {
    "none": "Pruebe su factura",
    "running": "Estamos sellando su factura de prueba",
    "stuck": "No pudimos terminar la prueba",
    "verified": "Sello verificado",
    "outdated": "Pruebe otra vez su factura",
}
LEADS = {
    "none": "Armamos una factura de ejemplo con sus datos, la sellamos con su CSD y comprobamos el sello. "
    "No se timbra ni se envía a nadie.",
    "running": "Tarda unos segundos. Puede esperar aquí o seguir con otra cosa.",
    "stuck": "Fue una falla nuestra, no de sus datos. Pruebe otra vez en unos minutos.",
    "verified": "La factura de ejemplo cumple con el esquema del SAT, y su sello es de su certificado.",
    "outdated": "Sus datos o sus sellos cambiaron después de la última prueba.",
}


@dataclass(frozen=True)
class CorrectableStage:
    """One stage of the test, and where to correct it."""

    check: CheckResult
    url: str
    link: str

    @property
    def sentence(self) -> str:
        """For the summary of what is wrong."""
        parts = (f"{self.check.title}.", self.check.message, self.check.action)
        said = " ".join(part for part in parts if part)
        return format_html('{} <a href="{}">{}</a>', said, self.url, self.link) if self.url else said


@dataclass(frozen=True)
class InvoiceTest:
    """All that `onboarding/_test_invoice.html` shows. `back` is the page it stands on: terminar or panel."""

    state: str
    heading: str
    lead: str
    stages: tuple[CorrectableStage, ...]
    when: datetime | None
    has_xml: bool
    # Whether a CSD is there to seal with.
    can_start: bool
    back: str

    @property
    def faults(self) -> Faults | None:
        """What is wrong, each with the way to where it is corrected; None when nothing is."""
        if self.state == "stuck":
            return Faults({"": self._sentences}, title=self.heading, heading="No se pudo probar su factura")
        return Faults({"": self._sentences}, heading=self.heading) if self._sentences else None

    @property
    def _sentences(self) -> list[str]:
        if self.state == "stuck":
            return [format_html('{} <a href="#prueba">Ir al botón</a>', self.lead)]
        refused = self.state not in HEADINGS
        return [stage.sentence for stage in self.stages if stage.check.bad] if refused else []

    @property
    def running(self) -> bool:
        """Whether the page should ask again."""
        return self.state == "running"

    @property
    def back_url(self) -> str:
        """The page it stands on."""
        return _page(self.back)


def refusals(progress: Progress, slug: str) -> list[CheckResult]:
    """What a real invoice would be refused for, of what a step corrects; nothing once that has changed."""
    return [check for check in progress.invoice_test.problems if CORRECTED_AT.get(check.code) == slug]


def invoice_test(company: Company, csd: CsdStatus, back: str) -> InvoiceTest:
    """Where a company stands with its test invoice, in one query; in none without a CSD."""
    shown = services.overview(company, csd.number) if csd.number else services.TestInvoiceOverview("none")
    return InvoiceTest(
        state=shown.state,
        heading=HEADINGS.get(shown.state) or _refused_heading(shown.has_xml),
        lead=LEADS.get(shown.state) or "Corrija lo señalado y pruebe otra vez.",
        stages=tuple(_stage(check, back) for check in shown.report),
        when=shown.when,
        has_xml=shown.has_xml,
        can_start=bool(csd.number) and shown.state != "running",
        back=back,
    )


def _refused_heading(has_xml: bool) -> str:
    return "El SAT rechazaría su factura" if has_xml else "La factura de prueba no se pudo sellar"


def _stage(check: CheckResult, back: str) -> CorrectableStage:
    slug = CORRECTED_AT.get(check.code, "") if check.bad else ""
    url = f"{reverse('paso', args=[slug])}?de={back}" if slug else ""
    return CorrectableStage(check, url, STEP_TITLES.get(slug, ""))


def _page(back: str) -> str:
    return reverse("panel") if back == "panel" else reverse("paso", args=["terminar"])


def _page_of_button(request: HttpRequest) -> str:
    return f"{_page(request.POST.get('de', ''))}#prueba"


@button_on(_page_of_button)
@require_POST
@issuer_required
def start(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/prueba/`: queues a test invoice and goes back to the page of the button."""
    services.start(request.company, request.user)
    return redirect(_page_of_button(request))


@require_safe
@issuer_required
def status(request: IssuerRequest) -> HttpResponse:
    """What came of it, as the page polls it."""
    back = "panel" if request.GET.get("de") == "panel" else "terminar"
    context = {"invoice_test": invoice_test(request.company, csd_status(request.company), back)}
    return render(request, "onboarding/_test_invoice.html", context)


@require_safe
@issuer_required
def xml(request: IssuerRequest) -> HttpResponse:
    """The sealed sample, as an attachment whose name says what it is."""
    found = services.latest_xml(request.company)
    if found is None:
        raise Http404("nothing was sealed yet")
    response = HttpResponse(found, content_type="application/xml")
    name = f"muestra-sin-validez-fiscal-{request.company.rfc.encode('ascii', 'ignore').decode()}.xml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
