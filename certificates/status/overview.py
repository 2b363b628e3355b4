"""What the pages need to know about a company's CSD: the step's page in full, the hub in one query.

For templates, `CsdOverview` has:

- `state`: how the latest upload stands, one of
  `none` (nothing was ever uploaded), `waiting_password` (both files are kept, encrypted, until `draft_until`;
  only the password is asked for again, or was never typed), `validating` (poll), `under_review` (all is well
  but that we do not know who issued it: support finds out), `valid`, `refused`.
- `heading`, `lead`: the page's `h1` and first paragraph for that state, ready to print.
- `csd`: the active CSD, or None. It may be there while `state` is not `valid`: a renewal is validated
  beside the active one. It has `number`, `rfc`, `name`, `branch`, `valid_from`, `valid_to`,
  `usable_from`, `usable_until` (the SAT makes a CSD usable 24 to 72 hours after its issue), `is_usable`
  (the 72 hours are over, or it is known to be active), `active_at_sat` (when that was found out, by the SAT's
  list or by support; or None), `is_expired`, and `ended` (its `heading` and `text`, when the SAT has ended
  it; or None).
- `draft`: while `waiting_password` or `validating`: `number`, `rfc`, `uploaded_at`, `draft_until`; else None.
- `reviewed`: the same of an upload that support looks at, or None.
- `report`: the latest report, a tuple of lines in the order to be shown; each has `code`, `title` (short,
  bold), `message` (one sentence; may be empty), `objection` (the answer to one; may be empty), `action` (what
  to do next; may be empty), `detail` and `pac_code` (words of the trade, to be folded away; may be empty),
  `state` (`good`, `warning`, `bad`, `skipped`) and the flags `.good`, `.warns`, `.bad`, `.skipped`.
  While `validating` it is the list of checks to come, all `skipped`.
- `problems`: those lines of `report` that are `bad`; `notices`: those that warn, of a CSD in order.
- `has_failed`: there is something to correct (`problems`) or to send again (`stuck`): an error page.
- `diagnosis_code`: «CSD-4F7K», or "" while there is no report.
- `rfc_differs`: the company's RFC is no longer the active CSD's: it cannot seal.
- `stuck`: the validation was given up by us; `state` is then `refused` and the files may be sent again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from certificates.checks.registry import CHECKS
from certificates.checks.results import CheckResult, State, bad
from certificates.models import Csd, CsdValidation, Diagnosis
from certificates.models.csd import CsdQuerySet
from certificates.status.active_csd import SHOWN_OF_CSD, ActiveCsd
from companies.models import Company
from facturamos.prose import day, hour, in_words

REFUSAL_SHOWN = timedelta(days=1)
# Of what is refused only what nothing better stands beside; `current_csd.py` says the same in SQL.
LATEST_ACTIVE_FIRST = ("-is_active", "is_refused", "-uploaded_at")


@dataclass(frozen=True)
class Draft:
    """The upload that is on its way."""

    number: str
    rfc: str
    uploaded_at: datetime
    draft_until: datetime | None


@dataclass(frozen=True)
class CsdOverview:
    """All that the page of step 9 shows; see the module's docstring."""

    state: str
    heading: str
    lead: str
    csd: ActiveCsd | None = None
    draft: Draft | None = None
    reviewed: Draft | None = None
    report: tuple[CheckResult, ...] = ()
    diagnosis_code: str = ""
    rfc_differs: bool = False
    stuck: bool = False

    @property
    def in_order(self) -> bool:
        """Whether there is nothing to do: the active CSD is this company's, and holds."""
        holds = self.csd is not None and not (self.csd.ended or self.csd.is_expired)
        return self.state == "valid" and holds and not self.rfc_differs

    @property
    def has_failed(self) -> bool:
        """Whether the latest upload came to nothing, so that the issuer has something to correct."""
        return self.state in ("waiting_password", "refused") and bool(self.problems or self.stuck)

    @property
    def notices(self) -> tuple[CheckResult, ...]:
        """What one should know of a CSD that holds; a page says it without being asked."""
        holds = self.state in ("valid", "under_review")
        return tuple(line for line in self.report if line.warns) if holds else ()

    @property
    def asks_nothing(self) -> bool:
        """Whether the form is for who wants to replace what is there."""
        return self.in_order or self.state == "under_review"

    @property
    def active_heading(self) -> str:
        """What stands above the active CSD."""
        if self.state == "valid":
            return "Sus sellos"
        over = self.csd and (self.csd.ended or self.csd.is_expired)
        return "Los sellos que tenía" if over else "Mientras tanto siguen activos"

    @property
    def problems(self) -> tuple[CheckResult, ...]:
        """The lines of the report that refuse."""
        return tuple(line for line in self.report if line.bad)


@dataclass(frozen=True)
class CsdStatus:
    """How a company stands, for the hub: none, waiting_password, validating, under_review, valid, problem."""

    state: str
    active: ActiveCsd | None = None
    rfc_differs: bool = False

    @property
    def number(self) -> str:
        """Of the active CSD; empty where there is none."""
        return self.active.number if self.active else ""

    @property
    def rfc(self) -> str:
        """Of the active CSD; empty where there is none."""
        return self.active.rfc if self.active else ""

    @property
    def name(self) -> str:
        """The active CSD's holder; empty where there is none."""
        return self.active.name if self.active else ""


# --- the hub


def csd_status(company: Company | int) -> CsdStatus:
    """How a company stands, in one query."""
    return status_of(_status_rows(company).first())


def status_of(csd: Csd | None) -> CsdStatus:
    """The same where the row has been read with others, as `CURRENT_CSD` chooses it."""
    return _csd_status(csd, timezone.now()) if csd else CsdStatus("none")


def _status_rows(company: Company | int) -> CsdQuerySet:
    return (
        Csd.objects.filter(company=company)
        .exclude(state=Csd.State.REPLACED)
        .annotate(is_active=Q(state=Csd.State.ACTIVE), is_refused=Q(state=Csd.State.REFUSED))
        .order_by(*LATEST_ACTIVE_FIRST)
        .select_related("company")
        .only(*SHOWN_OF_CSD, "state", "draft_until", "company__rfc")
    )


def _csd_status(csd: Csd, now: datetime) -> CsdStatus:
    """From a company's active CSD, or else its latest upload."""
    if csd.state == Csd.State.UNDER_REVIEW:
        return CsdStatus("under_review")
    if csd.state != Csd.State.ACTIVE:
        return CsdStatus(_candidate_state(csd.state, csd.draft_until, now))
    shown = ActiveCsd.of(csd, now)
    differs = csd.rfc != csd.company.rfc
    return CsdStatus("problem" if differs or shown.is_expired or shown.ended else "valid", shown, differs)


def _candidate_state(state: str, until: datetime | None, now: datetime) -> str:
    return state if until and until > now else "problem"


# --- the page


def overview(company: Company, *, may_have_csd: bool = True) -> CsdOverview:
    """What the page of step 9 shows, in two queries; in one where it is known that no CSD is stored."""
    now = timezone.now()
    rows = _present(company) if may_have_csd else []
    active = next((row for row in rows if row.state == Csd.State.ACTIVE), None)
    reviewed = next((row for row in rows if row.state == Csd.State.UNDER_REVIEW), None)
    candidate = next((row for row in rows if row.state in Csd.CANDIDATE), None)
    csd = ActiveCsd.of(active, now) if active else None
    differs = bool(csd and csd.rfc != company.rfc)
    diagnosis = _latest(company, [row for row in (active, reviewed) if row], now)
    if candidate and candidate.draft_until and candidate.draft_until > now:
        shown = _on_its_way(candidate, diagnosis, given_up=vars(candidate)["given_up"])
    elif reviewed and diagnosis and diagnosis.csd_id == reviewed.pk:
        shown = _under_review(diagnosis, has_active=active is not None)
    else:
        shown = _concluded(csd, diagnosis, differs=differs)
    return replace(shown, csd=csd, rfc_differs=differs, reviewed=_draft(reviewed) if reviewed else None)


def _present(company: Company) -> list[Csd]:
    given_up = CsdValidation.objects.given_up().filter(csd=OuterRef("pk"))
    present = Csd.objects.filter(company=company).stored().without_files()
    return list(present.annotate(given_up=Exists(given_up)))


def _latest(company: Company, holding: list[Csd], now: datetime) -> Diagnosis | None:
    """The latest diagnosis; beside a CSD that holds, or may, a refusal is of interest for a day only."""
    found = Diagnosis.objects.filter(company=company)
    if holding:
        found = found.filter(Q(csd__in=holding) | Q(created_at__gt=now - REFUSAL_SHOWN))
    return found.first()


def _draft(csd: Csd) -> Draft:
    return Draft(csd.number, csd.rfc, csd.uploaded_at, csd.draft_until)


def _under_review(diagnosis: Diagnosis, *, has_active: bool) -> CsdOverview:
    until_then = (
        "Mientras tanto se sigue facturando con los que ya tenía."
        if has_active
        else "Mientras tanto puede seguir con los demás pasos y finalizar; todavía no se puede facturar."
    )
    return CsdOverview(
        state="under_review",
        heading="Sus sellos están en revisión por Asistencia",
        lead="Los archivos y la contraseña están bien, pero los emitió una autoridad que aún no conocemos. "
        f"Asistencia confirmará que es del SAT y le avisaremos por correo. {until_then}",
        report=diagnosis.results,
        diagnosis_code=diagnosis.code,
    )


def _on_its_way(csd: Csd, diagnosis: Diagnosis | None, *, given_up: bool) -> CsdOverview:
    draft = _draft(csd)
    its_own = diagnosis if diagnosis and diagnosis.csd_id == csd.pk else None
    if csd.state == Csd.State.WAITING_PASSWORD and csd.draft_until:
        report = its_own.results if its_own else ()
        wrong = next((line for line in report if line.bad), None)
        return CsdOverview(
            state="waiting_password",
            heading=wrong.title if wrong else "Falta la contraseña de la llave",
            lead=f"Guardamos los dos archivos, cifrados, hasta el {hour(csd.draft_until)}. "
            f"Mientras tanto, solo tiene que escribir {'otra vez ' if wrong else ''}la contraseña.",
            draft=draft,
            report=report,
            diagnosis_code=its_own.code if its_own else "",
        )
    if given_up:
        return CsdOverview(
            state="refused",
            heading="No pudimos terminar la revisión",
            lead="Fue una falla nuestra, no de sus archivos, y Asistencia ya puede verla. "
            "Si prefiere no esperar, suba los archivos otra vez.",
            stuck=True,
        )
    return CsdOverview(
        state="validating",
        heading="Estamos revisando sus sellos",
        lead="Tarda unos segundos. Puede esperar aquí o seguir con otro paso.",
        draft=draft,
        report=tuple(check.pending() for check in CHECKS),
    )


def _concluded(csd: ActiveCsd | None, diagnosis: Diagnosis | None, *, differs: bool) -> CsdOverview:
    if diagnosis is None:
        return CsdOverview(
            state="none",
            heading="Suba los sellos digitales de su empresa",
            lead="Son los dos archivos del Certificado de Sello Digital (CSD) y su contraseña. "
            "No son los de la FIEL (e.firma).",
        )
    if diagnosis.ok and csd:
        state, (heading, lead) = "valid", _valid(csd, differs=differs)
    else:
        state, lead = "refused", _counted(diagnosis.results)
        heading = _refused_heading(diagnosis.results, has_active=csd is not None)
    report = tuple(_settled(line, csd) if diagnosis.ok and csd else line for line in diagnosis.results)
    return CsdOverview(state, heading, lead, report=report, diagnosis_code=diagnosis.code)


def _refused_heading(results: tuple[CheckResult, ...], *, has_active: bool) -> str:
    """What is wrong, when that is one thing."""
    wrong = [line.title for line in results if line.bad]
    if len(wrong) == 1:
        return wrong[0]
    return "Los sellos que subió no se pueden usar" if has_active else "Sus sellos no se pueden usar todavía"


def _settled(line: CheckResult, csd: ActiveCsd) -> CheckResult:
    """What the SAT has said since: a new CSD's wait is over, or its validity is."""
    if line.code == "validity" and csd.ended:
        return bad(csd.ended.heading, csd.ended.text, "", pac="304")
    if line.reason != "new" or not csd.is_usable:
        return line
    return replace(line, state=State.GOOD, title="Está vigente", message=f"{csd.activation}.", action="")


def _valid(csd: ActiveCsd, *, differs: bool) -> tuple[str, str]:
    if differs:
        return "Sus sellos son de otro RFC", "Mientras no coincidan, no se puede facturar con ellos."
    if csd.is_expired:
        return "Sus sellos ya vencieron", f"Vencieron el {day(csd.valid_to)}. Suba los nuevos."
    if csd.ended:
        return csd.ended.heading, csd.ended.text
    if not csd.is_usable:
        window = f"entre el {hour(csd.usable_from)} y el {hour(csd.usable_until)}"
        return (
            "Sus sellos están bien",
            f"Son nuevos: el SAT los activa {window}. Antes de eso no se puede facturar con ellos.",
        )
    return "Sus sellos están listos", f"El SAT ya los acepta; sirven hasta el {day(csd.valid_to)}."


def _counted(results: tuple[CheckResult, ...]) -> str:
    """«Diez puntos están bien; uno hay que corregirlo.»"""
    fine = sum(result.good or result.warns for result in results)
    wrong = sum(result.bad for result in results)
    if not wrong:
        return "Su tiempo para escribir la contraseña terminó y borramos los archivos. Súbalos otra vez."
    if not fine:
        points = "un punto" if wrong == 1 else f"{in_words(wrong)} puntos"
        return f"Revisamos lo que subió. Hay que corregir {points} para poder revisar lo demás."
    fine_part = "Un punto está bien" if fine == 1 else f"{in_words(fine).capitalize()} puntos están bien"
    wrong_part = "uno hay que corregirlo" if wrong == 1 else f"{in_words(wrong)} hay que corregirlos"
    return f"Revisamos los dos archivos y la contraseña. {fine_part}; {wrong_part}."
