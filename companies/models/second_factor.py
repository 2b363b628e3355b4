"""The second factor of staff: an authenticator's key, and codes for the day it is lost."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models

from companies.models.people import User
from facturamos.history import tracked
from facturamos.vault import SealedField


@tracked(exclude=["key", "last_step", "failures", "failing_since"])
class SecondFactor(models.Model):
    """One person's authenticator (TOTP, RFC 6238). Its key is shown until it is confirmed, never again."""

    # More wrong codes than this within the window, and nobody is asked for one until it is over.
    LIMIT: ClassVar[int] = 5
    WINDOW: ClassVar[timedelta] = timedelta(minutes=15)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, models.CASCADE, related_name="second_factor", verbose_name="usuario")
    key = SealedField("llave", purpose="totp-key")
    confirmed_at = models.DateTimeField("activado", null=True, editable=False)
    # The time step of the last code that was accepted: a code opens once.
    last_step = models.BigIntegerField(default=0, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = "segundo factor"
        verbose_name_plural = "segundos factores"

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
