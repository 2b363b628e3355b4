"""«Probar mi factura», on the last page and on the panel: the button, what came of it, the XML."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from certificates import selftest
from certificates.overview import Standing, standing
from certificates.results import CheckResult
from companies.http import IssuerRequest, issuer_required
from companies.models import Company

# Where a line's datum is corrected, by the line's code.
CORRECTED_AT = {
    "nombre": "datos-fiscales",
    "rfc": "datos-fiscales",
    "regimen": "datos-fiscales",
    "lugar": "datos-fiscales",
    "sello": "sellos",
    "verificacion": "sellos",
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
class Line:
    """One step of the rehearsal, and where to correct it."""

    check: CheckResult
    url: str
    link: str


@dataclass(frozen=True)
class Trial:
    """All that `onboarding/_trial.html` shows. `back` is the page it stands on: terminar or panel."""

    state: str
    heading: str
    lead: str
    lines: tuple[Line, ...]
    when: datetime | None
    has_xml: bool
    # Whether a CSD is there to seal with.
    can_start: bool
    back: str

    @property
    def running(self) -> bool:
        """Whether the page should ask again."""
        return self.state == "running"

    @property
    def back_url(self) -> str:
        """The page it stands on."""
        return _page(self.back)


def trial(company: Company, csd: Standing, back: str) -> Trial:
    """Where a company stands with its self-test, in one query; in none without a CSD."""
    shown = selftest.overview(company, csd.number) if csd.number else selftest.Overview("none")
    return Trial(
        state=shown.state,
        heading=HEADINGS.get(shown.state) or _refused_heading(shown.has_xml),
        lead=LEADS.get(shown.state) or "Corrija lo señalado y pruebe otra vez.",
        lines=tuple(_line(check, back) for check in shown.report),
        when=shown.when,
        has_xml=shown.has_xml,
        can_start=bool(csd.number) and shown.state != "running",
        back=back,
    )


def _refused_heading(has_xml: bool) -> str:
    return "El SAT rechazaría su factura" if has_xml else "La factura de prueba no se pudo sellar"


def _line(check: CheckResult, back: str) -> Line:
    slug = CORRECTED_AT.get(check.code, "") if check.bad else ""
    url = f"{reverse('paso', args=[slug])}?de={back}" if slug else ""
    return Line(check, url, STEP_TITLES.get(slug, ""))


def _page(back: str) -> str:
    return reverse("panel") if back == "panel" else reverse("paso", args=["terminar"])


@require_POST
@issuer_required
def start(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/prueba/`: queues a self-test and goes back to the page of the button."""
    selftest.start(request.company, request.user)
    return redirect(f"{_page(request.POST.get('de', ''))}#prueba")


@require_safe
@issuer_required
def status(request: IssuerRequest) -> HttpResponse:
    """What came of it, as the page polls it."""
    back = "panel" if request.GET.get("de") == "panel" else "terminar"
    context = {"trial": trial(request.company, standing(request.company), back)}
    return render(request, "onboarding/_trial.html", context)


@require_safe
@issuer_required
def xml(request: IssuerRequest) -> HttpResponse:
    """The sealed sample, as an attachment whose name says what it is."""
    found = selftest.latest_xml(request.company)
    if found is None:
        raise Http404("nothing was sealed yet")
    response = HttpResponse(found, content_type="application/xml")
    name = f"muestra-sin-validez-fiscal-{request.company.rfc.encode('ascii', 'ignore').decode()}.xml"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
