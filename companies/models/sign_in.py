"""Getting in, and back in: the second factor of staff, and who asked for a new password."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies.models.people import User
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.jobs.lanes import PEOPLE
from facturamos.jobs.models import Job
from facturamos.vault import EncryptedField


class SecondFactorQuerySet(CompanyScopedQuerySet["SecondFactor"]):
    """Finds the row by whose authenticator it is."""

    company_path = "user__company"


@audited(exclude=["key", "last_step", "failures", "failing_since"])
class SecondFactor(models.Model):
    """One person's authenticator (TOTP, RFC 6238): the one in use, or one that is being set up.

    Its key is shown to the session that set it up, until its first code was right.
    """

    # More wrong codes than this within the window, and nobody is asked for one until it is over.
    LIMIT: ClassVar[int] = 5
    WINDOW: ClassVar[timedelta] = timedelta(minutes=15)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="second_factors", verbose_name="usuario")
    key = EncryptedField("llave", purpose="totp-key")
    confirmed_at = models.DateTimeField("activado", null=True, editable=False)
    # The time step of the last code that was accepted: a code opens once.
    last_step = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)

    objects = SecondFactorQuerySet.as_manager()

    class Meta:
        verbose_name = "segundo factor"
        verbose_name_plural = "segundos factores"
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at__isnull=False), name="second_factor_in_use"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed_at=None), name="second_factor_set_up_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Segundo factor de {self.user}"


class RecoveryCode(models.Model):
    """A code that opens once in the place of the authenticator's; only its digest is kept."""

    factor = models.ForeignKey(
        SecondFactor, models.CASCADE, related_name="codes", verbose_name="segundo factor"
    )
    digest = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField("usado", null=True, editable=False)

    class Meta:
        verbose_name = "código de recuperación"
        verbose_name_plural = "códigos de recuperación"

    def __str__(self) -> str:
        return f"Código de recuperación de {self.factor.user}"


class ResetRequest(Job):
    """One request for a new password, whether the account exists or not.

    A row for every request makes both cases equally long; a worker finds out which it is. The rows are
    also what the limits count, so that these hold with any number of web servers.
    """

    LANE = PEOPLE
    # Longer ago than this, a request counts for no limit and is forgotten.
    WINDOW: ClassVar[timedelta] = timedelta(hours=1)

    asked_for = models.CharField("usuario o correo", max_length=254, editable=False)
    address = models.GenericIPAddressField("dirección IP", editable=False)

    class Meta(Job.Meta):
        verbose_name = "petición de contraseña"
        verbose_name_plural = "peticiones de contraseña"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Petición de contraseña del {self.created_at:%Y-%m-%d %H:%M}"


class Tally(models.Model):
    """How often something happened under a name, until when it counts (companies/limits.py)."""

    name = models.CharField(max_length=200, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = "cuenta de intentos"
        verbose_name_plural = "cuentas de intentos"

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


class SecurityEventQuerySet(CompanyScopedQuerySet["SecurityEvent"]):
    """Finds the row by whose way in it was."""

    company_path = "user__company"


class SecurityEvent(models.Model):
    """Somebody came in, went, or did not get in: by the user, whatever it was called at the time."""

    class Kind(models.TextChoices):
        """What happened at somebody's way in."""

        SIGNED_IN = "signed_in", "Entró"
        SIGNED_OUT = "signed_out", "Salió"
        REFUSED = "refused", "Escribió mal la contraseña"
        CODE_REFUSED = "code_refused", "Escribió mal el código de su segundo factor"

    # Nobody: a name that no account has takes as long as another, and is soon forgotten.
    user = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="security_events",
        null=True,
        editable=False,
        verbose_name="usuario",
    )
    kind = models.CharField("qué pasó", max_length=12, choices=Kind, editable=False)
    at = models.DateTimeField("cuándo", default=timezone.now, editable=False)
    address = models.GenericIPAddressField("dirección IP", null=True, editable=False)
    browser = models.CharField("navegador", max_length=400, blank=True, editable=False)

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = "suceso de seguridad"
        verbose_name_plural = "sucesos de seguridad"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-at"], name="security_event_latest"),
            # What is kept for long enough, and what the measures count.
            models.Index(fields=["kind", "at"], name="security_event_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class SignedInSessionQuerySet(CompanyScopedQuerySet["SignedInSession"]):
    """Finds the row by whose session it is."""

    company_path = "user__company"


class SignedInSession(models.Model):
    """One sign-in of a user's, as long as its session lasts: from where, with what, when last used."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="sessions", editable=False, verbose_name="usuario"
    )
    # Of django.contrib.sessions; changed whenever the session's own key is.
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    address = models.GenericIPAddressField("dirección IP", editable=False)
    browser = models.CharField("navegador", max_length=400, editable=False)
    signed_in_at = models.DateTimeField("entró", default=timezone.now, editable=False)
    seen_at = models.DateTimeField("última actividad", default=timezone.now, editable=False)

    objects = SignedInSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "sesión abierta"
        verbose_name_plural = "sesiones abiertas"
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user} desde {self.address}"
