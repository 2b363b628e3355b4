"""An issuer's mailbox, the tests of it, and the site's own outgoing mail."""

import hashlib
import json
import uuid
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from facturamos import vault
from facturamos.history import tracked
from facturamos.jobs import Job, JobQuerySet
from facturamos.querysets import CompanyScopedQuerySet
from facturamos.vault import SealedField


@tracked(exclude=["password"])
class Mailbox(models.Model):
    """The mailbox that a company's invoices leave from, once it has been tested."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.OneToOneField(
        "companies.Company", models.CASCADE, related_name="mailbox", verbose_name="empresa"
    )
    from_email = models.EmailField("dirección de correo electrónico")
    from_name = models.CharField("nombre", max_length=120)
    username = models.CharField("usuario", max_length=254, blank=True)
    password = SealedField("contraseña", purpose="smtp-password")
    host = models.CharField("servidor SMTP", max_length=253)
    port = models.PositiveIntegerField("puerto SMTP")
    # Secure or nothing; whether that means TLS from the start or STARTTLS, the port decides.
    use_ssl = models.BooleanField("SSL", default=True)
    secret_changed_at = models.DateTimeField("contraseña cambiada", null=True, editable=False)
    tested_ok_at = models.DateTimeField("última prueba correcta", null=True, editable=False)
    # Of the settings that passed a test, or that the issuer insisted on. Any later change, by whatever
    # way, makes it differ, and the default sender is back in use.
    approved_digest = models.CharField("configuración aprobada", max_length=64, blank=True, editable=False)

    objects = CompanyScopedQuerySet["Mailbox"].as_manager()

    class Meta:
        verbose_name = "buzón de salida"
        verbose_name_plural = "buzones de salida"
        constraints = [
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535),
                name="mailbox_port_range",
                violation_error_message="El puerto es un número entre 1 y 65535.",
            ),
            models.CheckConstraint(
                condition=Q(use_ssl=True) | Q(password=None),
                name="mailbox_no_password_in_clear",
                violation_error_message="Una contraseña nunca viaja sin una conexión segura.",
            ),
        ]

    def __str__(self) -> str:
        return self.from_email

    def digest(self) -> str:
        """SHA-256 of all that a test tests."""
        changed = self.secret_changed_at.isoformat() if self.secret_changed_at else ""
        tested = [self.from_email, self.username, self.host, self.port, self.use_ssl, changed]
        return hashlib.sha256(json.dumps(tested).encode()).hexdigest()

    @property
    def is_active(self) -> bool:
        """Whether invoices leave from this mailbox; otherwise from the default sender."""
        return bool(self.approved_digest) and self.approved_digest == self.digest()

    def approve(self) -> None:
        """Puts the present settings in use: the issuer insists knowingly, or a test passed."""
        self.approved_digest = self.digest()
        self.save(update_fields=["approved_digest"])

    def use_default_sender(self) -> None:
        """Back to the default sender. The settings stay to be corrected; the password goes at once."""
        vault.put(self, "password", None)
        self.approved_digest = ""
        self.secret_changed_at = timezone.now()
        self.save(update_fields=["password", "approved_digest", "secret_changed_at"])


class MailboxTestQuerySet(  # type: ignore[override]  # the stubs give each parent a manager of its own
    JobQuerySet["MailboxTest"], CompanyScopedQuerySet["MailboxTest"]
):
    """Questions about tests."""

    company_path = "mailbox__company"


class MailboxTest(Job):
    """One try at sending a mail through a mailbox, step by step. Single shot: never repeated by itself."""

    TIME_LIMIT = timedelta(seconds=15)

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="tests", verbose_name="buzón")
    to = models.JSONField("para", default=list, editable=False)
    # How far it has come while running, and where it ended: a `mailing.client.Stage`.
    stage = models.CharField("etapa", max_length=20, blank=True, editable=False)
    # What came of it: «ok» or a code of `mailing.doctor`; empty until finished.
    code = models.CharField("resultado", max_length=40, blank=True, editable=False)
    message = models.CharField("explicación", max_length=500, blank=True, editable=False)
    action = models.CharField("qué hacer", max_length=500, blank=True, editable=False)
    # {host, port, use_ssl} that did work, or that the provider asks for.
    proposal = models.JSONField("propuesta", null=True, editable=False)
    transcript = models.TextField("conversación con el servidor", blank=True, editable=False)

    objects: ClassVar[MailboxTestQuerySet] = MailboxTestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Job.Meta):
        verbose_name = "prueba de un buzón"
        verbose_name_plural = "pruebas de buzones"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Prueba de {self.mailbox}"

    @property
    def passed(self) -> bool:
        """Whether the mail was accepted by the server."""
        return self.code == "ok"

    def work(self) -> None:
        """See mailing.services.run_test."""
        from mailing import services

        services.run_test(self)

    def reached(self, stage: str) -> None:
        """Lets the page show how far the test has come."""
        self.stage = stage
        self._held().update(stage=stage)


class MessageQuerySet(  # type: ignore[override]  # likewise
    JobQuerySet["Message"], CompanyScopedQuerySet["Message"]
):
    """Questions about the site's own mail; what is about no company, only support sees."""


class Message(Job):
    """One mail of the site, from its cause until a server took it or its time is over."""

    kind = models.CharField("tipo", max_length=60, editable=False)
    to = models.EmailField("para", editable=False)
    # The primary key of the row that the mail is about; which model, the kind's builder knows.
    about = models.CharField("referencia", max_length=40, editable=False)
    company = models.ForeignKey(
        "companies.Company",
        models.CASCADE,
        related_name="messages",
        null=True,
        editable=False,
        verbose_name="empresa",
    )
    # What only the mail itself may say (a temporary password); wiped once it is sent, given up or dead.
    secret = SealedField("secreto", purpose="message-secret")
    give_up_at = models.DateTimeField("se intenta hasta", editable=False)
    mailed_at = models.DateTimeField("enviado", null=True, editable=False)
    # [{"at": ISO time, "outcome": Spanish sentence}], oldest first.
    tries = models.JSONField("historia", default=list, editable=False)

    objects: ClassVar[MessageQuerySet] = MessageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Job.Meta):
        verbose_name = "mensaje"
        verbose_name_plural = "mensajes"
        ordering = ["-created_at"]
        indexes = [*Job.Meta.indexes, models.Index(fields=["kind", "about"], name="message_about")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"

    @property
    def message_id(self) -> str:
        """The Message-ID header: the same for every try, so that a repeated mail is known as such."""
        return f"<{self.pk}@{urlsplit(settings.SITE_URL).hostname}>"

    def work(self) -> None:
        """See mailing.outbox.deliver."""
        from mailing import outbox

        outbox.deliver(self)

    @property
    def outcome(self) -> str:
        """The last try's sentence, or where the message is on its way."""
        if self.tries:
            return str(self.tries[-1]["outcome"])
        return str(self.get_state_display())

    def note(self, outcome: str) -> None:
        """Adds a try to the history."""
        self.tries = [*self.tries, {"at": timezone.now().isoformat(), "outcome": outcome}]
        self._held().update(tries=self.tries)

    def end(self, outcome: str, *, sent: bool) -> None:
        """Writes the last try and wipes the secret. Call it within `settle`."""
        now = timezone.now()
        self.tries = [*self.tries, {"at": now.isoformat(), "outcome": outcome}]
        self.mailed_at = now if sent else None
        self.secret = None
        self.save(update_fields=["tries", "mailed_at", "secret"])

    def buried(self) -> None:
        """A dead message keeps its history and loses its secret."""
        type(self).objects.filter(pk=self.pk).update(secret=None)
