"""What the acta de configuración says of a company: gathered from its steps, its panel and its evidence."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from certificates import selftest
from certificates.overview import overview as csd_overview
from certificates.seal import Seal
from companies.models import Company, NoticeAcceptance
from companies.papers import Chapter, ConfigurationRecord, Pending
from companies.papers.sample import Entry
from onboarding import panel
from onboarding.progress import Progress, Status
from onboarding.steps import STEPS
from onboarding.steps.base import Step

# The self-test, by its state; «verified» and «refused» say more.
TRIALS = {
    "none": "Todavía no se ha hecho",
    "running": "En curso",
    "stuck": "No se pudo terminar; hay que repetirla",
    "outdated": "Los datos o los sellos cambiaron después; hay que repetirla",
}
STATES = {Status.DONE: "done", Status.PROBLEM: "problem"}


def record_of(progress: Progress) -> ConfigurationRecord:
    """The acta of a company, as it stands now."""
    company, now = progress.company, timezone.localtime()
    seal = csd_overview(company).csd
    return ConfigurationRecord(
        company=company.name,
        code=company.code,
        rfc=company.rfc,
        site=settings.SITE_NAME,
        finished=_finished(progress),
        chapters=tuple(_chapter(page, progress) for page in STEPS if page.counts),
        seals=(*_seals(seal), _trial(company, seal)) if seal else (),
        evidence=_evidence(company),
        pending=_pending(progress),
        date=_moment(now),
        made_at=now,
    )


def _moment(when: datetime) -> str:
    # Django's Mexican Spanish begins months with a capital; people's does not.
    return date_format(timezone.localtime(when), r"j \d\e F \d\e Y, H:i").lower() + " h"


def _finished(progress: Progress) -> str:
    onboarding = progress.onboarding
    if onboarding.finished_at is None:
        return "configuración sin finalizar"
    who = onboarding.finished_by.full_name or onboarding.finished_by.username
    return f"configuración finalizada el {_moment(onboarding.finished_at)} por {who}"


def _chapter(page: Step, progress: Progress) -> Chapter:
    status, saved_at = page.status(progress), progress.saved_at(page.slug)
    rows = [Entry(label, value) for label, value in page.summary(progress) if value]
    return Chapter(
        title=page.title,
        state=STATES.get(status, "waiting"),
        state_label="Opcional, sin agregar" if page.optional and status is Status.TODO else status.label,
        when=f"guardado el {_moment(saved_at)}" if saved_at else "",
        rows=tuple(rows),
    )


def _seals(seal: Seal) -> tuple[Entry, ...]:
    return (
        Entry("Número de certificado", seal.number),
        Entry("RFC", seal.rfc),
        Entry("Titular", seal.name),
        Entry("Sucursal", seal.branch or "Sin nombre de sucursal"),
        Entry("Vigencia", f"del {_moment(seal.valid_from)} al {_moment(seal.valid_to)}"),
        Entry("Activo en el SAT", seal.activation),
    )


def _trial(company: Company, seal: Seal) -> Entry:
    """What came of «Probar mi factura»."""
    shown = selftest.overview(company, seal.number)
    when = f" el {_moment(shown.when)}" if shown.when else ""
    done = {
        "verified": f"Sello verificado{when}",
        "refused": f"Con problemas{when}: {', '.join(line.title for line in shown.problems)}",
    }
    return Entry("Factura de prueba", done.get(shown.state) or TRIALS[shown.state])


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


def _pending(progress: Progress) -> tuple[Pending, ...]:
    missing = [Pending(page.title, "Falta completar este paso.") for page in progress.missing(STEPS)]
    named = {item.title for item in missing}
    waiting = [
        Pending(item.title, item.text)
        for item in panel.items(progress)
        if item.state != "done" and item.title not in named
    ]
    return (*missing, *waiting)
