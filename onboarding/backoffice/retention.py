"""How long what is kept: one table, from which the nightly job and docs/personal-data.md both come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from certificates.models import Csd, Diagnosis, SatList
from companies.models import SecurityEvent
from facturamos.apart import run_apart
from facturamos.jobs.models import Job
from facturamos.status.models import Alarm, ErrorCount
from mailing.models import MailboxTest, Message
from onboarding.backoffice.measures.counting import WEEKS
from onboarding.backoffice.models import StepTime, Stumble
from onboarding.backoffice.personal_data.erasure import ERASE_AFTER
from onboarding.models import RefusedSubmit

BATCH = 5_000


@dataclass(frozen=True)
class Retention:
    """Rows of one sort, and for how many days they are kept."""

    title: str
    days: int
    why: str
    # Those that are older than a moment, and needed for nothing any more.
    older: Callable[[datetime], models.QuerySet[models.Model]]


def _messages(before: datetime) -> models.QuerySet[models.Model]:
    return Message.objects.filter(created_at__lt=before, state__in=(Job.State.DONE, Job.State.DEAD))


def _mailbox_tests(before: datetime) -> models.QuerySet[models.Model]:
    later = MailboxTest.objects.filter(mailbox=OuterRef("mailbox"), created_at__gt=OuterRef("created_at"))
    return MailboxTest.objects.filter(Exists(later), created_at__lt=before)


def _diagnoses(before: datetime) -> models.QuerySet[models.Model]:
    in_use = Q(csd__state__in=[Csd.State.ACTIVE, Csd.State.UNDER_REVIEW])
    return Diagnosis.objects.filter(created_at__lt=before).exclude(in_use)


def _sign_ins(before: datetime) -> models.QuerySet[models.Model]:
    rows: models.QuerySet[models.Model] = AccessLog.objects.filter(attempt_time__lt=before)
    return rows


def _failed_sign_ins(before: datetime) -> models.QuerySet[models.Model]:
    rows: models.QuerySet[models.Model] = AccessAttempt.objects.filter(attempt_time__lt=before)
    return rows


def _ways_in(before: datetime) -> models.QuerySet[models.Model]:
    kinds = (SecurityEvent.Kind.SIGNED_IN, SecurityEvent.Kind.SIGNED_OUT)
    return SecurityEvent.objects.filter(at__lt=before, kind__in=kinds)


def _refused_ways_in(before: datetime) -> models.QuerySet[models.Model]:
    kinds = (SecurityEvent.Kind.REFUSED, SecurityEvent.Kind.CODE_REFUSED)
    return SecurityEvent.objects.filter(at__lt=before, kind__in=kinds)


def _admin_log(before: datetime) -> models.QuerySet[models.Model]:
    return LogEntry.objects.filter(action_time__lt=before)


def _sat_lists(before: datetime) -> models.QuerySet[models.Model]:
    last = SatList.objects.whole().values("pk")[:1]
    return SatList.objects.filter(read_at__lt=before, csds=None).exclude(pk__in=last)


def _alarms(before: datetime) -> models.QuerySet[models.Model]:
    return Alarm.objects.filter(ended_at__lt=before)


def _errors(before: datetime) -> models.QuerySet[models.Model]:
    return ErrorCount.objects.filter(hour__lt=before)


def _refused_submits(before: datetime) -> models.QuerySet[models.Model]:
    return RefusedSubmit.objects.filter(at__lt=before)


def _step_times(before: datetime) -> models.QuerySet[models.Model]:
    return StepTime.objects.filter(week__lte=timezone.localdate(before))


def _stumbles(before: datetime) -> models.QuerySet[models.Model]:
    return Stumble.objects.filter(week__lte=timezone.localdate(before))


RETENTION = (
    Retention("Correos enviados (a quién, cuándo, qué contestó el servidor)", 730, "Aclaraciones", _messages),
    Retention("Pruebas del buzón, con su conversación, salvo la última", 90, "Soporte", _mailbox_tests),
    Retention(
        "Diagnósticos de CSD que no son del que está en uso",
        365,
        "Soporte: códigos que se dictan",
        _diagnoses,
    ),
    Retention("Entradas al sitio (dirección y navegador)", 365, "Seguridad", _sign_ins),
    Retention("Entradas fallidas", 90, "Seguridad", _failed_sign_ins),
    Retention("Entradas y salidas en el historial de cada persona", 365, "Seguridad", _ways_in),
    Retention("Contraseñas y códigos equivocados en ese historial", 90, "Seguridad", _refused_ways_in),
    Retention(
        "Acciones en administración, con el motivo que se dio", ERASE_AFTER.days, "Aclaraciones", _admin_log
    ),
    Retention("Lecturas de la lista del SAT", 365, "Aclaraciones", _sat_lists),
    Retention(
        "Páginas que no se aceptaron (campo y código, nunca lo escrito)", 90, "Medidas", _refused_submits
    ),
    Retention("Tiempos de cada empresa por paso", WEEKS * 7, "Medidas", _step_times),
    Retention("Tropiezos de cada empresa por paso y semana", WEEKS * 7, "Medidas", _stumbles),
    Retention("Alarmas del sitio que ya terminaron", 365, "Operación", _alarms),
    Retention("Cuenta de páginas con error", 90, "Operación", _errors),
)


def tidy(now: datetime | None = None) -> dict[str, int]:
    """Deletes what is older than it may be, in batches; returns how many rows of each sort.

    Raises ExceptionGroup, after all the others, where a sort could not be deleted.
    """
    moment = now or timezone.now()
    return run_apart((each.title, partial(_delete, each, moment)) for each in RETENTION)


def _delete(sort: Retention, now: datetime) -> int:
    rows, deleted = sort.older(now - timedelta(days=sort.days)), 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        rows.model._base_manager.filter(pk__in=keys).delete()
        deleted += len(keys)
    return deleted
