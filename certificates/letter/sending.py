"""A signed letter's way to the PAC: told once, and what became of it is found out or told as doubtful.

Before the PAC is told, the row says so. Who finds that said and no answer (a worker was killed, an answer got
lost) does not tell it again: it asks the PAC, where that can be asked, and else leaves it to a person. A PAC
that could not be reached was told nothing, and is tried again.
"""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from certificates.letter.documents import SignedDocument
from certificates.letter.limits import GIVE_UP_AFTER
from certificates.letter.pacs import configured
from certificates.letter.pacs.interface import (
    Accepted,
    Adapter,
    PacUnreachable,
    Parcel,
    Rejected,
    Standing,
)
from certificates.letter.services import taxpayer
from certificates.models import LetterSignature, LetterSubmission
from companies import letters
from companies.letter_terms import current_terms
from facturamos.jobs.models import RetryLater

Outcome = LetterSubmission.Outcome

# The next try comes after a quarter of the letter's age, within these.
SOONEST, LATEST = timedelta(seconds=10), timedelta(hours=1)


def perform(job: LetterSubmission) -> None:
    """Takes the letter one step further. Raises RetryLater while it must wait."""
    signature = job.signature
    if signature.adapter != settings.PAC_ADAPTER or signature.terms != current_terms():
        return _end(job, Outcome.OUTDATED)
    if not _is_wanted(signature):
        return _stand_by(job)
    adapter, parcel = configured.adapter(), _parcel(job)
    try:
        if job.sending_since is None:
            _tell(job, adapter, parcel)
        else:
            _ask(job, adapter, parcel)
    except PacUnreachable as silent:
        _wait(job, silent.code)


def _is_wanted(signature: LetterSignature) -> bool:
    """Whether the company that signed is still there, under the RFC that signed."""
    company = signature.company
    return company.deleted_at is None and company.rfc == signature.rfc.upper()


def _stand_by(job: LetterSubmission) -> None:
    """A deletion can be cancelled, and an RFC corrected back, for so long. Raises RetryLater."""
    if timezone.now() - job.created_at > settings.DELETION_WAIT:
        return _end(job, Outcome.OUTDATED)
    raise RetryLater(LATEST)


def _parcel(job: LetterSubmission) -> Parcel:
    signature = job.signature
    return Parcel(
        # Its RFC is that of what was signed, whatever the company's is by now.
        taxpayer=replace(taxpayer(signature.company), rfc=signature.rfc),
        certificate=bytes(signature.certificate),
        number=signature.number,
        documents=tuple(SignedDocument.from_json(row) for row in signature.documents),
    )


# --- telling


def _tell(job: LetterSubmission, adapter: Adapter, parcel: Parcel) -> None:
    """Sends it once, and goes by the answer."""
    job.sending_since = timezone.now()
    job.heartbeat(sending_since=job.sending_since)
    try:
        answer = adapter.submit(parcel)
    except PacUnreachable as silent:
        if not silent.told:
            job.heartbeat(sending_since=None)
            raise
        return _lost(job, adapter, silent.code)
    if isinstance(answer, Rejected):
        return _reject(job, answer)
    if answer.confirmed:
        return _end(job, Outcome.VERIFIED, answer.code, answer.message)
    _accept(job, answer)
    _ask(job, adapter, parcel)


def _lost(job: LetterSubmission, adapter: Adapter, code: str) -> None:
    """It may have arrived, and nobody said so."""
    if not adapter.can_be_asked:
        return _end(job, Outcome.DOUBTFUL, code)
    _wait(job, code)


def _accept(job: LetterSubmission, answer: Accepted) -> None:
    with transaction.atomic():
        job.accepted_at = timezone.now()
        job.heartbeat(accepted_at=job.accepted_at, code=answer.code[:40], message=answer.message[:300])
        letters.note_sent(job.signature_id)


# --- asking


def _ask(job: LetterSubmission, adapter: Adapter, parcel: Parcel) -> None:
    """Whether the PAC has it."""
    if not adapter.can_be_asked:
        return _end(job, Outcome.DOUBTFUL, "no_answer")
    match adapter.standing(parcel):
        case Standing.THERE:
            return _end(job, Outcome.VERIFIED, job.code, job.message)
        case Standing.ABSENT if job.accepted_at is None:
            # It never arrived: telling the PAC is no second time.
            job.heartbeat(sending_since=None)
            raise RetryLater(SOONEST)
    _wait(job, "not_found")


# --- waiting and ending


def _wait(job: LetterSubmission, code: str) -> None:
    """Another time; after long enough a person must ask. Raises RetryLater."""
    age = timezone.now() - job.created_at
    if age > GIVE_UP_AFTER:
        return _end(job, Outcome.DOUBTFUL, code)
    _later(job, min(max(age / 4, SOONEST), LATEST), code)


def _later(job: LetterSubmission, delay: timedelta, code: str) -> NoReturn:
    job.heartbeat(code=code[:40])
    raise RetryLater(delay)


def _reject(job: LetterSubmission, answer: Rejected) -> None:
    with job.settle():
        _write(job, Outcome.REJECTED, answer.code, answer.message)
        letters.note_rejected(job.signature_id, answer.reason, answer.action)


def _end(job: LetterSubmission, outcome: LetterSubmission.Outcome, code: str = "", message: str = "") -> None:
    """The job's end and the letter's new state, together."""
    with job.settle():
        _write(job, outcome, code, message)
        match outcome:
            case Outcome.VERIFIED:
                letters.note_verified(job.signature_id)
            case Outcome.DOUBTFUL:
                letters.note_sent(job.signature_id, doubtful=True)


def _write(job: LetterSubmission, outcome: LetterSubmission.Outcome, code: str, message: str) -> None:
    job.outcome, job.code, job.message = outcome, code[:40], message[:300]
    job.save(update_fields=["outcome", "code", "message"])


def send_again(job: LetterSubmission) -> None:
    """A doubtful one once more, from the start, with the next sweep: the PAC was asked and has nothing."""
    with transaction.atomic():
        doubtful = LetterSubmission.objects.filter(pk=job.pk, outcome=Outcome.DOUBTFUL)
        now = timezone.now()
        if doubtful.exclude(state=LetterSubmission.State.RUNNING).update(
            state=LetterSubmission.State.QUEUED,
            outcome="",
            code="",
            message="",
            sending_since=None,
            accepted_at=None,
            crashes=0,
            run_after=now,
            created_at=now,
            sent_at=None,
            finished_at=None,
        ):
            letters.note_resent(job.signature_id)
