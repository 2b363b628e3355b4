"""What sending without a password needs to remember: the permission, the way to it, and the work it makes."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.jobs.lanes import MAIL
from facturamos.jobs.models import Job, JobQuerySet
from facturamos.vault import EncryptedField

# How long somebody may take at a provider's page of consent.
CONSENT_LIFETIME = timedelta(minutes=10)


class MailboxKind(models.TextChoices):
    """By which way a mail leaves. DEFAULT is no row's: it is the site's own, where no mailbox is in use."""

    DEFAULT = "default", "Remitente predeterminado"
    SMTP = "smtp", "Servidor SMTP"
    GOOGLE = "google", "Google, sin contraseña"
    MICROSOFT = "microsoft", "Microsoft, sin contraseña"


class GrantQuerySet(CompanyScopedQuerySet["MailboxGrant"]):
    """Those of a company's mailbox."""

    company_path = "mailbox__company"


class MailboxGrant(models.Model):
    """What a provider gave for sending from a mailbox without a password. Its row is what a refresh locks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mailbox = models.OneToOneField(
        "mailing.Mailbox", models.CASCADE, related_name="grant", verbose_name="buzón"
    )
    # Who consented, as the provider calls the account.
    account = models.CharField("cuenta", max_length=254, editable=False)
    # Microsoft gives another one with each refresh, and wants the newest.
    refresh_token = EncryptedField("permiso", purpose="oauth-refresh-token")
    # Kept for its hour, so that of many who send at once one refreshes.
    access_token = EncryptedField("pase", purpose="oauth-access-token")
    access_until = models.DateTimeField(null=True, editable=False)
    secret_changed_at = models.DateTimeField("permiso dado", default=timezone.now, editable=False)
    # When the provider last took the permission.
    proved_at = models.DateTimeField("permiso comprobado", default=timezone.now, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "permiso de un buzón"
        verbose_name_plural = "permisos de buzones"
        indexes = [models.Index(fields=["proved_at"], name="mailbox_grant_proved")]

    def __str__(self) -> str:
        return f"Permiso de {self.account}"


class ConsentQuerySet(CompanyScopedQuerySet["MailboxConsent"]):
    """Questions about trips to a page of consent."""

    def open(self) -> "ConsentQuerySet":
        """Those that may still come back."""
        return self.filter(used_at=None, created_at__gt=timezone.now() - CONSENT_LIFETIME)


class MailboxConsent(models.Model):
    """One trip to a provider's page of consent, which may come back once, and soon, to the same session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey("companies.Company", models.CASCADE, related_name="+", editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", editable=False)
    kind = models.CharField(max_length=10, choices=MailboxKind, editable=False)
    # What was typed, to be saved once the permission is there.
    from_email = models.EmailField(editable=False)
    from_name = models.CharField(max_length=120, editable=False)
    # SHA-256 of the session's key.
    session = models.CharField(max_length=64, editable=False)
    # What the state, the nonce and PKCE's challenge are made from (mailing.oauth.client.Trip).
    verifier = EncryptedField(purpose="oauth-verifier")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "autorización en curso"
        verbose_name_plural = "autorizaciones en curso"

    def __str__(self) -> str:
        return f"Autorización para {self.from_email}"


class GrantProbeQuerySet(JobQuerySet["GrantProbe"]):
    """Those of a company's mailbox."""

    company_path = "mailbox__company"


class GrantProbe(Job):
    """Asks the provider once a day whether a permission is still good, before an invoice has to find out."""

    LANE = MAIL
    TURN = "mailbox__company"

    mailbox = models.ForeignKey(
        "mailing.Mailbox", models.CASCADE, related_name="probes", verbose_name="buzón"
    )
    code = models.CharField("resultado", max_length=40, blank=True, editable=False)

    objects: ClassVar = GrantProbeQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = "comprobación de un permiso"
        verbose_name_plural = "comprobaciones de permisos"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Comprobación de {self.mailbox}"


class Revocation(Job):
    """Gives a permission back to its provider. Of no company: it outlives a mailbox, and a company's end."""

    LANE = MAIL

    kind = models.CharField("vía", max_length=10, choices=MailboxKind, editable=False)
    # Whose it is: not given back any more when the account has given another permission meanwhile.
    account = models.CharField("cuenta", max_length=254, editable=False)
    # Wiped once it is given back, or given up.
    token = EncryptedField(purpose="oauth-revoked-token")
    give_up_at = models.DateTimeField("se intenta hasta", editable=False)

    class Meta(Job.Meta):
        verbose_name = "devolución de un permiso"
        verbose_name_plural = "devoluciones de permisos"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Devolución a {self.get_kind_display()}"

    def on_dead(self) -> None:
        """A dead one keeps no secret."""
        type(self).objects.filter(pk=self.pk).update(token=None)
