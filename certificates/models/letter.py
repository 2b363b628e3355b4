"""The Carta Manifiesto signed on our page: what was prepared, the evidence, its way to the PAC."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from companies import letters
from companies.models import Company
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.jobs.lanes import PACS
from facturamos.jobs.models import Job, JobQuerySet
from facturamos.search_text import SearchText

# By what a signature is found.
SIGNATURE_TEXT = SearchText("number", "rfc", "representative")


class LetterDraftQuerySet(CompanyScopedQuerySet["LetterDraft"]):
    """Whose prepared letters are whose, and using one up."""

    def take(self, pk: uuid.UUID, now: datetime) -> bool:
        """Uses one up; False when it was used already, or is too old. Of two at once one may."""
        return bool(self.filter(pk=pk, used_at=None, expires_at__gt=now).update(used_at=now))


class LetterDraft(models.Model):
    """What one person was given to sign: these bytes, once, and not for long. Holds nothing secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, models.CASCADE, related_name="+", verbose_name="empresa")
    # Who may use it: an account, or whoever else was let in to this step.
    holder = models.CharField(max_length=80)
    terms = models.CharField("versión de la carta", max_length=64)
    certificate = models.BinaryField("certificado")
    algorithm = models.CharField("algoritmo", max_length=7)
    # A list of `certificates.letter.documents.LetterDocument`.
    documents = models.JSONField("documentos")
    created_at = models.DateTimeField("preparada", default=timezone.now)
    expires_at = models.DateTimeField("vence")
    used_at = models.DateTimeField("usada", null=True)

    objects = LetterDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "carta preparada"
        verbose_name_plural = "cartas preparadas"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["company", "-created_at"], name="letter_draft_of_company")]

    def __str__(self) -> str:
        return f"Carta preparada de {self.company}"


class LetterSignature(models.Model):
    """Evidence that a letter was signed on our page: what, by which e.firma, by whom. Never changes."""

    search_text: ClassVar = SIGNATURE_TEXT

    id = models.UUIDField("folio", primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="letter_signatures", verbose_name="empresa"
    )
    # The account that sent it; empty where somebody without one did.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, verbose_name="usuario"
    )
    # Who sat there, in words: names of accounts may change.
    sent_by = models.CharField("enviada por", max_length=300, blank=True)
    terms = models.CharField("versión de la carta", max_length=64)
    adapter = models.CharField("servicio del PAC", max_length=10)
    pac_name = models.CharField("PAC", max_length=200, blank=True)
    pac_rfc = models.CharField("RFC del PAC", max_length=13, blank=True)
    pac_authorization = models.CharField("autorización del PAC", max_length=40, blank=True)
    rfc = models.CharField("RFC", max_length=13)
    name = models.CharField("nombre en el certificado", max_length=300)
    # Of a persona moral: whose e.firma it is.
    representative = models.CharField("RFC del representante", max_length=13, blank=True)
    certificate = models.BinaryField("certificado")
    number = models.CharField("número de certificado", max_length=20)
    algorithm = models.CharField("algoritmo", max_length=7)
    # A list of `certificates.letter.documents.SignedDocument`.
    documents = models.JSONField("documentos")
    signed_at = models.DateTimeField("firmada", default=timezone.now)
    address = models.GenericIPAddressField("dirección IP")
    browser = models.CharField("navegador", max_length=400, blank=True)

    objects = CompanyScopedQuerySet["LetterSignature"].as_manager()

    class Meta:
        verbose_name = "firma de la Carta Manifiesto"
        verbose_name_plural = "firmas de la Carta Manifiesto"
        ordering = ["-signed_at"]
        indexes = [
            models.Index(fields=["-signed_at"], name="letter_signature_newest"),
            SIGNATURE_TEXT.index("signature_trigrams"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="letter_signature_never_changes", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"Firma de la Carta Manifiesto de {self.company}"

    @property
    def signer(self) -> str:
        """Whose e.firma signed it: the company's, or the representative's for it."""
        return f"{self.rfc}, por su representante {self.representative}" if self.representative else self.rfc


class LetterSubmissionQuerySet(JobQuerySet["LetterSubmission"]):
    company_path = "signature__company"


class LetterSubmission(Job):
    """One signed letter on its way to the PAC, and what the PAC said."""

    class Outcome(models.TextChoices):
        """How it ended; nothing while it is under way."""

        VERIFIED = "verified", "La tiene el PAC"
        REJECTED = "rejected", "Rechazada"
        DOUBTFUL = "doubtful", "No se sabe si llegó"
        OUTDATED = "outdated", "Ya no se envía"

    # Asking and sending, each within the client's deadline (certificates/letter/pacs/soap.py).
    TIME_LIMIT = timedelta(seconds=60)
    LANE = PACS

    signature = models.OneToOneField(
        LetterSignature, models.PROTECT, related_name="submission", verbose_name="firma"
    )
    # Written before the PAC is told: who finds it without an answer must ask before telling it again.
    sending_since = models.DateTimeField("enviándose desde", null=True, editable=False)
    # The PAC has taken it.
    accepted_at = models.DateTimeField("recibida por el PAC", null=True, editable=False)
    outcome = models.CharField("resultado", max_length=8, choices=Outcome, blank=True, editable=False)
    # The PAC's own code and words, for support.
    code = models.CharField("código del PAC", max_length=40, blank=True, editable=False)
    message = models.CharField("respuesta del PAC", max_length=300, blank=True, editable=False)

    objects: ClassVar = LetterSubmissionQuerySet.as_manager()

    class Meta(Job.Meta):
        # Job's own names would be too long.
        indexes = [
            models.Index(fields=["run_after"], condition=Q(state="queued"), name="letter_sending_queued"),
            models.Index(fields=["run_after"], condition=~Q(state="done"), name="letter_sending_open"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="letter_sending_running"),
            models.Index(fields=["-created_at"], name="letter_sending_newest"),
        ]
        verbose_name = "envío de la Carta Manifiesto"
        verbose_name_plural = "envíos de la Carta Manifiesto"
        ordering = ["-created_at"]

    def on_dead(self) -> None:
        """Three times a worker died over it: nobody knows whether the PAC has it."""
        type(self).objects.filter(pk=self.pk).update(outcome=self.Outcome.DOUBTFUL)
        letters.note_sent(self.signature_id, doubtful=True)

    def __str__(self) -> str:
        return f"Envío de la carta de {self.signature.company}"
