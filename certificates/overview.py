"""What the pages need to know about a company's CSD: the step's page in full, the hub in one query.

For templates, `Overview` has:

- `state`: how the latest upload stands, one of
  `none` (nothing was ever uploaded), `waiting_password` (both files are kept, sealed, until `draft_until`;
  only the password is asked for again, or was never typed), `validating` (poll), `valid`, `refused`.
- `heading`, `lead`: the page's `h1` and first paragraph for that state, ready to print.
- `csd`: the active CSD, or None. It may be there while `state` is not `valid`: a renewal is validated
  beside the active one. It has `number`, `rfc`, `name`, `branch`, `valid_from`, `valid_to`,
  `usable_from`, `usable_until` (the SAT makes a CSD usable 24 to 72 hours after its issue), `is_usable`
  (the 72 hours are over, or it is known to be active), `active_at_sat` (when that was found out, by the SAT's
  list or by support; or None), `is_expired`, and `ended` (its `heading` and `text`, when the SAT has ended
  it; or None).
- `draft`: while `waiting_password` or `validating`: `number`, `rfc`, `uploaded_at`, `draft_until`; else None.
- `report`: the latest report, a tuple of lines in the order to be shown; each has `code`, `title` (short,
  bold), `message` (one sentence), `action` (what to do next; may be empty), `pac_code` (may be empty),
  `state` (`bien`, `aviso`, `mal`, `no_aplica`) and the flags `.good`, `.warns`, `.bad`, `.skipped`.
  While `validating` it is the list of checks to come, all `no_aplica`.
- `problems`: those lines of `report` that are `mal`, for a summary.
- `diagnosis_code`: «CSD-4F7K», or "" while there is no report.
- `rfc_differs`: the company's RFC is no longer the active CSD's: it cannot seal.
- `stuck`: the validation was given up by us; `state` is then `refused` and the files may be sent again.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from certificates.checks import CHECKS
from certificates.models import Csd, CsdValidation, Diagnosis
from certificates.models.csd import CsdQuerySet
from certificates.results import CheckResult, State, bad
from certificates.seal import Seal
from certificates.spanish import count, day, hour
from companies.models import Company

REFUSAL_SHOWN = timedelta(days=1)
LATEST_ACTIVE_FIRST = ("-is_active", "-uploaded_at")


@dataclass(frozen=True)
class Draft:
    """The upload that is on its way."""

    number: str
    rfc: str
    uploaded_at: datetime
    draft_until: datetime | None


@dataclass(frozen=True)
class Overview:
    """All that the page of step 9 shows; see the module's docstring."""

    state: str
    heading: str
    lead: str
    csd: Seal | None = None
    draft: Draft | None = None
    report: tuple[CheckResult, ...] = ()
    diagnosis_code: str = ""
    rfc_differs: bool = False
    stuck: bool = False

    @property
    def problems(self) -> tuple[CheckResult, ...]:
        """The lines of the report that refuse."""
        return tuple(line for line in self.report if line.bad)


@dataclass(frozen=True)
class Standing:
    """How a company stands, for the hub: none, waiting_password, validating, valid or problem."""

    state: str
    # The active CSD.
    seal: Seal | None = None
    rfc_differs: bool = False

    @property
    def number(self) -> str:
        """Of the active CSD; empty where there is none."""
        return self.seal.number if self.seal else ""

    @property
    def rfc(self) -> str:
        """Of the active CSD; empty where there is none."""
        return self.seal.rfc if self.seal else ""

    @property
    def name(self) -> str:
        """The active CSD's holder; empty where there is none."""
        return self.seal.name if self.seal else ""


# --- the hub


def standing(company: Company | int) -> Standing:
    """How a company stands, in one query."""
    row = _standing_rows().filter(company=company).first()
    return _standing(row, timezone.now()) if row else Standing("none")


def standings(companies: Collection[int]) -> dict[int, Standing]:
    """How each of many companies stands, in one query; those that never uploaded a CSD are left out."""
    now = timezone.now()
    rows = _standing_rows().filter(company__in=companies).order_by("company_id", *LATEST_ACTIVE_FIRST)
    return {row.company_id: _standing(row, now) for row in rows.distinct("company_id")}


def _standing_rows() -> CsdQuerySet:
    return (
        Csd.objects.exclude(state=Csd.State.REPLACED)
        .annotate(is_active=Q(state=Csd.State.ACTIVE), company_rfc=F("company__rfc"))
        .order_by(*LATEST_ACTIVE_FIRST)
        .without_files()
    )


def _standing(csd: Csd, now: datetime) -> Standing:
    """From a company's active CSD, or else its latest upload."""
    if csd.state != Csd.State.ACTIVE:
        return Standing(_candidate_state(csd.state, csd.draft_until, now))
    seal = Seal.of(csd, now)
    differs = csd.rfc != csd.company_rfc  # type: ignore[attr-defined]
    return Standing("problem" if differs or seal.is_expired or seal.ended else "valid", seal, differs)


def _candidate_state(state: str, until: datetime | None, now: datetime) -> str:
    return state if until and until > now else "problem"


# --- the page


def overview(company: Company) -> Overview:
    """What the page of step 9 shows, in two queries (three while a validation runs)."""
    now = timezone.now()
    present = Csd.objects.filter(company=company, state__in=[Csd.State.ACTIVE, *Csd.CANDIDATE])
    rows = list(present.without_files())
    active = next((row for row in rows if row.state == Csd.State.ACTIVE), None)
    candidate = next((row for row in rows if row.state != Csd.State.ACTIVE), None)
    seal = Seal.of(active, now) if active else None
    differs = bool(seal and seal.rfc != company.rfc)
    diagnosis = _latest(company, active, now)
    if candidate and candidate.draft_until and candidate.draft_until > now:
        shown = _on_its_way(candidate, diagnosis)
    else:
        shown = _concluded(seal, diagnosis, differs=differs)
    return replace(shown, csd=seal, rfc_differs=differs)


def _latest(company: Company, active: Csd | None, now: datetime) -> Diagnosis | None:
    """The latest diagnosis; beside an active CSD a refusal is of interest for a day only."""
    found = Diagnosis.objects.filter(company=company)
    if active:
        found = found.filter(Q(csd=active) | Q(created_at__gt=now - REFUSAL_SHOWN))
    return found.first()


def _on_its_way(csd: Csd, diagnosis: Diagnosis | None) -> Overview:
    draft = Draft(csd.number, csd.rfc, csd.uploaded_at, csd.draft_until)
    its_own = diagnosis if diagnosis and diagnosis.csd_id == csd.pk else None
    if csd.state == Csd.State.WAITING_PASSWORD and csd.draft_until:
        return Overview(
            state="waiting_password",
            heading="Falta la contraseña de la llave",
            lead=f"Guardamos los dos archivos, cifrados, hasta el {hour(csd.draft_until)}. "
            "Mientras tanto, solo tiene que escribir la contraseña.",
            draft=draft,
            report=its_own.results if its_own else (),
            diagnosis_code=its_own.code if its_own else "",
        )
    if CsdValidation.objects.filter(csd=csd, state=CsdValidation.State.DEAD).exists():
        return Overview(
            state="refused",
            heading="No pudimos terminar la revisión",
            lead="Fue una falla nuestra, no de sus archivos, y Asistencia ya puede verla. "
            "Si prefiere no esperar, suba los archivos otra vez.",
            stuck=True,
        )
    return Overview(
        state="validating",
        heading="Estamos revisando sus sellos",
        lead="Tarda unos segundos. Puede esperar aquí o seguir con otro paso.",
        draft=draft,
        report=tuple(check.pending() for check in CHECKS),
    )


def _concluded(seal: Seal | None, diagnosis: Diagnosis | None, *, differs: bool) -> Overview:
    if diagnosis is None:
        return Overview(
            state="none",
            heading="Suba los sellos digitales de su empresa",
            lead="Son los dos archivos del Certificado de Sello Digital (CSD) y su contraseña. "
            "No son los de la FIEL (e.firma).",
        )
    if diagnosis.ok and seal:
        state, (heading, lead) = "valid", _valid(seal, differs=differs)
    else:
        state, lead = "refused", _counted(diagnosis.results)
        heading = "Los sellos que subió no se pueden usar" if seal else "Sus sellos no se pueden usar todavía"
    report = tuple(_settled(line, seal) if diagnosis.ok and seal else line for line in diagnosis.results)
    return Overview(state, heading, lead, report=report, diagnosis_code=diagnosis.code)


def _settled(line: CheckResult, seal: Seal) -> CheckResult:
    """What the SAT has said since: a new CSD's wait is over, or its validity is."""
    if line.code == "vigencia" and seal.ended:
        return bad(seal.ended.heading, seal.ended.text, "", pac="304")
    if line.reason != "new" or not seal.is_usable:
        return line
    return replace(line, state=State.GOOD, title="Está vigente", message=f"{seal.activation}.", action="")


def _valid(seal: Seal, *, differs: bool) -> tuple[str, str]:
    if differs:
        return "Sus sellos son de otro RFC", "Mientras no coincidan, no se puede facturar con ellos."
    if seal.is_expired:
        return "Sus sellos ya vencieron", f"Vencieron el {day(seal.valid_to)}. Suba los nuevos."
    if seal.ended:
        return seal.ended.heading, seal.ended.text
    if not seal.is_usable:
        window = f"entre el {hour(seal.usable_from)} y el {hour(seal.usable_until)}"
        return (
            "Sus sellos están bien",
            f"Son nuevos: el SAT los activa {window}. Desde entonces podrá facturar.",
        )
    return "Sus sellos están listos", f"Ya puede facturar con ellos, hasta el {day(seal.valid_to)}."


def _counted(results: tuple[CheckResult, ...]) -> str:
    """«Diez puntos están bien; uno hay que corregirlo.»"""
    fine = sum(result.good or result.warns for result in results)
    wrong = sum(result.bad for result in results)
    if not wrong:
        return "Su tiempo para escribir la contraseña terminó y borramos los archivos. Súbalos otra vez."
    if not fine:
        points = "un punto" if wrong == 1 else f"{count(wrong)} puntos"
        return f"Revisamos lo que subió. Hay que corregir {points} para poder revisar lo demás."
    fine_part = "Un punto está bien" if fine == 1 else f"{count(fine).capitalize()} puntos están bien"
    wrong_part = "uno hay que corregirlo" if wrong == 1 else f"{count(wrong)} hay que corregirlos"
    return f"Revisamos los dos archivos y la contraseña. {fine_part}; {wrong_part}."
