"""A mailbox's test: starting it, doing it, and what the page of step 10 shows of it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from facturamos import vault
from mailing import outbox
from mailing.addresses import ascii_address
from mailing.doctor import ADVICE, Case, Diagnosis
from mailing.examination import Examination
from mailing.models import Mailbox, MailboxTest
from mailing.protocol import Envelope, Limits, Stage
from mailing.providers import Settings

TESTS_PER_HOUR = 10
# No worker took the test, or it was killed: the page stops waiting.
LOST_AFTER = timedelta(minutes=2)


class TooManyTests(Exception):
    """The company has used up its tests of this hour; the text is the sentence to show."""


def start_test(mailbox: Mailbox, *, to: Iterable[str]) -> MailboxTest:
    """Queues a test that really sends a mail to `to` (empty ones are left out). Raises TooManyTests."""
    with transaction.atomic():
        # One company's tests are counted one after another, or two clicks would both be the tenth.
        Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        hour = mailbox.tests.filter(created_at__gt=timezone.now() - timedelta(hours=1))
        if hour.count() >= TESTS_PER_HOUR:
            raise TooManyTests(
                f"Ya hizo {TESTS_PER_HOUR} pruebas en la última hora. Espere un poco y pruebe otra vez."
            )
        recipients = list(dict.fromkeys(address for address in to if address)) or [mailbox.from_email]
        return MailboxTest.objects.create(mailbox=mailbox, to=recipients).enqueue()


def run_test(test: MailboxTest, *, limits: Limits | None = None) -> None:
    """Does a test in the worker, and puts the settings in use when it passed."""
    if test.attempt > 1:
        message, action = ADVICE["interrupted"]
        _conclude(test, Diagnosis(Stage.SERVER, "interrupted", message, action), "", digest="")
        return
    mailbox = test.mailbox
    digest = mailbox.digest()
    examination = Examination(
        case=Case(
            mailbox.from_email,
            Settings(mailbox.host, mailbox.port, use_ssl=mailbox.use_ssl),
            mailbox.username,
        ),
        password=vault.take(mailbox, "password"),
        envelope=_envelope(test),
        allowed=settings.SMTP_ALLOWED_INTERNAL,
        hello=urlsplit(settings.SITE_URL).hostname or "localhost",
        limits=limits or Limits(),
        reached=test.reached,
    )
    diagnosis, transcript = examination.run()
    _conclude(test, diagnosis, transcript, digest=digest)


def _conclude(test: MailboxTest, diagnosis: Diagnosis, transcript: str, *, digest: str) -> None:
    with test.settle():
        test.stage, test.code = diagnosis.stage, diagnosis.code
        test.message, test.action = diagnosis.message[:500], diagnosis.action[:500]
        test.proposal = asdict(diagnosis.proposal) if diagnosis.proposal else None
        test.transcript = transcript
        test.save(update_fields=["stage", "code", "message", "action", "proposal", "transcript"])
        if not test.passed:
            return
        # Locked: the issuer may be saving other settings, which this test says nothing about.
        mailbox = Mailbox.objects.select_for_update().get(pk=test.mailbox_id)
        if mailbox.digest() == digest:
            mailbox.approved_digest, mailbox.tested_ok_at = digest, timezone.now()
            mailbox.save(update_fields=["approved_digest", "tested_ok_at"])


def _envelope(test: MailboxTest) -> Envelope:
    mailbox = test.mailbox
    mail = outbox.render("mailing.test", {"mailbox": mailbox})
    sender = ascii_address(mailbox.from_email)
    recipients = [ascii_address(address) for address in test.to]
    # Seven bits: not every server takes eight.
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"] = mail.subject
    message["From"] = Address(mailbox.from_name, addr_spec=sender)
    message["To"] = ", ".join(recipients)
    message["Date"] = format_datetime(timezone.localtime())
    message["Message-ID"] = f"<{test.pk}@{sender.rpartition('@')[2]}>"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return Envelope(sender, recipients, message.as_bytes())


def accept_proposal(mailbox: Mailbox) -> bool:
    """«¿Usarlo?»: takes over the settings that the last test proposed; returns whether it proposed any.

    A password goes to no other host than it was typed for: it must be typed again then.
    """
    test = mailbox.tests.first()
    if test is None or not test.proposal:
        return False
    if test.proposal["host"] != mailbox.host and mailbox.password is not None:
        vault.put(mailbox, "password", None)
        mailbox.secret_changed_at = timezone.now()
    mailbox.host, mailbox.port = test.proposal["host"], test.proposal["port"]
    mailbox.use_ssl = test.proposal["use_ssl"]
    mailbox.save(update_fields=["host", "port", "use_ssl", "password", "secret_changed_at"])
    return True


# --- what the page shows


@dataclass(frozen=True)
class StageLine:
    """One line of the running test. `state`: done, current, failed or waiting."""

    title: str
    state: str


@dataclass(frozen=True)
class TestOverview:
    """The last test. While `running` only `stages` and `to` say something; poll once a second."""

    __test__ = False  # not a test of pytest's, whatever the name says

    running: bool
    passed: bool
    code: str
    message: str
    action: str
    # What the test proposes instead (host, port, use_ssl); None when it has nothing better.
    proposal: Settings | None
    stages: tuple[StageLine, ...]
    to: tuple[str, ...]
    when: datetime
    transcript: str


@dataclass(frozen=True)
class Overview:
    """What the page of step 10 shows beside its form. Costs one query, none without a mailbox.

    `sender`: the address that invoices leave from at present. `active`: whether that is the issuer's own
    mailbox. `can_insist`: the present settings are complete, but not in use; the issuer may put them in use
    knowingly. `test`: the last test, or None.
    """

    sender: str
    active: bool
    can_insist: bool
    test: TestOverview | None


STAGES = (
    (Stage.SERVER, "Encontrar el servidor"),
    (Stage.CONNECTION, "Conectar"),
    (Stage.SECURITY, "Asegurar la conexión"),
    (Stage.SIGN_IN, "Comprobar usuario y contraseña"),
    (Stage.DELIVERY, "Entregar el correo"),
)


def overview(mailbox: Mailbox | None) -> Overview:
    """See Overview. `mailbox` may be None or not saved yet."""
    if mailbox is None or mailbox._state.adding:
        return Overview(settings.DEFAULT_FROM_EMAIL, active=False, can_insist=False, test=None)
    test = mailbox.tests.first()
    active = mailbox.is_active
    return Overview(
        sender=mailbox.from_email if active else settings.DEFAULT_FROM_EMAIL,
        active=active,
        can_insist=not active and test is not None and test.state == MailboxTest.State.DONE,
        test=_test_overview(test) if test else None,
    )


def _test_overview(test: MailboxTest) -> TestOverview:
    lost = test.created_at < timezone.now() - LOST_AFTER
    running = not test.code and test.state != MailboxTest.State.DEAD and not lost
    interrupted = ("", "") if running else ADVICE["interrupted"]
    return TestOverview(
        running=running,
        passed=test.passed,
        code=test.code or ("" if running else "interrupted"),
        message=test.message or interrupted[0],
        action=test.action or interrupted[1],
        proposal=Settings(**test.proposal) if test.proposal else None,
        stages=_stage_lines(test, running=running),
        to=tuple(test.to),
        when=test.finished_at or test.created_at,
        transcript=test.transcript,
    )


def _stage_lines(test: MailboxTest, *, running: bool) -> tuple[StageLine, ...]:
    order = [stage for stage, _title in STAGES]
    at = order.index(Stage(test.stage)) if test.stage else 0
    here = "done" if test.passed else "current" if running else "failed"
    states = ["done"] * at + [here] + ["waiting"] * (len(order) - at - 1)
    return tuple(StageLine(title, state) for (_stage, title), state in zip(STAGES, states, strict=True))
