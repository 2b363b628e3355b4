"""The life of a CSD: received, validated by a worker, active, replaced.

What pages show is read in `certificates.overview`, offered here too: this is the app's front door.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from certificates import custody, shapes
from certificates.certificate import Certificate
from certificates.checks import Report, examine
from certificates.evidence import Situation, Upload
from certificates.models import Csd, CsdValidation, Diagnosis, SecretAccess
from certificates.overview import Overview, Standing, overview, standing
from certificates.results import CheckResult, State, to_json
from certificates.trust import authorities
from companies.models import Company, User
from facturamos.vault import Secret

__all__ = [
    "Overview",
    "Refused",
    "Standing",
    "expire_drafts",
    "inspect",
    "overview",
    "receive",
    "retry",
    "situation",
    "standing",
    "validate",
]

# After a wrong or missing password the pair waits, sealed, so that only the password is typed again.
DRAFT_LIFETIME = timedelta(hours=1)
# A validation that could not run (the workers are down) keeps its secrets no longer than this.
VALIDATION_LIFETIME = timedelta(hours=24)
EXPIRE_BATCH = 500


class Refused(Exception):
    """The request itself refuses an upload: nothing of it was stored but the diagnosis."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        # The checks that refuse, in their order.
        self.problems = tuple(result for result in diagnosis.results if result.bad)
        super().__init__(" ".join(f"{problem.title}. {problem.action}" for problem in self.problems))


def situation(company: Company, now: datetime) -> Situation:
    """What a company's uploads are judged against."""
    return Situation(
        now=now,
        rfc=company.rfc,
        name=company.name,
        production=settings.PRODUCTION,
        authorities=authorities(),
    )


# --- receiving


def inspect(company: Company, upload: Upload, now: datetime) -> Certificate:
    """Refuses a FIEL, swapped, foreign and unreadable files before anything is stored. Raises Refused.

    The key is not opened, unless to complete the report of what is refused anyway.
    """
    closed = Upload(upload.certificate, upload.key, key_name=upload.key_name)
    report = examine(closed, situation(company, now))
    if report.certificate is None or report.refused_at_once:
        raise Refused(_record(company, examine(upload, situation(company, now))))
    return report.certificate


def receive(
    company: Company,
    user: User | None,
    *,
    certificate: bytes,
    key: bytes,
    password: Secret | None,
    now: datetime,
    key_name: str = "",
) -> Csd:
    """Takes an upload in: seals it and queues its validation, or waits for its password. Raises Refused.

    An earlier upload that was still on its way is given up; the active CSD stays until this one is found
    valid.
    """
    upload = Upload(certificate, key, password.reveal() if password else None, key_name)
    read = inspect(company, upload, now)
    with transaction.atomic():
        _lock(company)
        for earlier in Csd.objects.filter(company=company, state__in=Csd.CANDIDATE):
            _end(earlier, Csd.State.REPLACED)
        csd = _candidate(company, user, upload, read, now)
        custody.seal(csd, key=Secret(shapes.recognise(key)[1]), password=password)
        csd.save(force_insert=True)
        if password:
            CsdValidation.objects.create(csd=csd).enqueue()
        else:
            _record(company, examine(upload, situation(company, now)), csd)
    return csd


def _candidate(company: Company, user: User | None, upload: Upload, read: Certificate, now: datetime) -> Csd:
    return Csd(
        company=company,
        state=Csd.State.VALIDATING if upload.password else Csd.State.WAITING_PASSWORD,
        draft_until=now + (VALIDATION_LIFETIME if upload.password else DRAFT_LIFETIME),
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
        csd.state, csd.draft_until = Csd.State.VALIDATING, now + VALIDATION_LIFETIME
        custody.seal_password(csd, password)
        csd.save(update_fields=["state", "draft_until", "password", "secret_changed_at"])
        CsdValidation.objects.create(csd=csd).enqueue()
    return csd


def _lock(company: Company) -> None:
    """Uploads and verdicts of one company follow each other. NO KEY, so that rows may point to it."""
    Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)


# --- the verdict


def validate(job: CsdValidation) -> None:
    """Opens the sealed pair, runs every check, and writes the verdict with the job's own end."""
    csd = Csd.objects.select_related("company").get(pk=job.csd_id)
    validating = csd.state == Csd.State.VALIDATING
    opened = custody.open_secrets(csd, SecretAccess.Purpose.VALIDATE) if validating else None
    if opened is None:
        # Another upload took its place while it waited, or the company is gone.
        with job.settle():
            return
    upload = Upload(bytes(csd.certificate), opened.key.reveal(), opened.typed(), csd.key_name)
    report = examine(upload, situation(csd.company, timezone.now()))
    with job.settle():
        _lock(csd.company)
        csd.refresh_from_db(fields=["state"])
        if csd.state == Csd.State.VALIDATING:
            _conclude(csd, report, timezone.now())


def _lock_rfc(rfc: str) -> None:
    """Verdicts on one RFC follow each other, whichever companies ask; until the transaction's end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"csd-rfc:{rfc}"])


def _conclude(csd: Csd, report: Report, now: datetime) -> None:
    _lock_rfc(csd.rfc)
    if report.ok and Csd.objects.active().filter(rfc=csd.rfc).exclude(company=csd.company).exists():
        report = replace(report, results=tuple(map(_taken, report.results)))
    _record(csd.company, report, csd)
    if report.ok:
        _activate(csd, now)
    elif report.wants_password:
        csd.state, csd.draft_until = Csd.State.WAITING_PASSWORD, now + DRAFT_LIFETIME
        custody.seal_password(csd, None)
        csd.save(update_fields=["state", "draft_until", "password", "secret_changed_at"])
    else:
        _end(csd, Csd.State.REFUSED)


def _activate(csd: Csd, now: datetime) -> None:
    """Takes over from the CSD that is active: one transaction, so that there is always one."""
    for active in Csd.objects.filter(company=csd.company).active():
        _end(active, Csd.State.REPLACED)
    csd.state, csd.draft_until, csd.activated_at = Csd.State.ACTIVE, None, now
    csd.save(update_fields=["state", "draft_until", "activated_at"])


def _end(csd: Csd, state: Csd.State) -> None:
    """Keeps the record, without key and password."""
    csd.state, csd.draft_until = state, None
    custody.wipe(csd)
    csd.save(update_fields=["state", "draft_until", *custody.SECRET_FIELDS])


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


# --- the clock


def expire_drafts() -> int:
    """Wipes the candidates that waited too long; returns how many."""
    with transaction.atomic():
        rows = Csd.objects.expired(timezone.now()).select_for_update(skip_locked=True, of=("self",))
        expired = list(rows[:EXPIRE_BATCH])
        for csd in expired:
            _end(csd, Csd.State.REFUSED)
    return len(expired)
