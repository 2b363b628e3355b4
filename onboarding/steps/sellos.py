"""The CSD («sellos»). The request refuses what is not one; a task validates the pair."""

from dataclasses import replace
from datetime import datetime
from typing import TypedDict

from django.http import HttpResponse

from certificates.checks.results import CheckResult
from certificates.forms import CsdForm, told
from certificates.services import UploadRefused
from certificates.status.active_csd import ActiveCsd
from certificates.status.overview import CsdOverview, overview
from companies.sat import web_pages
from facturamos.forms import Faults
from facturamos.prose import day, hour
from onboarding.test_invoice import refusals
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement, Stops, Turn
from onboarding.wizard.step import Context, Step, Summary, Visit

STATES = {
    "none": Status.TODO,
    "waiting_password": Status.PROBLEM,
    "validating": Status.REVIEW,
    "under_review": Status.REVIEW,
    "valid": Status.DONE,
    "problem": Status.PROBLEM,
}


class Said(TypedDict, total=False):
    """What a state of the CSD says of the requirement."""

    state: str
    text: str
    brief: str
    action: str
    turn: Turn
    stops: Stops
    when: datetime


NOT_YET: dict[str, Said] = {
    "none": {
        "text": "No hay un CSD vigente: sin él no puede facturar.",
        "brief": "Falta subir los sellos (CSD).",
        "action": "Subir los sellos",
    },
    "waiting_password": {
        "text": "Ya tenemos los dos archivos. Falta la contraseña de la llave.",
        "brief": "Falta la contraseña de la llave de sus sellos.",
        "action": "Escribir la contraseña de la llave",
    },
    "validating": {
        "text": "Estamos revisando los archivos que subió; tarda unos segundos.",
        "brief": "Sus sellos se están revisando.",
        "action": "",
        "turn": Turn.US,
    },
    "under_review": {
        "state": "waiting",
        "text": "Sus sellos están bien, pero los emitió una autoridad que aún no conocemos: Asistencia "
        "confirmará que es del SAT. No tiene que hacer nada.",
        "brief": "Sus sellos están en revisión por Asistencia: los emitió una autoridad que no conocemos.",
        "action": "",
        "turn": Turn.US,
        "stops": Stops.INVOICING,
    },
}


TEST_REFUSED = "La factura de prueba no se pudo sellar con ellos"


def _of_refused(why: str) -> Said:
    """Of files that cannot be used, whether the request refused them or the worker."""
    reason = f": «{why}»" if why else ""
    return {
        "state": "problem",
        "text": f"Los archivos que subió no se pueden usar{reason}. En su página dice qué hacer.",
        "brief": f"Los sellos que subió no se pueden usar{reason}.",
        "action": "Subir otros sellos",
    }


def _of_active(csd: ActiveCsd, rfc: str) -> Said:
    """Of the CSD in use: whether it still serves, or already."""
    if csd.rfc != rfc:
        return {
            "state": "problem",
            "text": f"El CSD es de {csd.rfc}, y su empresa es {rfc}.",
            "brief": f"El CSD es de {csd.rfc}, y la empresa es {rfc}.",
            "action": "Subir los sellos de su empresa",
        }
    if csd.is_expired:
        return {
            "state": "problem",
            "text": f"Su CSD venció el {day(csd.valid_to)}. Suba uno nuevo.",
            "brief": f"El CSD venció el {day(csd.valid_to)}.",
            "action": "Subir sellos nuevos",
        }
    if csd.ended:
        return {
            "state": "problem",
            "text": f"{csd.ended.heading}. {csd.ended.text}",
            "brief": "En la lista del SAT, el CSD aparece como revocado o caduco.",
            "action": "Subir sellos nuevos",
        }
    if not csd.is_usable:
        window = f"entre el {hour(csd.usable_from)} y el {hour(csd.usable_until)}"
        return {
            "state": "waiting",
            "text": f"El SAT activa un CSD nuevo de 24 a 72 horas después de emitirlo: {window}.",
            "brief": f"El SAT activa su CSD a más tardar el {hour(csd.usable_until)}.",
            "action": "",
            "turn": Turn.SAT,
            "stops": Stops.INVOICING,
            "when": csd.usable_until,
        }
    text = f"{csd.activation}. Número {csd.number}, vigente hasta el {day(csd.valid_to)}."
    return {"state": "done", "text": text, "brief": ""}


def _of_refused_test(check: CheckResult) -> Said:
    """Of a CSD that is in order, but for the test invoice."""
    return {
        "state": "problem",
        "text": f"{TEST_REFUSED}: {check.message} {check.action}",
        "brief": f"La factura de prueba no se pudo sellar: {check.message}",
        "action": "Subir otra vez los sellos",
        "stops": Stops.INVOICING,
    }


class CsdStep(Step[CsdForm]):
    """Certificate, private key and its password; the page stays to show what the checks find."""

    slug = "sellos"
    title = "Sellos (CSD)"
    heading = "Suba los sellos digitales de su empresa"
    lead = (
        "Son los dos archivos del Certificado de Sello Digital (CSD) y su contraseña. No son los de la "
        "FIEL (e.firma)."
    )
    in_short = "los archivos para sellar"
    needs = "su .cer, su .key y la contraseña de la llave"
    minutes = 3
    lasting = True
    asked_of = "su contador"
    errand = "subir los sellos digitales (CSD) de la empresa"
    form_class = CsdForm
    stays = True
    # Without a sample answer: a pair belongs to one company's RFC.

    def state(self, progress: Progress) -> Status:
        """As the checks have found; one that the SAT does not let be used yet is waited for."""
        csd = progress.csd
        if self._is_refused(progress):
            return Status.PROBLEM
        if csd.state == "valid" and self._refused_test(progress):
            return Status.PROBLEM
        waits = csd.state == "valid" and csd.active and not csd.active.is_usable
        return Status.REVIEW if waits and not progress.note(self.slug) else STATES[csd.state]

    def _is_refused(self, progress: Progress) -> bool:
        """Of what the request itself refuses nothing is stored but the report."""
        return progress.csd.state == "none" and bool(progress.facts.csd_refusal)

    def _refused_test(self, progress: Progress) -> CheckResult | None:
        """Why the test invoice could not be sealed with them, if it could not."""
        return next(iter(refusals(progress, self.slug)), None)

    def status_label(self, status: Status, progress: Progress) -> str:
        """In review by whom: the SAT or support."""
        if status is Status.REVIEW and progress.csd.state == "under_review":
            return "En revisión por Asistencia"
        waits = status is Status.REVIEW and progress.csd.state == "valid"
        return "En espera del SAT" if waits else status.label

    def blocks(self, progress: Progress) -> bool:
        """Finishing waits neither for the SAT nor for support."""
        return progress.csd.state not in ("valid", "under_review") or bool(progress.note(self.slug))

    def requirement(self, progress: Progress) -> Requirement:
        """A CSD that the SAT lets be used, of this company's RFC."""
        line = super().requirement(progress)
        if progress.note(self.slug) and line.state != "done":
            return line
        csd = progress.csd
        if csd.active is None:
            refused = csd.state == "problem" or self._is_refused(progress)
            said = _of_refused(progress.facts.csd_refusal) if refused else NOT_YET[csd.state]
            return line._replace(**said)
        refusal = self._refused_test(progress) if csd.state == "valid" else None
        said = _of_refused_test(refusal) if refusal else _of_active(csd.active, progress.company.rfc)
        return line._replace(**said)

    def form_kwargs(self, progress: Progress) -> Context:
        return {"company": progress.company}

    def context(self, visit: Visit) -> Context:
        """The report of the checks, and where one gets a CSD."""
        csd = overview(visit.progress.company, may_have_csd=visit.progress.csd.state != "none")
        if csd.in_order and (check := self._refused_test(visit.progress)):
            csd = replace(csd, heading=TEST_REFUSED, lead=f"{check.message} {check.action}")
        return {
            "csd": csd,
            "certifica_url": web_pages.CERTIFICA,
            "certisat_url": web_pages.CERTISAT,
        }

    def faults(self, context: Context) -> Faults | None:
        """What the worker refused, beside the field that corrects it."""
        csd = context["csd"]
        if not isinstance(csd, CsdOverview) or not csd.has_failed:
            return None
        if csd.stuck:
            return Faults({"": [csd.lead]}, heading=csd.heading)
        by_field: dict[str, list[str]] = {}
        for problem in csd.problems:
            for field, sentence in told(problem).items():
                by_field.setdefault(field, []).append(sentence)
        return Faults(by_field)

    def save(self, visit: Visit, form: CsdForm) -> HttpResponse | None:
        """Hands over what is new; what the request itself refuses is told on the page, from its report."""
        try:
            form.save(user=visit.author)
        except UploadRefused as refused:
            form.add_error(None, str(refused))
        return None

    def may_be_asked(self, progress: Progress) -> bool:
        """Neither while they are looked at nor once they are in order."""
        if progress.note(self.slug) or progress.csd.state not in ("valid", "validating", "under_review"):
            return True
        return self.requirement(progress).state == "problem"

    def is_done_since(self, progress: Progress, since: datetime) -> bool:
        """Once the checks have found them good."""
        return super().is_done_since(progress, since) and progress.csd.state == "valid"

    def summary(self, progress: Progress) -> Summary:
        """Which CSD, until when, and from when the SAT takes it."""
        if (csd := progress.csd.active) is None:
            return []
        return [
            ("Número de certificado", csd.number),
            ("Vigencia", f"Hasta el {day(csd.valid_to)}"),
            ("Desde cuándo sirve", csd.activation),
        ]
