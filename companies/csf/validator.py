"""Filling in from the SAT's validator: the question is queued, a worker asks, the page shows the answer.

By permission only: SAT_VALIDATOR=on. Whatever goes wrong is one sentence, and the constancia's PDF serves
as before. The answer is kept for as long as its table may stay open.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from companies.csf.result import CsfResult, CsfSource, CsfValue, ValueState
from companies.csf.validator_client import ValidatorFailed, fetch
from companies.csf.validator_page import MESSAGES, read_page, refused
from companies.models import Company, User, ValidatorQuery
from companies.sat import rfc
from facturamos.https import StandIn, stand_in_at
from facturamos.jobs.models import Job, RetryLater

QUERIES_PER_HOUR = 10
# No worker took the question, or the SAT has been silent to others: the page stops waiting.
LOST_AFTER = timedelta(minutes=2)
# One question at a time, whoever asks: for the SAT's sake, and so that its silence costs one worker only.
NEXT_TRY = timedelta(seconds=2)
LIFETIME = timedelta(hours=1)


class TooManyQueries(Exception):
    """The company has used up its questions of this hour; the text is the sentence to show."""


def is_on() -> bool:
    """Whether the SAT may be asked at all."""
    return bool(settings.SAT_VALIDATOR == "on")


# --- asking


def start(company: Company, user: User | None, id_cif: str) -> ValidatorQuery:
    """Queues a question; the one under way, if there is one. Raises TooManyQueries."""
    with transaction.atomic():
        # Two clicks at once follow each other. NO KEY, so that rows may point to it.
        Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)
        queries = ValidatorQuery.objects.filter(company=company)
        if under_way := queries.unfinished().first():
            return under_way
        if queries.filter(created_at__gt=timezone.now() - timedelta(hours=1)).count() >= QUERIES_PER_HOUR:
            raise TooManyQueries(
                f"Ya consultó {QUERIES_PER_HOUR} veces al SAT en la última hora. Espere un poco, o suba el "
                "PDF de su constancia."
            )
        return ValidatorQuery.objects.create(company=company, user=user, id_cif=id_cif).enqueue()


def ask(query: ValidatorQuery) -> None:
    """Asks the SAT, in the worker, and writes what came of it with the job's own end.

    Raises RetryLater while another question is under way.
    """
    result = _answer(query)
    with query.settle():
        query.code, query.message = result.code, result.message
        if result.ok:
            query.id_cif, query.answer = "", dumped(result)
        query.save(update_fields=["id_cif", "code", "message", "answer"])


def _answer(query: ValidatorQuery) -> CsfResult:
    over = query.created_at < timezone.now() - LOST_AFTER or query.company.deleted_at is not None
    # A dead question that support runs again has lost its number.
    if over or not query.id_cif or not is_on():
        return refused("no_answer")
    if ValidatorQuery.objects.ahead_of(query).exists():
        raise RetryLater(NEXT_TRY)
    asked = rfc.parse(query.company.rfc)
    try:
        page = fetch(query.id_cif, asked, stand_in=stand_in())
    except ValidatorFailed as failed:
        return refused(failed.code)
    return read_page(page, asked, timezone.localdate())


def stand_in() -> StandIn | None:
    """Who answers instead of the SAT, in development; None where the SAT does.

    Raises ImproperlyConfigured where that is not on this machine.
    """
    return stand_in_at(
        settings.SAT_VALIDATOR_STAND_IN, settings.SAT_VALIDATOR_AUTHORITY, setting="SAT_VALIDATOR_STAND_IN"
    )


# --- what the page shows


@dataclass(frozen=True)
class ValidatorOverview:
    """The company's latest question. `state`: none, running, read or failed.

    `result` only where it was read; else `id_cif`, so that it need not be typed again. `code` is one of
    `companies.csf.validator_page.MESSAGES`, where it failed.
    """

    state: str
    message: str = ""
    code: str = ""
    id_cif: str = ""
    result: CsfResult | None = None

    @property
    def running(self) -> bool:
        """Whether the page should ask again."""
        return self.state == "running"


def overview(company: Company) -> ValidatorOverview:
    """See ValidatorOverview. One query. An answer about another RFC, or too old, is none."""
    query = ValidatorQuery.objects.filter(company=company).first()
    now = timezone.now()
    if query is None or query.created_at < now - LIFETIME:
        return ValidatorOverview("none")
    if query.answer is not None:
        result = loaded(query.answer)
        if result.rfc != company.rfc:
            return ValidatorOverview("none")
        return ValidatorOverview("read", query.message, query.code, result=result)
    lost = query.state == Job.State.DEAD or query.created_at < now - LOST_AFTER
    if not query.code and not lost:
        return ValidatorOverview("running")
    code = query.code or "no_answer"
    return ValidatorOverview("failed", query.message or MESSAGES[code], code, query.id_cif)


def forget_answers() -> int:
    """Wipes what was asked and answered before the last hour; returns of how many questions."""
    kept = ~Q(id_cif="") | Q(answer__isnull=False)
    over = ValidatorQuery.objects.filter(kept, created_at__lt=timezone.now() - LIFETIME)
    return over.update(id_cif="", answer=None)


# --- an answer as it lies in its row


def dumped(result: CsfResult) -> dict[str, Any]:
    """All of it as JSON."""
    issued_on = result.issued_on.isoformat() if result.issued_on else None
    return asdict(result) | {"issued_on": issued_on}


def loaded(stored: dict[str, Any]) -> CsfResult:
    issued_on = stored["issued_on"]
    values = {
        name: CsfValue(each["value"], ValueState(each["state"]), each["doubt"])
        for name, each in stored["values"].items()
    }
    lists = {name: tuple(stored[name]) for name in ("regimes", "unknown_regimes", "remarks")}
    return CsfResult(
        **stored
        | lists
        | {
            "source": CsfSource(stored["source"]),
            "issued_on": date.fromisoformat(issued_on) if issued_on else None,
            "values": values,
        }
    )
