"""The SAT's authorities that support has added to those that we ship."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from certificates.authorities.chain import Environment
from certificates.authorities.proposed import ProposedAuthority
from companies.models import User
from facturamos.audit import audited


class SatAuthorityQuerySet(models.QuerySet["SatAuthority"]):
    """Questions about added authorities, and adding one."""

    def trusted(self) -> Self:
        """Those that count: added, and not withdrawn since."""
        return self.filter(withdrawn_at=None)

    def add(self, proposed: ProposedAuthority, user: User, reason: str) -> "SatAuthority":
        """Trusts an authority from now on. Raises IntegrityError when it is there already."""
        read = proposed.certificate
        return self.create(
            sha256=proposed.sha256,
            certificate=read.der,
            name=proposed.name[:500],
            environment=proposed.environment,
            root=proposed.root[:500],
            number=read.number,
            valid_from=read.valid_from,
            valid_to=read.valid_to,
            reason=reason,
            added_by=user,
        )


@audited(exclude=["certificate"])
class SatAuthority(models.Model):
    """One authority that support added. It can be withdrawn and trusted again, but never deleted."""

    # Of the DER: what it is known by, and what support compared with the SAT's.
    sha256 = models.CharField("SHA-256 (huella digital)", max_length=64, unique=True)
    certificate = models.BinaryField("certificado")
    name = models.CharField("dice ser", max_length=500)
    environment = models.CharField(
        "ambiente",
        max_length=10,
        choices=[(Environment.PRODUCTION.value, "Producción"), (Environment.TEST.value, "Pruebas")],
    )
    # Which authority of ours has signed it, by its name; empty where we know of none.
    root = models.CharField("la firmó", max_length=500, blank=True)
    number = models.CharField("número", max_length=20, blank=True)
    valid_from = models.DateTimeField("válida desde")
    valid_to = models.DateTimeField("válida hasta")
    # Why it is trusted, or trusted again.
    reason = models.CharField("motivo", max_length=300)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="agregada por"
    )
    added_at = models.DateTimeField("agregada", default=timezone.now)
    withdrawn_at = models.DateTimeField("retirada", null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="retirada por"
    )
    withdrawal_reason = models.CharField("motivo del retiro", max_length=300, blank=True)

    objects = SatAuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = "autoridad del SAT"
        verbose_name_plural = "autoridades del SAT"
        ordering = ["-valid_to", "pk"]
        triggers = [
            pgtrigger.Protect(name="authority_never_deleted", operation=pgtrigger.Delete),
            # Processes keep what they have read of it, by its fingerprint.
            pgtrigger.ReadOnly(
                name="authority_never_changes", fields=["sha256", "certificate", "environment"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, hasta {timezone.localtime(self.valid_to):%d/%m/%Y}"

    @property
    def is_withdrawn(self) -> bool:
        """Whether it counts no longer."""
        return self.withdrawn_at is not None

    def withdraw(self, user: User, reason: str, now: datetime) -> None:
        """Trusts it no longer: its certificates become those of an unknown authority."""
        self.withdrawn_at, self.withdrawn_by, self.withdrawal_reason = now, user, reason
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])

    def trust_again(self, reason: str) -> None:
        """Undoes the withdrawal; the reason to trust it is now this one."""
        self.withdrawn_at, self.withdrawn_by, self.withdrawal_reason = None, None, ""
        self.reason = reason
        self.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "reason"])
