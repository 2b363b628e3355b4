"""What the pages need to know about a company's CSD: the step's page in full, the hub in one query.

For templates, `Overview` has:

- `state`: how the latest upload stands, one of
  `none` (nothing was ever uploaded), `waiting_password` (both files are kept, sealed, until `draft_until`;
  only the password is asked for again, or was never typed), `validating` (poll), `valid`, `refused`.
- `heading`, `lead`: the page's `h1` and first paragraph for that state, ready to print.
- `csd`: the active CSD, or None. It may be there while `state` is not `valid`: a renewal is validated
  beside the active one. It has `number`, `rfc`, `name`, `branch`, `valid_from`, `valid_to`,
  `usable_from`, `usable_until` (the SAT makes a CSD usable 24 to 72 hours after its issue) and `is_usable`
  (the 72 hours are over, or support saw it
  work) and `is_expired`.
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
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from django.db.models import Q
from django.utils import timezone

from certificates.checks import CHECKS
from certificates.checks_taxpayer import USABLE_AFTER
from certificates.models import Csd, CsdValidation, Diagnosis
from certificates.results import CheckResult
from certificates.spanish import count, day, hour
from companies.models import Company

REFUSAL_SHOWN = timedelta(days=1)
LATEST_ACTIVE_FIRST = ("-is_active", "-uploaded_at")


@dataclass(frozen=True)
class Seal:
    """The active CSD as pages show it."""

    number: str
    rfc: str
    name: str
    branch: str
    valid_from: datetime
    valid_to: datetime
    usable_from: datetime
    usable_until: datetime
    is_usable: bool
    is_expired: bool

    @classmethod
    def of(cls, csd: Csd, now: datetime) -> "Seal":
        """What is known of an active CSD at `now`."""
        usable_from, usable_until = (csd.valid_from + wait for wait in USABLE_AFTER)
        return cls(
            number=csd.number,
            rfc=csd.rfc,
            name=csd.name,
            branch=csd.branch,
            valid_from=csd.valid_from,
            valid_to=csd.valid_to,
            usable_from=usable_from,
            usable_until=usable_until,
            is_usable=csd.usable_since is not None or now >= usable_until,
            is_expired=now > csd.valid_to,
        )


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
    # Of the active CSD; empty where there is none.
    number: str = ""
    rfc: str = ""
    valid_to: datetime | None = None
    rfc_differs: bool = False
    # Names the latest upload. The worker's verdict leaves it alone: it is no change that anybody made.
    version: str = ""

    def __str__(self) -> str:
        return self.version


# --- the hub


def standing(company: Company | int) -> Standing:
    """How a company stands, in one query."""
    return _standing(list(_standing_rows().filter(company=company)[:2]), timezone.now())


def standings(companies: Collection[int]) -> dict[int, Standing]:
    """How each of many companies stands, in one query; those that never uploaded a CSD are left out."""
    now = timezone.now()
    rows = _standing_rows().filter(company__in=companies).order_by("company_id", *LATEST_ACTIVE_FIRST)
    by_company = groupby(rows, key=itemgetter("company"))
    return {company: _standing(list(islice(its, 2)), now) for company, its in by_company}


def _standing_rows() -> Any:
    return (
        Csd.objects.exclude(state=Csd.State.REPLACED)
        .annotate(is_active=Q(state=Csd.State.ACTIVE))
        .order_by(*LATEST_ACTIVE_FIRST)
        .values(
            "pk",
            "company",
            "state",
            "number",
            "rfc",
            "valid_to",
            "uploaded_at",
            "draft_until",
            "company__rfc",
        )
    )


def _standing(rows: list[dict[str, Any]], now: datetime) -> Standing:
    """From a company's active CSD, if any, and its latest upload."""
    if not rows:
        return Standing("none")
    latest = max(rows, key=lambda row: row["uploaded_at"])
    first = rows[0]
    if first["state"] != Csd.State.ACTIVE:
        return Standing(
            _candidate_state(first["state"], first["draft_until"], now), version=str(latest["pk"])
        )
    differs = first["rfc"] != first["company__rfc"]
    return Standing(
        state="problem" if differs or first["valid_to"] < now else "valid",
        number=first["number"],
        rfc=first["rfc"],
        valid_to=first["valid_to"],
        rfc_differs=differs,
        version=str(latest["pk"]),
    )


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
    return Overview(state, heading, lead, report=diagnosis.results, diagnosis_code=diagnosis.code)


def _valid(seal: Seal, *, differs: bool) -> tuple[str, str]:
    if differs:
        return "Sus sellos son de otro RFC", "Mientras no coincidan, no se puede facturar con ellos."
    if seal.is_expired:
        return "Sus sellos ya vencieron", f"Vencieron el {day(seal.valid_to)}. Suba los nuevos."
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
    fine_part = "Un punto está bien" if fine == 1 else f"{count(fine).capitalize()} puntos están bien"
    wrong_part = "uno hay que corregirlo" if wrong == 1 else f"{count(wrong)} hay que corregirlos"
    return f"Revisamos los dos archivos y la contraseña. {fine_part}; {wrong_part}."
