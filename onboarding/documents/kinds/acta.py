"""The acta de configuración: on paper, all that a company has configured, when, and what still waits.

Gathered from its steps, its panel and its evidence.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from certificates.status.active_csd import ActiveCsd
from certificates.status.overview import overview as csd_overview
from certificates.test_invoice import services
from companies.documents import typesetting
from companies.documents.sample import Entry
from companies.models import Company, NoticeAcceptance
from companies.signed_in import IssuerRequest
from onboarding.documents.registry import Pdf, document
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.step import AnyStep

# The test invoice, by its state; «verified» and «refused» say more.
INVOICE_TESTS = {
    "none": "Todavía no se ha hecho",
    "running": "En curso",
    "stuck": "No se pudo terminar; hay que repetirla",
    "outdated": "Los datos o los sellos cambiaron después; hay que repetirla",
}
CHAPTER_STATES = {Status.DONE: "done", Status.PROBLEM: "problem"}


@dataclass(frozen=True)
class Chapter:
    """One step: its title, its state in words, when it was saved, its data."""

    title: str
    state: str  # done, waiting or problem
    state_label: str
    when: str
    rows: tuple[Entry, ...]


@dataclass(frozen=True)
class Pending:
    """Something that is not ready yet."""

    title: str
    text: str


@dataclass(frozen=True)
class ConfigurationRecord:
    """All that the acta says. Holds no secret: its builder is given none."""

    company: str
    code: str
    rfc: str
    site: str
    finished: str  # when and by whom, or that it is not
    chapters: tuple[Chapter, ...]
    csd: tuple[Entry, ...]
    evidence: tuple[Entry, ...]
    pending: tuple[Pending, ...]
    date: str
    made_at: datetime


@document("acta", at="configuracion/terminar/acta.pdf")
def acta(request: IssuerRequest) -> Pdf:
    """The configuration of the issuer that asks, as it stands now."""
    return acta_of(Progress.of(request.user))


def acta_of(progress: Progress) -> Pdf:
    """The acta of a company; it goes with the mail, too, that says that all is finished."""
    record = record_of(progress)
    content = typesetting.pdf("record.typ", record, when=record.made_at)
    return Pdf(f"acta-de-configuracion-{record.code}.pdf", content)


def record_of(progress: Progress) -> ConfigurationRecord:
    """The acta of a company, as it stands now."""
    company, now = progress.company, timezone.localtime()
    csd = csd_overview(company).csd
    return ConfigurationRecord(
        company=company.name,
        code=company.code,
        rfc=company.rfc,
        site=settings.SITE_NAME,
        finished=_finished(progress),
        chapters=tuple(_chapter(page, progress) for page in STEPS if page.counts),
        csd=(*_csd(csd), _invoice_test(company, csd)) if csd else (),
        evidence=_evidence(company),
        pending=_pending(Readiness(progress, STEPS)),
        date=_moment(now),
        made_at=now,
    )


def _moment(when: datetime) -> str:
    # Django's Mexican Spanish begins months with a capital; people's does not.
    return date_format(timezone.localtime(when), r"j \d\e F \d\e Y, H:i").lower() + " h"


def _finished(progress: Progress) -> str:
    onboarding = progress.onboarding
    if onboarding.finished_at is None or onboarding.finished_by is None:
        return "configuración sin finalizar"
    who = onboarding.finished_by.full_name or onboarding.finished_by.username
    return f"configuración finalizada el {_moment(onboarding.finished_at)} por {who}"


def _chapter(page: AnyStep, progress: Progress) -> Chapter:
    status, saved_at = page.status(progress), progress.saved_at(page.slug)
    later = page.optional and status is Status.TODO
    rows = [Entry(label, value) for label, value in page.summary(progress) if value]
    return Chapter(
        title=page.title,
        state=CHAPTER_STATES.get(status, "waiting"),
        state_label="Opcional, sin agregar" if later else page.status_label(status, progress),
        when=f"guardado el {_moment(saved_at)}" if saved_at else "",
        rows=tuple(rows),
    )


def _csd(csd: ActiveCsd) -> tuple[Entry, ...]:
    return (
        Entry("Número de certificado", csd.number),
        Entry("RFC", csd.rfc),
        Entry("Titular", csd.name),
        Entry("Sucursal", csd.branch or "Sin nombre de sucursal"),
        Entry("Vigencia", f"del {_moment(csd.valid_from)} al {_moment(csd.valid_to)}"),
        Entry("Activo en el SAT", csd.activation),
    )


def _invoice_test(company: Company, csd: ActiveCsd) -> Entry:
    """What came of «Probar mi factura»."""
    shown = services.overview(company, csd.number)
    when = f" el {_moment(shown.when)}" if shown.when else ""
    done = {
        "verified": f"Sello verificado{when}",
        "refused": f"Con problemas{when}: {', '.join(line.title for line in shown.problems)}",
    }
    return Entry("Factura de prueba", done.get(shown.state) or INVOICE_TESTS[shown.state])


def _evidence(company: Company) -> tuple[Entry, ...]:
    """The latest acceptance: which text, who, when, from where."""
    accepted = NoticeAcceptance.objects.filter(company=company).select_related("notice", "user").first()
    if accepted is None:
        return ()
    return (
        Entry("Versión del aviso", accepted.notice.version),
        Entry("SHA-256 del texto", accepted.sha256),
        Entry("Aceptado", _moment(accepted.accepted_at)),
        Entry("Por", accepted.user.full_name or accepted.user.username),
        Entry("Desde la dirección", accepted.address),
        Entry("Con el navegador", accepted.browser or "Sin dato"),
    )


def _pending(readiness: Readiness) -> tuple[Pending, ...]:
    doubts = (Pending(doubt.title, doubt.text) for doubt in readiness.doubts)
    return (*(Pending(line.title, line.text) for line in readiness.missing), *doubts)
