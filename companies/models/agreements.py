"""What the issuer agrees to and signs: the privacy notice and the Carta Manifiesto."""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import date, datetime

import pgtrigger
from django.db import models, transaction
from django.db.models import Q
from django.db.models.base import ModelBase
from django.utils import timezone

from companies.letter_terms import current_terms
from companies.models.company import Company
from companies.models.people import User
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet


class PrivacyNoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    def published(self) -> "PrivacyNoticeQuerySet":
        """Published notices, the one in force first."""
        return self.exclude(published_at=None).order_by("-published_at", "-pk")

    def in_force(self) -> "PrivacyNotice | None":
        """The notice that issuers must have accepted: the one published last."""
        return self.published().first()


@audited()
class PrivacyNotice(models.Model):
    """One version of the privacy notice. A published one never changes; a new version asks again."""

    version = models.CharField("versión", max_length=20, unique=True)
    text = models.TextField("texto")
    sha256 = models.CharField("SHA-256 del texto", max_length=64, editable=False)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)
    published_at = models.DateTimeField("publicado", null=True, editable=False)

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "aviso de privacidad"
        verbose_name_plural = "avisos de privacidad"
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(
                name="published_never_changes",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Aviso de privacidad {self.version}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Keeps the digest true to the text."""
        self.sha256 = hashlib.sha256(self.text.encode()).hexdigest()
        super().save(
            force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
        )

    def publish(self) -> None:
        """Puts the notice in force; every issuer is asked to accept it."""
        self.published_at = timezone.now()
        self.save()

    def accept(self, company: Company, user: User, address: str, browser: str) -> "NoticeAcceptance":
        """Keeps the evidence that `user` accepted it, from where; a second time changes nothing."""
        acceptance, _ = NoticeAcceptance.objects.get_or_create(
            notice=self,
            company=company,
            defaults={"user": user, "sha256": self.sha256, "address": address, "browser": browser},
        )
        return acceptance


@audited()
class NoticeAcceptance(models.Model):
    """Evidence that a user accepted a notice: which text, when, who, from where. Never changes."""

    notice = models.ForeignKey(
        PrivacyNotice, models.PROTECT, related_name="acceptances", verbose_name="aviso"
    )
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="notice_acceptances", verbose_name="empresa"
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="usuario")
    sha256 = models.CharField("SHA-256 del texto", max_length=64)
    accepted_at = models.DateTimeField("aceptado", default=timezone.now)
    address = models.GenericIPAddressField("dirección IP")
    browser = models.CharField("navegador", max_length=400, blank=True)

    objects = CompanyScopedQuerySet["NoticeAcceptance"].as_manager()

    class Meta:
        verbose_name = "aceptación del aviso"
        verbose_name_plural = "aceptaciones del aviso"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["notice", "company"], name="notice_accepted_once")]
        triggers = [
            pgtrigger.Protect(name="evidence_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.company} aceptó {self.notice}"


def acknowledgement_path(letter: "ManifestLetter", filename: str) -> str:
    """A random name: the customer's own file name goes nowhere."""
    return f"cartas/{uuid.uuid4().hex}.pdf"


@audited()
class ManifestLetter(models.Model):
    """How far a company's Carta Manifiesto with the PAC has come.

    It is signed at the PAC's site and declared here, or signed on our page: then the evidence is a
    LetterSignature of `certificates`, and a worker sends it to the PAC.
    """

    class State(models.TextChoices):
        """The letter's states, in order."""

        NOT_STARTED = "not_started", "No iniciada"
        MANUAL_MADE = "manual_made", "Manual generado"
        SIGNED = "signed", "Firmada"
        SENT = "sent", "Enviada al PAC"
        VERIFIED = "verified", "Comprobada"
        REJECTED = "rejected", "Rechazada"

    company = models.OneToOneField(
        Company, models.CASCADE, related_name="manifest_letter", verbose_name="empresa"
    )
    # Under which terms (companies/letter_terms.py); others ask for a new letter.
    terms = models.CharField("versión de la carta", max_length=64, default=current_terms, editable=False)
    # For which RFC, once that is known: signed on our page, or confirmed. Another one asks for a new letter.
    rfc = models.CharField("RFC de la carta", max_length=13, blank=True, editable=False)
    manual_made_at = models.DateTimeField("manual generado", null=True, blank=True)
    # The day the issuer says it signed, or signed here.
    signed_on = models.DateField("firmada el", null=True, blank=True)
    acknowledgement = models.FileField("acuse firmado (PDF)", upload_to=acknowledgement_path, blank=True)
    acknowledgement_sha256 = models.CharField("SHA-256 del acuse", max_length=64, blank=True, editable=False)
    # The signature made on our page (certificates.LetterSignature), by its id; this app knows nothing of it.
    signature = models.UUIDField("firma en esta página", null=True, editable=False)
    sent_at = models.DateTimeField("enviada al PAC", null=True, editable=False)
    # Sent perhaps: nobody knows whether the PAC has it, and somebody must ask.
    is_doubtful = models.BooleanField("envío dudoso", default=False, editable=False)
    rejected_at = models.DateTimeField("rechazada", null=True, editable=False)
    # The PAC's reason in our words, and what to do next.
    rejection = models.CharField("motivo del rechazo", max_length=300, blank=True, editable=False)
    next_action = models.CharField("qué sigue", max_length=300, blank=True, editable=False)
    verified_at = models.DateTimeField("comprobada", null=True, blank=True)
    # The letter under other terms whose row this one takes over when it is saved.
    replaces: "ManifestLetter | None" = None

    # All that goes when the letter is signed or declared anew.
    REFUSAL = ("signature", "sent_at", "rejected_at", "is_doubtful", "rejection", "next_action", "rfc")

    objects = CompanyScopedQuerySet["ManifestLetter"].as_manager()

    class Meta:
        verbose_name = "carta manifiesto"
        verbose_name_plural = "cartas manifiesto"
        indexes = [
            models.Index(fields=["company"], condition=Q(is_doubtful=True), name="letter_doubtful"),
            models.Index(
                fields=["rejected_at"], condition=Q(rejected_at__isnull=False), name="letter_rejected"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(signed_on__isnull=False),
                name="manifest_letter_verified_means_signed",
                violation_error_message="Una carta comprobada tiene fecha de firma.",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(rejected_at=None),
                name="manifest_letter_verified_or_rejected",
            ),
        ]

    def __str__(self) -> str:
        return f"Carta manifiesto de {self.company}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Where it takes another's place, that is kept, and all columns are this one's."""
        if self.replaces is None:
            super().save(
                force_insert=force_insert, force_update=force_update, using=using, update_fields=update_fields
            )
            return
        with transaction.atomic(using=using):
            FormerLetter.keep(self.replaces)
            self.replaces = None
            super().save(force_update=True, using=using)

    @property
    def state(self) -> State:
        """How far the letter has come."""
        if self.verified_at:
            return self.State.VERIFIED
        if self.rejected_at:
            return self.State.REJECTED
        if self.sent_at:
            return self.State.SENT
        if self.signed_on:
            return self.State.SIGNED
        if self.manual_made_at:
            return self.State.MANUAL_MADE
        return self.State.NOT_STARTED

    @property
    def is_current(self) -> bool:
        """Whether it was signed, or begun, under the terms in force and for the company's RFC."""
        return self.terms == current_terms() and self.rfc in ("", self.company.rfc)

    @property
    def can_be_signed(self) -> bool:
        """Whether it may be signed on our page: not what was signed there and not refused since."""
        if not self.is_current or self.state is self.State.REJECTED:
            return True
        return self.verified_at is None and self.signature is None

    @property
    def since(self) -> datetime | date | None:
        """Since when it is in its state."""
        moments = (self.verified_at, self.rejected_at, self.sent_at, self.signed_on, self.manual_made_at)
        return next((moment for moment in moments if moment), None)

    def sign_here(self, signature: uuid.UUID, day: date) -> None:
        """Notes a signature made on our page; what was known of an earlier one no longer counts."""
        self.forget_refusal()
        self.signature, self.signed_on, self.rfc = signature, day, self.company.rfc

    def forget_refusal(self) -> None:
        """What the PAC said was about a signature that no longer counts: see REFUSAL. Saves nothing."""
        self.signature = self.sent_at = self.rejected_at = None
        self.is_doubtful, self.rejection, self.next_action, self.rfc = False, "", "", ""

    def anew(self) -> "ManifestLetter":
        """The letter that is asked for in its place; saving it keeps what this one was as evidence."""
        letter = ManifestLetter(pk=self.pk, company=self.company)
        letter._state.adding, letter._state.db = False, self._state.db
        letter.replaces = self
        return letter


class FormerLetter(models.Model):
    """A letter under terms that are no longer in force, or for another RFC. Never changes."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="former_letters", verbose_name="empresa"
    )
    terms = models.CharField("versión de la carta", max_length=64)
    rfc = models.CharField("RFC de la carta", max_length=13, blank=True)
    signed_on = models.DateField("firmada el", null=True)
    # The very file of the letter that was replaced: what no such column names, is tidied away.
    acknowledgement = models.FileField("acuse firmado (PDF)", blank=True)
    acknowledgement_sha256 = models.CharField("SHA-256 del acuse", max_length=64, blank=True)
    signature = models.UUIDField("firma en esta página", null=True)
    verified_at = models.DateTimeField("comprobada", null=True)
    replaced_at = models.DateTimeField("reemplazada", default=timezone.now)

    objects = CompanyScopedQuerySet["FormerLetter"].as_manager()

    class Meta:
        verbose_name = "carta manifiesto anterior"
        verbose_name_plural = "cartas manifiesto anteriores"
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(
                name="former_letter_never_changes", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"Carta manifiesto anterior de {self.company}"

    @classmethod
    def keep(cls, letter: ManifestLetter) -> None:
        """Keeps what a letter was; one that was never signed is nothing to keep."""
        if letter.signed_on:
            cls.objects.create(
                company=letter.company,
                terms=letter.terms,
                rfc=letter.rfc,
                signed_on=letter.signed_on,
                acknowledgement=letter.acknowledgement.name or "",
                acknowledgement_sha256=letter.acknowledgement_sha256,
                signature=letter.signature,
                verified_at=letter.verified_at,
            )
