"""An issuer's mailbox, the tests of it, and the site's own outgoing mail."""

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from facturamos import vault
from facturamos.audit import audited
from facturamos.company_scope import CompanyScopedQuerySet
from facturamos.jobs.lanes import MAIL, MAILBOXES
from facturamos.jobs.models import ALL, Job, JobQuerySet
from facturamos.search_text import SearchText
from facturamos.vault import EncryptedField
from mailing.addresses import site_host
from mailing.message_indexes import FOR_JOBS_AND_STATUS
from mailing.oauth.models import MailboxKind

MAILBOX_TEXT, MESSAGE_TEXT = SearchText("from_email", "host"), SearchText("to")


@audited(exclude=["password"])
class Mailbox(models.Model):
    """The mailbox that a company's invoices leave from, once it has been tested."""

    search_text: ClassVar = MAILBOX_TEXT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.OneToOneField(
        "companies.Company", models.CASCADE, related_name="mailbox", verbose_name="empresa"
    )
    kind = models.CharField("vía", max_length=10, choices=MailboxKind, default=MailboxKind.SMTP)
    from_email = models.EmailField("dirección de correo electrónico")
    from_name = models.CharField("nombre", max_length=120)
    # From here to the secret's change, of SMTP alone.
    username = models.CharField("usuario", max_length=254, blank=True)
    password = EncryptedField("contraseña", purpose="smtp-password")
    host = models.CharField("servidor SMTP", max_length=253, blank=True)
    port = models.PositiveIntegerField("puerto SMTP", default=465)
    # Secure or nothing; whether that means TLS from the start or STARTTLS, the port decides.
    use_ssl = models.BooleanField("SSL", default=True)
    secret_changed_at = models.DateTimeField("contraseña cambiada", null=True, editable=False)
    tested_ok_at = models.DateTimeField("última prueba correcta", null=True, editable=False)
    # Of the settings that passed a test, or that the issuer insisted on. Any later change, by whatever
    # way, makes it differ, and the default sender is back in use.
    approved_digest = models.CharField("configuración aprobada", max_length=64, blank=True, editable=False)
    # Why the provider of a mailbox without a password does not let it send, a code of
    # `mailing.oauth.sentences`; empty while it does.
    permit_fault = models.CharField("falla del permiso", max_length=40, blank=True, editable=False)

    objects = CompanyScopedQuerySet["Mailbox"].as_manager()

    class Meta:
        verbose_name = "buzón de salida"
        verbose_name_plural = "buzones de salida"
        indexes = [MAILBOX_TEXT.index("mailbox_trigrams")]
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
            models.CheckConstraint(
                condition=Q(kind="smtp") | Q(kind__in=["google", "microsoft"], password=None),
                name="mailbox_kind_and_password",
                violation_error_message="Sin contraseña quiere decir que no se guarda ninguna.",
            ),
        ]

    def __str__(self) -> str:
        return self.from_email

    def digest(self) -> str:
        """SHA-256 of all that a test tests."""
        changed = self.secret_changed_at.isoformat() if self.secret_changed_at else ""
        way = [] if self.is_permitted else [self.username, self.host, self.port, self.use_ssl]
        tested = [self.kind, self.from_email, *way, changed]
        return hashlib.sha256(json.dumps(tested).encode()).hexdigest()

    @property
    def is_permitted(self) -> bool:
        """Whether it sends by its provider's permission, without a password (mailing/oauth)."""
        return self.kind in (MailboxKind.GOOGLE, MailboxKind.MICROSOFT)

    @property
    def is_active(self) -> bool:
        """Whether invoices leave from this mailbox; otherwise from the default sender."""
        return bool(self.approved_digest) and self.approved_digest == self.digest()

    @property
    def in_review(self) -> bool:
        """Whether it is in use because the issuer insisted: no test of these settings has passed yet."""
        return self.is_active and self.tested_ok_at is None

    def approve(self) -> None:
        """Puts the present settings in use: a test of them passed."""
        self.approved_digest, self.tested_ok_at = self.digest(), timezone.now()
        self.permit_fault = ""
        self.save(update_fields=["approved_digest", "tested_ok_at", "permit_fault"])

    def withdraw(self, fault: str) -> None:
        """Takes it out of use: its provider no longer lets it send. Connected anew, it serves again."""
        self.approved_digest, self.permit_fault = "", fault
        self.save(update_fields=["approved_digest", "permit_fault"])

    def insist(self) -> None:
        """Puts the present settings in use knowingly, although no test could tell whether they work."""
        self.approved_digest, self.tested_ok_at = self.digest(), None
        self.save(update_fields=["approved_digest", "tested_ok_at"])

    def use_default_sender(self) -> None:
        """Back to the default sender. The settings stay to be corrected; the password goes at once."""
        vault.put(self, "password", None)
        self.kind, self.permit_fault = MailboxKind.SMTP, ""
        self.approved_digest = ""
        self.secret_changed_at = timezone.now()
        self.save(update_fields=["kind", "permit_fault", "password", "approved_digest", "secret_changed_at"])


class MailboxTestQuerySet(JobQuerySet["MailboxTest"]):
    company_path = "mailbox__company"

    def concluded(self) -> "MailboxTestQuerySet":
        """Those that came to a result; an interrupted one says nothing."""
        return self.exclude(code__in=["", "interrupted"])


class MailboxTest(Job):
    """One try at sending a mail through a mailbox, step by step. Single shot: never repeated by itself."""

    TIME_LIMIT = timedelta(seconds=15)
    LANE = MAILBOXES
    TURN = "mailbox__company"
    MOST_AT_ONCE = 2  # ten at a server that hangs leave room for others' tests

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="tests", verbose_name="buzón")
    to = models.JSONField("para", default=list, editable=False)
    # How far it has come while running, and where it ended: a `mailing.smtp.client.Stage`.
    stage = models.CharField("etapa", max_length=20, blank=True, editable=False)
    # What came of it: «ok» or a code of `mailing.doctor`; empty until finished.
    code = models.CharField("resultado", max_length=40, blank=True, editable=False)
    message = models.CharField("explicación", max_length=500, blank=True, editable=False)
    action = models.CharField("qué hacer", max_length=500, blank=True, editable=False)
    # {host, port, use_ssl} that did work, or that the provider asks for.
    proposal = models.JSONField("propuesta", null=True, editable=False)
    transcript = models.TextField("conversación con el servidor", blank=True, editable=False)
    # «¿Llegarán sus facturas?»: a `mailing.arrival.services.Arrival` as it is stored, of a test that passed.
    arrival = models.JSONField("¿llegarán sus facturas?", null=True, editable=False)
    # Of the settings that were tested (`Mailbox.digest`): what came of it says nothing of others.
    digest = models.CharField("configuración probada", max_length=64, blank=True, editable=False)

    objects: ClassVar = MailboxTestQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = "prueba de un buzón"
        verbose_name_plural = "pruebas de buzones"
        ordering = ["-created_at"]
        indexes = [*Job.Meta.indexes, models.Index(fields=["-created_at"], name="mailbox_test_newest")]

    def __str__(self) -> str:
        return f"Prueba de {self.mailbox}"

    @property
    def passed(self) -> bool:
        """Whether the mail was accepted by the server."""
        return self.code == "ok"

    def reached(self, stage: str) -> None:
        """Lets the page show how far the test has come."""
        self.stage = stage
        self._held().update(stage=stage)


class RelayStateManager(models.Manager["RelayState"]):
    """Finds the one row, and makes it when it is first asked for."""

    def present(self) -> "RelayState":
        """How our relay is, as far as we know."""
        return self.get_or_create(pk=1)[0]

    def pause(self) -> datetime | None:
        """Until when no mail leaves; None while all goes well."""
        return self.filter(paused_since__isnull=False).values_list("probe_at", flat=True).first()


class RelayState(models.Model):
    """How the site's own mail server has been lately: one row, written by mailing/relay.py."""

    # Failures since the last mail that it took.
    failures = models.PositiveIntegerField("fallas seguidas", default=0, editable=False)
    paused_since = models.DateTimeField("en pausa desde", null=True, editable=False)
    # When the next mail is tried, alone.
    probe_at = models.DateTimeField("próximo intento", null=True, editable=False)
    # The last failure that is ours to mend, in a sentence; it stays after all is well again.
    fault = models.CharField("última falla", max_length=200, blank=True, editable=False)
    fault_at = models.DateTimeField("última falla, cuándo", null=True, editable=False)
    # When the operator was last told of one.
    told_at = models.DateTimeField("avisado", null=True, editable=False)

    objects = RelayStateManager()

    class Meta:
        verbose_name = "servidor de correo del sitio"
        verbose_name_plural = "servidor de correo del sitio"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="relay_state_is_one_row")]

    def __str__(self) -> str:
        return "Correo en pausa" if self.paused_since else "Correo en marcha"


class MessageQuerySet(JobQuerySet["Message"]):
    """Questions about the site's own mail; what is about no company, only support sees."""

    company_path = "company"

    def tried(self) -> "MessageQuerySet":
        """Those of which something is known: a server took them, or they did not arrive."""
        return self.filter(Q(mailed_at__isnull=False) | ~Q(bounce=""))


class Message(Job):
    """One mail of the site, from its cause until a server took it or its time is over, and what came back."""

    class Bounce(models.TextChoices):
        """Why a mail came back: nobody has that address, or anything else."""

        NO_ADDRESS = "no_address", "Dirección inexistente"
        BOUNCED = "bounced", "Rebotó"

    LANE = MAIL
    TURN = "turn"
    search_text: ClassVar = MESSAGE_TEXT

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
    # Whose turn it uses up while many wait: a company's, or that of the cause of many mails.
    turn = models.CharField("turno", max_length=80, editable=False)
    # What only the mail itself may say (a temporary password); wiped once it is sent, given up or dead.
    secret = EncryptedField("secreto", purpose="message-secret")
    give_up_at = models.DateTimeField("se intenta hasta", editable=False)
    mailed_at = models.DateTimeField("enviado", null=True, editable=False)
    # Whether it did not arrive: refused when it was handed over, or sent back later (mailing/bounces).
    bounce = models.CharField("rebote", max_length=10, choices=Bounce, blank=True, editable=False)
    bounced_at = models.DateTimeField("rebotó", null=True, editable=False)
    # [{"at": ISO time, "outcome": Spanish sentence}], oldest first.
    tries = models.JSONField("historia", default=list, editable=False)

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta(Job.Meta):
        verbose_name = "mensaje"
        verbose_name_plural = "mensajes"
        ordering = ["-created_at"]
        indexes = [
            *Job.Meta.indexes,
            models.Index(fields=["-created_at"], name="message_newest"),
            MESSAGE_TEXT.index("message_trigrams"),
            *FOR_JOBS_AND_STATUS,
        ]

    def __str__(self) -> str:
        return f"Correo para {self.to}"

    @classmethod
    def may_start(cls) -> int:
        """None while our relay does not take mail; one, to see, when it is time to try again."""
        return ALL if (pause := RelayState.objects.pause()) is None else int(pause <= timezone.now())

    @property
    def message_id(self) -> str:
        """The Message-ID header: the same for every try, so that a repeated mail is known as such."""
        return f"<{self.pk}@{site_host()}>"

    @property
    def outcome(self) -> str:
        """The last try's sentence, or where the message is on its way."""
        if self.tries:
            return str(self.tries[-1]["outcome"])
        return str(self.get_state_display())

    @property
    def did_not_arrive(self) -> bool:
        """Whether it is known that nobody has got it."""
        unsent = self.finished_at is not None and self.mailed_at is None
        return bool(self.bounce) or unsent or self.state == self.State.DEAD

    def note(self, outcome: str) -> None:
        """Adds a try to the history."""
        self.tries = [*self.tries, {"at": timezone.now().isoformat(), "outcome": outcome}]
        self._held().update(tries=self.tries)

    def end(self, outcome: str, *, sent: bool, bounce: str = "") -> None:
        """Writes the last try and wipes the secret. Call it within `settle`."""
        now = timezone.now()
        self.tries = [*self.tries, {"at": now.isoformat(), "outcome": outcome}]
        self.mailed_at = now if sent else None
        self.secret = None
        self.bounce, self.bounced_at = bounce, now if bounce else None
        self.save(update_fields=["tries", "mailed_at", "secret", "bounce", "bounced_at"])

    def came_back(self, bounce: "Message.Bounce", outcome: str) -> None:
        """Notes that a mail that was taken did not arrive. Call it with the row locked."""
        now = timezone.now()
        self.tries = [*self.tries, {"at": now.isoformat(), "outcome": outcome}]
        self.bounce, self.bounced_at = bounce, now
        self.save(update_fields=["tries", "bounce", "bounced_at"])

    def on_dead(self) -> None:
        """A dead message keeps its history and loses its secret."""
        type(self).objects.filter(pk=self.pk).update(secret=None)
