"""The life of a CSD: received, validated by a worker, active, replaced.

What pages show is read in `certificates.status.overview`, offered here too: this is the app's front door.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from certificates import custody
from certificates.authorities.trust import authorities
from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import Report, examine
from certificates.checks.results import CheckResult, State, to_json
from certificates.file_types import FileType, recognise
from certificates.models import Csd, CsdValidation, Diagnosis, SecretAccess
from certificates.models.csd import CsdQuerySet
from certificates.status.overview import CsdOverview, CsdStatus, csd_status, overview
from certificates.x509 import certificate as cer
from certificates.x509.certificate import Certificate
from companies.models import Company, User
from facturamos.locks import lock_name
from facturamos.vault import Secret
from mailing import notices
from mailing.models import Message

__all__ = [
    "CsdOverview",
    "CsdStatus",
    "UploadRefused",
    "check_context",
    "csd_status",
    "expire_drafts",
    "inspect",
    "mark_usable",
    "overview",
    "receive",
    "retry",
    "tell_waits_over",
    "untold",
    "validate",
]

# The mails that say that the SAT has a CSD, and what came of support's review.
CSD_USABLE = "certificates.csd_usable"
CSD_REVIEWED = "certificates.csd_reviewed"
# What a validation looks at.
JUDGED = (Csd.State.VALIDATING, Csd.State.UNDER_REVIEW)
EXPIRE_BATCH = 500


class UploadRefused(Exception):
    """The request itself refuses an upload: nothing of it was stored but the diagnosis."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        # The checks that refuse, in their order.
        self.problems = tuple(result for result in diagnosis.results if result.bad)
        super().__init__(" ".join(f"{problem.title}. {problem.action}" for problem in self.problems))


def check_context(company: Company, now: datetime) -> CheckContext:
    """What a company's uploads are judged against."""
    return CheckContext(
        now=now,
        rfc=company.rfc,
        name=company.name,
        production=settings.PRODUCTION,
        authorities=authorities(),
    )


# --- receiving


@dataclass(frozen=True)
class Inspected:
    """An upload that may be stored, and what it was judged against."""

    certificate: Certificate
    context: CheckContext


def inspect(company: Company, upload: CsdUpload, now: datetime) -> Inspected:
    """Refuses a FIEL, swapped, foreign and unreadable files before anything is stored. Raises UploadRefused.

    The key is not opened, unless to complete the report of what is refused anyway.
    """
    context = check_context(company, now)
    closed = CsdUpload(upload.certificate, upload.key, key_name=upload.key_name)
    report = examine(closed, context)
    if report.certificate is None or report.refused_at_once:
        raise UploadRefused(_record(company, examine(upload, context)))
    return Inspected(report.certificate, context)


def receive(
    company: Company,
    user: User | None,
    *,
    certificate: bytes,
    key: bytes,
    password: Secret | None,
    now: datetime,
    key_name: str = "",
    inspected: Inspected | None = None,
) -> Csd:
    """Takes an upload in: encrypts it, and queues its validation or waits for its password.

    `inspected` is what `inspect` said of the same files just now. Raises UploadRefused. An earlier upload
    that was still on its way is given up; the active CSD stays until this one is found valid.
    """
    upload = CsdUpload(certificate, key, password.reveal() if password else None, key_name)
    seen = inspected or inspect(company, upload, now)
    with transaction.atomic():
        _lock(company)
        Csd.objects.filter(company=company, state__in=Csd.CANDIDATE).end(Csd.State.REPLACED)
        csd = _candidate(company, user, upload, seen.certificate, now)
        custody.encrypt(csd, key=Secret(recognise(key, FileType.ENCRYPTED_KEY)[1]), password=password)
        csd.save(force_insert=True)
        if password:
            CsdValidation.objects.create(csd=csd).enqueue()
        else:
            _record(company, examine(upload, seen.context), csd)
    return csd


def _candidate(
    company: Company, user: User | None, upload: CsdUpload, read: Certificate, now: datetime
) -> Csd:
    return Csd(
        company=company,
        state=Csd.State.VALIDATING if upload.password else Csd.State.WAITING_PASSWORD,
        draft_until=now + (custody.VALIDATION_LIFETIME if upload.password else custody.DRAFT_LIFETIME),
        number=read.number,
        rfc=read.rfc,
        name=read.name[:500],
        branch=read.branch[:500],
        valid_from=read.valid_from,
        valid_to=read.valid_to,
        certificate=read.der,
        certificate_sha256=hashlib.sha256(upload.certificate).hexdigest(),
        key_sha256=hashlib.sha256(upload.key).hexdigest(),
        key_name=upload.key_name[:255],
        uploaded_by=user,
        uploaded_at=now,
    )


def retry(company: Company, password: Secret, now: datetime) -> Csd | None:
    """Another password for the pair that waits; None when none waits any more."""
    with transaction.atomic():
        _lock(company)
        csd = Csd.objects.filter(company=company).waiting(now).first()
        if csd is None:
            return None
        csd.state, csd.draft_until = Csd.State.VALIDATING, now + custody.VALIDATION_LIFETIME
        custody.encrypt_password(csd, password)
        csd.save(update_fields=["state", "draft_until", "password", "secret_changed_at"])
        CsdValidation.objects.create(csd=csd).enqueue()
    return csd


def _lock(company: Company) -> None:
    """Uploads and verdicts of one company follow each other. NO KEY, so that rows may point to it."""
    Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)


# --- the verdict


def validate(job: CsdValidation) -> None:
    """Opens the encrypted pair, runs every check, and writes the verdict with the job's own end."""
    csd = Csd.objects.select_related("company").get(pk=job.csd_id)
    waits = csd.state in JUDGED
    opened = custody.open_secrets(csd, SecretAccess.Purpose.VALIDATE) if waits else None
    if opened is None:
        # Another upload took its place while it waited, or the company is gone.
        with job.settle():
            return
    upload = CsdUpload(bytes(csd.certificate), opened.key.reveal(), opened.typed(), csd.key_name)
    report = examine(upload, check_context(csd.company, timezone.now()))
    with job.settle():
        _lock(csd.company)
        # Verdicts on one RFC follow each other, whichever companies ask.
        lock_name(f"csd-rfc:{csd.rfc}")
        csd.refresh_from_db(fields=["state", "vouched_by"])
        if csd.state in JUDGED:
            _conclude(csd, report, timezone.now())


def _conclude(csd: Csd, report: Report, now: datetime) -> None:
    """Nobody but the SAT proves whose an RFC is: a pair of an unknown authority waits for support's word."""
    was_reviewed = csd.state == Csd.State.UNDER_REVIEW
    proved = report.issuer_known or csd.vouched_by_id is not None
    if report.ok and not proved and was_reviewed:
        return
    if report.ok and proved and _others_hold(csd):
        report = replace(report, results=tuple(map(_taken, report.results)))
    _record(csd.company, report, csd)
    if report.ok:
        _activate(csd, now) if proved else _put_under_review(csd)
    elif report.wants_password:
        csd.state, csd.draft_until = Csd.State.WAITING_PASSWORD, now + custody.DRAFT_LIFETIME
        custody.encrypt_password(csd, None)
        csd.save(update_fields=["state", "draft_until", "password", "secret_changed_at"])
    else:
        Csd.objects.filter(pk=csd.pk).end(Csd.State.REFUSED)
    if was_reviewed:
        notices.tell(CSD_REVIEWED, csd)


def _others_hold(csd: Csd) -> bool:
    """Whether another company seals with this RFC."""
    return Csd.objects.active().filter(rfc=csd.rfc).exclude(company=csd.company).exists()


def _activate(csd: Csd, now: datetime) -> None:
    """Takes over from the CSD that is active: one transaction, so that there is always one."""
    theirs = Csd.objects.filter(company=csd.company).exclude(pk=csd.pk)
    theirs.filter(state__in=[Csd.State.ACTIVE, Csd.State.UNDER_REVIEW]).end(Csd.State.REPLACED)
    csd.state, csd.draft_until, csd.activated_at = Csd.State.ACTIVE, None, now
    csd.save(update_fields=["state", "draft_until", "activated_at"])
    for other in Csd.objects.under_review().filter(rfc=csd.rfc).select_related("company"):
        _displace(other)


def _put_under_review(csd: Csd) -> None:
    """In the place of one that was; the active CSD, if there is one, goes on sealing."""
    Csd.objects.filter(company=csd.company).under_review().end(Csd.State.REPLACED)
    csd.state, csd.draft_until = Csd.State.UNDER_REVIEW, None
    csd.save(update_fields=["state", "draft_until"])


def _displace(csd: Csd) -> None:
    """Another company has proved that the RFC is its own, which whoever waits for support has not."""
    latest = csd.diagnoses.first()
    results = tuple(map(_taken, latest.results)) if latest else ()
    refuse_reviewed(csd, results)


def refuse_reviewed(csd: Csd, results: tuple[CheckResult, ...]) -> None:
    """Ends the wait for support with a report that says why. In a transaction."""
    read = cer.load(bytes(csd.certificate))
    _record(csd.company, Report(results, read, issuer_known=False), csd)
    Csd.objects.filter(pk=csd.pk).end(Csd.State.REFUSED)
    notices.tell(CSD_REVIEWED, csd)


def _taken(result: CheckResult) -> CheckResult:
    """Another company's active CSD has this RFC. Says nothing about whose."""
    if result.code != "rfc":
        return result
    return CheckResult(
        code="rfc",
        state=State.BAD,
        title="Asistencia debe revisar estos sellos",
        message="Los archivos están bien, pero no podemos activarlos sin aclarar algo con usted.",
        action="Comuníquese con Asistencia y dicte el código de esta revisión.",
        reason="taken",
    )


def _record(company: Company, report: Report, csd: Csd | None = None) -> Diagnosis:
    """Keeps a report, under a code that can be dictated."""
    read = report.certificate
    return Diagnosis.objects.create(
        code=Diagnosis.objects.new_code(),
        company=company,
        csd=csd,
        ok=report.ok,
        for_support=report.for_support,
        kind=read.kind if read else "",
        number=read.number if read else "",
        rfc=read.rfc[:40] if read else "",
        report=to_json(report.results),
    )


# --- the SAT has it


def untold(csds: CsdQuerySet) -> CsdQuerySet:
    """Those whose companies have not been told yet that they can be used: that is news once."""
    told = Message.objects.filter(kind=CSD_USABLE, about=Cast(OuterRef("pk"), CharField()))
    return csds.filter(~Exists(told))


@transaction.atomic
def mark_usable(csd: Csd) -> None:
    """Notes that the SAT's list has an active CSD and tells the company; a second time changes nothing.

    The row is locked, so that the second of two clicks finds it done.
    """
    locked = Csd.objects.without_files().select_for_update(of=("self",), no_key=True).get(pk=csd.pk)
    if locked.usable_since is None:
        locked.usable_since = timezone.now()
        locked.save(update_fields=["usable_since"])
        notices.tell_all(CSD_USABLE, untold(Csd.objects.filter(pk=locked.pk)))
    csd.usable_since = locked.usable_since


# --- the clock


@transaction.atomic
def tell_waits_over() -> int:
    """Tells those who uploaded a new CSD that the SAT's 72 hours are over; returns how many CSDs those are.

    The rows are locked, so that support's click and the SAT's list, which tell the same, find it told.
    """
    over = untold(Csd.objects.waited_for(timezone.now()))
    locked = over.select_for_update(skip_locked=True, of=("self",), no_key=True)
    found = list(locked.values_list("pk", flat=True))
    notices.tell_all(CSD_USABLE, Csd.objects.filter(pk__in=found))
    return len(found)


def expire_drafts() -> int:
    """Wipes the candidates that waited too long; returns how many."""
    with transaction.atomic():
        rows = Csd.objects.expired(timezone.now()).select_for_update(skip_locked=True, of=("self",))
        expired = list(rows.values_list("pk", flat=True)[:EXPIRE_BATCH])
        return Csd.objects.filter(pk__in=expired).end(Csd.State.REFUSED)
