"""What the site remembers of itself: signs of life, the beat that calls, alarms, errors by the hour."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection, models, transaction
from django.db.models import ExpressionWrapper, F
from django.db.models.functions import Now
from django.utils import timezone

from facturamos.vault import EncryptedField


class RingCanary(models.Model):
    """A value that the key ring must open: written once, and looked at by every start."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    value = EncryptedField("valor", purpose="ring-canary")

    class Meta:
        verbose_name = "testigo del anillo"
        verbose_name_plural = "testigos del anillo"

    def __str__(self) -> str:
        return "Testigo del anillo"


class KeyCount(models.Model):
    """How many values a key of the ring had encrypted, when that was last counted; "" is all together."""

    key = models.CharField("llave", max_length=255, primary_key=True)
    number = models.PositiveBigIntegerField("valores")
    counted_at = models.DateTimeField("contados")

    class Meta:
        verbose_name = "valores de una llave"
        verbose_name_plural = "valores por llave"

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"


class SignOfLifeQuerySet(models.QuerySet["SignOfLife"]):
    """Writes signs, and forgets those of machines that are gone."""

    def note(self, name: str, at: datetime | None = None) -> None:
        """That `name` was alive then, or now by the database's clock: several servers note the same name."""
        sign = SignOfLife(name=name[:100], at=at or Now())
        self.bulk_create([sign], update_conflicts=True, unique_fields=["name"], update_fields=["at"])

    def begin(self, names: Iterable[str]) -> None:
        """From now on these are waited for; those that were noted once are left as they are."""
        signs = [SignOfLife(name=name, at=Now()) for name in names]
        self.bulk_create(signs, ignore_conflicts=True)

    def of_tasks(self, prefix: str) -> dict[str, datetime]:
        """When each task of the night and of the hour last ended well (GOOD_END), or was called (CALLED)."""
        rows = self.filter(name__startswith=prefix).values_list("name", "at")
        return {name.removeprefix(prefix): at for name, at in rows}

    def age(self, name: str) -> timedelta | None:
        """How long ago `name` was last alive, by the database's clock; None when it never was."""
        ages = self.filter(name=name).annotate(age=ExpressionWrapper(Now() - F("at"), models.DurationField()))
        return ages.values_list("age", flat=True).first()

    def seen(self, name: str) -> datetime | None:
        """When `name` was last alive; None when it never was."""
        return self.filter(name=name).values_list("at", flat=True).first()


class SignOfLife(models.Model):
    """When something was last seen at work: the sweeper that beat calls, each worker, a nightly task …"""

    SWEEP: ClassVar[str] = "barrido"
    # The end of the last time that nobody swept.
    SILENCE: ClassVar[str] = "silencio"
    WORKER: ClassVar[str] = "trabajador:"
    # When the newest backup was made of those that were proved.
    BACKUP: ClassVar[str] = "respaldo"
    # When each task of the night, or of the hour, last ended well; at first, when beat began to call it.
    GOOD_END: ClassVar[str] = "terminó:"
    # When beat, on whatever machine, last called one of them.
    CALLED: ClassVar[str] = "llamada:"

    name = models.CharField("qué", max_length=100, primary_key=True)
    at = models.DateTimeField("cuándo")

    objects = SignOfLifeQuerySet.as_manager()

    class Meta:
        verbose_name = "señal de vida"
        verbose_name_plural = "señales de vida"

    def __str__(self) -> str:
        return self.name


class BeatLeaseQuerySet(models.QuerySet["BeatLease"]):
    """Elects the beat that calls, by the database's clock."""

    def take(self, holder: uuid.UUID, lasts: timedelta) -> bool:
        """Whether `holder` is the one that calls for so long: it was so far, or nobody is any more."""
        turn = {"holder": holder, "until": Now() + lasts}
        # An end that lies further ahead is of a clock that was wrong.
        held = models.Q(until__gt=Now(), until__lte=Now() + lasts)
        free = models.Q(holder=holder) | ~held
        return bool(self.filter(free).update(**turn)) or self.get_or_create(id=1, defaults=turn)[1]

    def give_up(self, holder: uuid.UUID) -> None:
        """Leaves it to another, if it was `holder`'s. It also ends by itself, so no lock is worth a wait."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 500; SET LOCAL synchronous_commit = local")
            self.filter(holder=holder).delete()


class BeatLease(models.Model):
    """Which of the beats calls, and until when; the others wait. One row, or none."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    holder = models.UUIDField("quién")
    until = models.DateTimeField("hasta")

    objects = BeatLeaseQuerySet.as_manager()

    class Meta:
        verbose_name = "turno de beat"
        verbose_name_plural = "turnos de beat"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="beat_lease_is_one")]

    def __str__(self) -> str:
        return str(self.holder)


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Which troubles last, and which are over."""

    def lasting(self) -> "AlarmQuerySet":
        """Those that are not over."""
        return self.filter(ended_at=None)


class Alarm(models.Model):
    """One trouble from when it was first seen until it was over."""

    key = models.CharField("clave", max_length=100)
    label = models.CharField("qué", max_length=200)
    said = models.CharField("cómo", max_length=400)
    since = models.DateTimeField("desde", default=timezone.now)
    told_at = models.DateTimeField("avisado", null=True)
    ended_at = models.DateTimeField("terminó", null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = "alarma"
        verbose_name_plural = "alarmas"
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(ended_at=None), name="alarm_lasts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.said}"


class ErrorCountQuerySet(models.QuerySet["ErrorCount"]):
    """Counts errors, and sums them up."""

    def count_one(self, status: int) -> None:
        """One more answer with that status, in the present hour."""
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        row, _ = self.get_or_create(hour=hour, status=status)
        self.filter(pk=row.pk).update(number=F("number") + 1)

    def lately(self) -> int:
        """How many there were in this hour and the one before."""
        start = timezone.now() - timedelta(hours=1)
        hour = start.replace(minute=0, second=0, microsecond=0)
        total: int | None = self.filter(hour__gte=hour).aggregate(sum=models.Sum("number"))["sum"]
        return total or 0


class ErrorCount(models.Model):
    """How many pages failed in an hour. What failed while the database was away, only the log knows."""

    hour = models.DateTimeField("hora")
    status = models.PositiveSmallIntegerField("estado")
    number = models.PositiveIntegerField("cuántos", default=0)

    objects = ErrorCountQuerySet.as_manager()

    class Meta:
        verbose_name = "errores por hora"
        verbose_name_plural = "errores por hora"
        constraints = [models.UniqueConstraint(fields=["hour", "status"], name="error_count_once")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} h: {self.number} × {self.status}"
