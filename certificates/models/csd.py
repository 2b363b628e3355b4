"""A CSD in our keeping, and the record of who opened its secrets."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from certificates.expiry import EXPIRES_SOON, USABLE_AFTER
from companies.models import Company
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.search_text import SearchText
from facturamos.vault import EncryptedField

# Who has invoiced with a CSD for longer than this learns nothing from hearing that the SAT has it.
NEWS_FOR = timedelta(days=30)
# By what one is found.
CSD_TEXT = SearchText("number", "rfc")


class CsdQuerySet(CompanyScopedQuerySet["Csd"]):
    def for_company(self, company: Company) -> "CsdQuerySet":
        """All that a company ever had, the latest first."""
        return self.filter(company=company).order_by("-uploaded_at")

    def active(self) -> "CsdQuerySet":
        """Those that seal invoices: at most one per company."""
        return self.filter(state=Csd.State.ACTIVE)

    def waiting(self, now: datetime) -> "CsdQuerySet":
        """Those whose password may still be typed."""
        return self.filter(state=Csd.State.WAITING_PASSWORD, draft_until__gt=now, key__isnull=False)

    def expired(self, now: datetime) -> "CsdQuerySet":
        """Candidates whose secrets have been kept for as long as we said."""
        return self.filter(state__in=Csd.CANDIDATE, draft_until__lte=now)

    def stored(self) -> "CsdQuerySet":
        """Those that seal invoices, or may soon; the others are mere records."""
        return self.filter(state__in=[Csd.State.ACTIVE, Csd.State.UNDER_REVIEW, *Csd.CANDIDATE])

    def under_review(self) -> "CsdQuerySet":
        """Good pairs of an authority that we do not know: support finds out whether it is the SAT's."""
        return self.filter(state=Csd.State.UNDER_REVIEW)

    def expiring(self, now: datetime) -> "CsdQuerySet":
        """Active ones that will end soon, and have not yet."""
        return self.active().filter(valid_to__gt=now, valid_to__lte=now + EXPIRES_SOON)

    def waited_for(self, now: datetime) -> "CsdQuerySet":
        """Active ones that were uploaded before the SAT had them, and that it must have by now."""
        over = now - USABLE_AFTER[1]
        return self.active().filter(
            usable_since=None,
            sat_status="",
            valid_from__range=(over - NEWS_FOR, over),
            activated_at__lt=F("valid_from") + USABLE_AFTER[1],
        )

    def ended_by_the_sat(self) -> "CsdQuerySet":
        """Active ones with which nobody can invoice any more."""
        return self.active().filter(sat_status__in=Csd.ENDED, company__deleted_at=None)

    def without_files(self) -> "CsdQuerySet":
        """Without the columns that no page needs."""
        return self.defer("certificate", "key", "password")

    # --- verbs

    def end(self, state: "Csd.State") -> int:
        """Makes them mere records, without key and password, whatever they were; returns how many."""
        return self.update(
            state=state, key=None, password=None, secret_changed_at=timezone.now(), draft_until=None
        )


@audited(exclude=["certificate", "key", "password", "sat_before"])
class Csd(models.Model):
    """A pair that an issuer uploaded. Only an active one, one under review, or a candidate has its key."""

    class State(models.TextChoices):
        """Where a CSD is in its life."""

        WAITING_PASSWORD = "waiting_password", "Falta la contraseña"
        VALIDATING = "validating", "En revisión"
        # All is well but for who issued it: it holds no RFC and seals nothing.
        UNDER_REVIEW = "under_review", "En revisión por Asistencia"
        ACTIVE = "active", "Activo"
        REFUSED = "refused", "Rechazado"
        REPLACED = "replaced", "Reemplazado"

    class SatStatus(models.TextChoices):
        """What the SAT's list (LCO) says of it: EstatusCertificado; the last is ours."""

        ACTIVE = "A", "Activo"
        REVOKED = "R", "Revocado"
        EXPIRED = "C", "Caduco"
        GONE = "N", "Ya no está en la lista"

    # The SAT has ended it before its time.
    ENDED = (SatStatus.REVOKED, SatStatus.EXPIRED, SatStatus.GONE)
    CANDIDATE = (State.WAITING_PASSWORD, State.VALIDATING)
    search_text: ClassVar = CSD_TEXT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, models.PROTECT, related_name="csds", verbose_name="empresa")
    state = models.CharField("estado", max_length=16, choices=State)
    # What the certificate says; it is public.
    number = models.CharField("número", max_length=20, blank=True)
    rfc = models.CharField("RFC", max_length=40)
    name = models.CharField("titular", max_length=500, blank=True)
    branch = models.CharField("sucursal", max_length=500, blank=True)
    valid_from = models.DateTimeField("válido desde")
    valid_to = models.DateTimeField("válido hasta")
    # DER, as the key below: PEM is taken apart on arrival.
    certificate = models.BinaryField("certificado")
    key = EncryptedField("llave", purpose="csd-key")
    password = EncryptedField("contraseña", purpose="csd-password")
    # Of the files as they were uploaded: tell a second upload of the same.
    certificate_sha256 = models.CharField("SHA-256 del certificado", max_length=64)
    key_sha256 = models.CharField("SHA-256 de la llave", max_length=64)
    # The name that the key's file had: it tells a FIEL's key from a CSD's.
    key_name = models.CharField("archivo de la llave", max_length=255, blank=True)
    secret_changed_at = models.DateTimeField("llave o contraseña cambiada", null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="subido por"
    )
    uploaded_at = models.DateTimeField("subido", default=timezone.now)
    # Until when a candidate's secrets are kept; empty for all others.
    draft_until = models.DateTimeField("se conserva hasta", null=True)
    activated_at = models.DateTimeField("activado", null=True)
    # Since when we know that the SAT's list (LCO) has it: from an import, or from support, who saw it work.
    usable_since = models.DateTimeField("activo en el SAT desde", null=True, blank=True)
    # Who of ours found out that the SAT issued it, where we do not know its authority; and how.
    vouched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="confirmado por"
    )
    vouched_because = models.CharField("motivo de la confirmación", max_length=300, blank=True)
    # Empty until an import finds it.
    sat_status = models.CharField("estado en el SAT", max_length=1, choices=SatStatus, blank=True)
    # What the SAT said of it before it began or ended: one that comes back is told otherwise than a new one.
    sat_before = models.CharField(
        "estado anterior en el SAT", max_length=1, choices=SatStatus, blank=True, editable=False
    )
    # The reading of the list that began or ended it.
    sat_list = models.ForeignKey(
        "certificates.SatList",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="csds",
        verbose_name="lista del SAT",
    )

    objects = CsdQuerySet.as_manager()

    class Meta:
        verbose_name = "CSD"
        verbose_name_plural = "CSD"
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(fields=["-uploaded_at"], name="csd_newest"),
            # By what the SAT's list names it.
            models.Index(fields=["number"], name="csd_number"),
            models.Index(fields=["valid_to"], condition=Q(state="active"), name="csd_expiring"),
            models.Index(
                fields=["company"],
                condition=Q(state="active", sat_status__in=["R", "C", "N"]),
                name="csd_ended_by_the_sat",
            ),
            models.Index(
                fields=["valid_from"],
                condition=Q(state="active", usable_since=None, sat_status=""),
                name="csd_waiting_for_the_sat",
            ),
            CSD_TEXT.index("csd_trigrams"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(state="active"), name="csd_one_active_per_company"
            ),
            models.UniqueConstraint(fields=["rfc"], condition=Q(state="active"), name="csd_rfc_active_once"),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(state__in=["waiting_password", "validating"]),
                name="csd_one_candidate_per_company",
            ),
            models.UniqueConstraint(
                fields=["company"], condition=Q(state="under_review"), name="csd_one_under_review_per_company"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["refused", "replaced"]) | Q(key=None, password=None),
                name="csd_keeps_no_secret_in_vain",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting_password") | Q(password=None),
                name="csd_never_keeps_a_wrong_password",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting_password", "validating"], draft_until__isnull=False)
                | (~Q(state__in=["waiting_password", "validating"]) & Q(draft_until=None)),
                name="csd_candidates_expire",
            ),
        ]

    def __str__(self) -> str:
        return f"CSD {self.number} de {self.rfc}"

    def take_usable_back(self) -> None:
        """Of one that was marked by mistake: pages ask to wait again, as long as the SAT takes."""
        self.usable_since = None
        self.save(update_fields=["usable_since"])


class SecretAccessQuerySet(CompanyScopedQuerySet["SecretAccess"]):
    """Questions about who opened what."""

    company_path = "csd__company"


class SecretAccess(models.Model):
    """One opening of a CSD's encrypted key and password: when, for what, by whom. Never changes."""

    class Purpose(models.TextChoices):
        """What secrets are opened for."""

        VALIDATE = "validate", "Validar el par"
        COMPARE = "compare", "Comparar con lo que se vuelve a subir"
        TEST_INVOICE = "test_invoice", "Sellar una factura de prueba"

    csd = models.ForeignKey(Csd, models.PROTECT, related_name="accesses", verbose_name="CSD")
    purpose = models.CharField("para qué", max_length=16, choices=Purpose)
    at = models.DateTimeField("cuándo", default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="usuario"
    )

    objects = SecretAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "apertura de un CSD"
        verbose_name_plural = "aperturas de CSD"
        ordering = ["-at"]
        indexes = [models.Index(fields=["-at"], name="secret_access_newest")]
        triggers = [
            pgtrigger.Protect(name="access_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} · {self.csd}"
