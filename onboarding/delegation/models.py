"""One step of a company, for somebody who has no account: who was asked, and the evidence of the notice."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from companies.models import Company, Distributor
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.search_text import SearchText

# By what one is found.
DELEGATION_TEXT = SearchText("name", "email")


class DelegationQuerySet(CompanyScopedQuerySet["Delegation"]):
    """Questions about what was asked of others."""

    def open(self) -> Self:
        """Neither done nor ended, whatever the clock says."""
        return self.filter(done_at=None, ended_at=None)

    def with_changes(self) -> Self:
        """Says of each row whether its company is another's matter by now.

        Read from the audit, which keeps every change: an RFC that was changed and changed back counts, too.
        """
        companies = apps.get_model("companies", "CompanyEvent")._default_manager
        users = apps.get_model("companies", "UserEvent")._default_manager
        since, company = OuterRef("created_at"), OuterRef("company_id")
        moved = companies.filter(pgh_obj_id=company, pgh_created_at__gt=since).exclude(
            rfc=OuterRef("rfc"), distributor_id=OuterRef("distributor_id"), deleted_at=None
        )
        replaced = users.filter(pgh_obj_id=OuterRef("asked_by_id"), pgh_created_at__gt=since).exclude(
            company_id=company,
            username=OuterRef("asked_username"),
            email=OuterRef("asked_email"),
            is_active=True,
        )
        known = users.filter(
            pgh_obj_id=OuterRef("pgh_obj_id"),
            pgh_created_at__lte=OuterRef(since),
            company_id=OuterRef("company_id"),
            username=OuterRef("username"),
            email=OuterRef("email"),
            is_active=OuterRef("is_active"),
        )
        # Somebody else of the company, or somebody whom it did not have.
        joined = users.filter(~Exists(known), company_id=company, pgh_created_at__gt=since)
        same = Q(
            company__deleted_at=None,
            company__rfc=F("rfc"),
            company__distributor_id=F("distributor_id"),
            asked_by__company_id=F("company_id"),
            asked_by__username=F("asked_username"),
            asked_by__email=F("asked_email"),
            asked_by__is_active=True,
        )
        return self.annotate(changed=Exists(moved) | Exists(replaced) | Exists(joined) | ~same)

    # --- verbs

    def end(self, why: "Delegation.End") -> int:
        """No link of theirs opens anything any more; returns how many."""
        return self.open().update(ended_at=timezone.now(), ended_why=why)


@audited()
class Delegation(models.Model):
    """The issuer asks somebody, by name and address, to do one step. At most one of each step is open."""

    LIFETIME: ClassVar[timedelta] = timedelta(days=7)
    search_text: ClassVar = DELEGATION_TEXT

    class State(models.TextChoices):
        """How it stands, as the issuer reads it."""

        SENT = "sent", "Enviado, sin abrir"
        OPENED = "opened", "Abierto"
        ACCEPTED = "accepted", "En curso"
        DONE = "done", "Hecho"
        EXPIRED = "expired", "Venció sin hacerse"
        ENDED = "ended", "Terminado"

    class End(models.TextChoices):
        """Why no link of it opens anything any more."""

        REVOKED = "revoked", "usted lo retiró"
        REPLACED = "replaced", "se lo pidió a alguien más"
        CHANGED = "changed", "cambió el usuario, el RFC o el distribuidor de su empresa"
        UNNEEDED = "unneeded", "el paso ya se hizo"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="delegations", editable=False, verbose_name="empresa"
    )
    # The slug of the step, or of the first where two belong together.
    slug = models.SlugField("paso", max_length=40, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name="lo pidió"
    )
    name = models.CharField("nombre", max_length=120, editable=False)
    email = models.EmailField("correo electrónico", editable=False)
    message = models.CharField("mensaje", max_length=500, blank=True, editable=False)
    # Whose matter it was when it was asked: other values end it.
    rfc = models.CharField("RFC", max_length=13, editable=False)
    distributor = models.ForeignKey(
        Distributor, models.PROTECT, related_name="+", editable=False, verbose_name="distribuidor"
    )
    asked_username = models.CharField("usuario", max_length=150, editable=False)
    asked_email = models.EmailField("correo de quien lo pidió", blank=True, editable=False)
    created_at = models.DateTimeField("pedido", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("vence", editable=False)
    # The number of the link that was mailed last, and of the one that was opened: only who opened it is in.
    link = models.PositiveSmallIntegerField("enlaces enviados", default=1, editable=False)
    opened_link = models.PositiveSmallIntegerField("enlace abierto", default=0, editable=False)
    opened_at = models.DateTimeField("abierto", null=True, editable=False)
    done_at = models.DateTimeField("hecho", null=True, editable=False)
    ended_at = models.DateTimeField("terminado", null=True, editable=False)
    ended_why = models.CharField("por qué terminó", max_length=10, choices=End, blank=True, editable=False)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "paso pedido a alguien más"
        verbose_name_plural = "pasos pedidos a alguien más"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["company", "-created_at"], name="delegation_latest"),
            models.Index(fields=["-created_at"], name="delegation_newest"),
            DELEGATION_TEXT.index("delegation_trigrams"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "slug"],
                condition=Q(done_at=None, ended_at=None),
                name="delegation_one_open_per_step",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="delegation_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Paso pedido a {self.email}"

    @property
    def signature(self) -> str:
        """Who was asked, as the history names the author."""
        return f"{self.name} <{self.email}>"

    @property
    def accepted_at(self) -> datetime | None:
        """When the notice was accepted; nothing opens before that."""
        acceptance: DelegationAcceptance | None = getattr(self, "acceptance", None)
        return acceptance.accepted_at if acceptance else None

    @property
    def is_live(self) -> bool:
        """Whether its link may still open something; of a row of `with_changes`, that is known."""
        is_open = self.done_at is None and self.ended_at is None and self.expires_at > timezone.now()
        return is_open and not getattr(self, "changed", False)

    @property
    def state(self) -> State:
        """How it stands, for the issuer."""
        if self.done_at:
            return self.State.DONE
        if self.ended_at or getattr(self, "changed", False):
            return self.State.ENDED
        if not self.is_live:
            return self.State.EXPIRED
        if self.accepted_at:
            return self.State.ACCEPTED
        return self.State.OPENED if self.opened_at else self.State.SENT

    @property
    def why(self) -> str:
        """Why it ended, for the issuer; also where nobody has noted that yet."""
        return self.End(self.ended_why or self.End.CHANGED).label


class DelegationAcceptanceQuerySet(CompanyScopedQuerySet["DelegationAcceptance"]):
    """Finds the row by the company that asked."""

    company_path = "delegation__company"


class DelegationAcceptance(models.Model):
    """Evidence that who was asked accepted the notice: its text, when, who, from where. Never changes."""

    delegation = models.OneToOneField(
        Delegation, models.PROTECT, related_name="acceptance", editable=False, verbose_name="paso pedido"
    )
    name = models.CharField("nombre", max_length=120, editable=False)
    email = models.EmailField("correo electrónico", editable=False)
    text = models.TextField("texto", editable=False)
    sha256 = models.CharField("SHA-256 del texto", max_length=64, editable=False)
    accepted_at = models.DateTimeField("aceptado", default=timezone.now, editable=False)
    address = models.GenericIPAddressField("dirección IP", editable=False)
    browser = models.CharField("navegador", max_length=400, blank=True, editable=False)

    objects = DelegationAcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "aceptación de quien ayuda"
        verbose_name_plural = "aceptaciones de quienes ayudan"
        ordering = ["-accepted_at"]
        indexes = [models.Index(fields=["-accepted_at"], name="acceptance_newest")]
        triggers = [
            pgtrigger.Protect(name="delegate_notice_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.name} aceptó el aviso"
