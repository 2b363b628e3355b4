"""A mailbox's test: starting it, doing it, and what the page of step 10 shows of it."""

import logging
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from facturamos import vault
from mailing import mailbox_stopped, outbox
from mailing.addresses import ascii_address, site_host
from mailing.arrival import services as arrival
from mailing.doctor.advice import UNDECIDED, Case, MailDiagnosis, page_of
from mailing.doctor.examination import Examination
from mailing.doctor.sentences import ADVICE
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.headers import automatic, check_authors, named
from mailing.mailbox_in_use import InUse, in_use
from mailing.models import Mailbox, MailboxTest
from mailing.oauth.examination import examine, server_of
from mailing.oauth.overview import PermitOverview, permit_overview
from mailing.oauth.sentences import ends_permit
from mailing.senders import site_address
from mailing.smtp.protocol import MailEnvelope, SmtpLimits, Stage
from mailing.stages import StageLine, stage_lines

logger = logging.getLogger(__name__)

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


def run_test(test: MailboxTest, *, limits: SmtpLimits | None = None) -> None:
    """Does a test in the worker, and puts the settings in use when it passed."""
    if test.attempt > 1:
        message, action = ADVICE["interrupted"]
        _conclude(test, MailDiagnosis(Stage.SERVER, "interrupted", message, action), "", digest="")
        return
    mailbox = test.mailbox
    digest = mailbox.digest()
    # At the same time: what name servers say must not make the page wait longer, least of all for a failure.
    pool = ThreadPoolExecutor(1)
    asked = pool.submit(_arrival_of, mailbox)
    diagnosis, transcript = _examined(test, limits or SmtpLimits())
    found = asked.result() if diagnosis.code == "ok" else None
    pool.shutdown(wait=False)
    test.arrival = found.stored() if found else None
    _conclude(test, diagnosis, transcript, digest=digest)


def _examined(test: MailboxTest, limits: SmtpLimits) -> tuple[MailDiagnosis, str]:
    """By the way of the mailbox's kind."""
    mailbox = test.mailbox
    if mailbox.is_permitted:
        return examine(mailbox, envelope_of(test), test.reached)
    examination = Examination(
        case=_case_of(mailbox),
        password=vault.take(mailbox, "password"),
        envelope=envelope_of(test),
        allowed=settings.SMTP_ALLOWED_INTERNAL,
        hello=site_host(),
        limits=limits,
        reached=test.reached,
    )
    return examination.run()


def _arrival_of(mailbox: Mailbox) -> arrival.Arrival | None:
    """A hint beside the test, which nothing about it may spoil."""
    try:
        return arrival.examine(
            mailbox.from_email, server_of(mailbox) if mailbox.is_permitted else mailbox.host
        )
    except Exception as error:
        logger.error("A sender's domain could not be examined: %s.", type(error).__name__)
        return None


def _conclude(test: MailboxTest, diagnosis: MailDiagnosis, transcript: str, *, digest: str) -> None:
    with test.settle():
        test.stage, test.code = diagnosis.stage, diagnosis.code
        test.message, test.action = diagnosis.message[:500], diagnosis.action[:500]
        test.proposal = asdict(diagnosis.proposal) if diagnosis.proposal else None
        test.transcript, test.digest = transcript, digest
        told = ["stage", "code", "message", "action", "proposal", "transcript", "digest", "arrival"]
        test.save(update_fields=told)
        # Locked: the issuer may be saving other settings, which this test says nothing about.
        mailbox = Mailbox.objects.select_for_update().get(pk=test.mailbox_id)
        if mailbox.digest() != digest:
            return
        if test.passed:
            mailbox.approve()
        elif mailbox.is_permitted and ends_permit(test.code):
            mailbox_stopped.permit_ended(mailbox, test.code)
        elif mailbox.is_active and _worked_before(test):
            mailbox_stopped.tell(mailbox)


def _worked_before(test: MailboxTest) -> bool:
    """Whether the test before this one passed: of failures that follow each other only the first is news."""
    before = MailboxTest.objects.filter(mailbox=test.mailbox_id).exclude(pk=test.pk).concluded().first()
    return before is not None and before.passed


def envelope_of(test: MailboxTest) -> MailEnvelope:
    """The mail of a test, ready for the wire."""
    mailbox = test.mailbox
    url = outbox.page_url("paso", "correo")
    mail = outbox.render("mailing.test", {"mailbox": mailbox, "permit": permit_overview(mailbox), "url": url})
    sender = ascii_address(mailbox.from_email)
    recipients = [ascii_address(address) for address in test.to]
    # Seven bits: not every server takes eight.
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"] = mail.subject
    message["From"] = named(mailbox.from_name, sender)
    message["To"] = ", ".join(recipients)
    # A holiday's answer would come back to the issuer.
    for header, value in automatic().items():
        message[header] = value
    message["Date"] = format_datetime(timezone.localtime())
    message["Message-ID"] = f"<{test.pk}@{sender.rpartition('@')[2]}>"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    content = message.as_bytes()
    check_authors(content, sender=sender, to=recipients)
    return MailEnvelope(sender, recipients, content)


def accept_proposal(mailbox: Mailbox) -> bool:
    """«¿Usarlo?»: takes over the settings that the last test proposed; returns whether it proposed any.

    A password goes to no other host than it was typed for: it must be typed again then.
    """
    test, was_active = mailbox.tests.first(), mailbox.is_active
    if test is None or not test.proposal or mailbox.is_permitted:
        return False
    if test.proposal["host"] != mailbox.host and mailbox.password is not None:
        vault.put(mailbox, "password", None)
        mailbox.secret_changed_at = timezone.now()
    mailbox.host, mailbox.port = test.proposal["host"], test.proposal["port"]
    mailbox.use_ssl = test.proposal["use_ssl"]
    mailbox.save(update_fields=["host", "port", "use_ssl", "password", "secret_changed_at"])
    if was_active:
        mailbox_stopped.settings_changed(mailbox)
    return True


# --- what the page shows


@dataclass(frozen=True)
class TestOverview:
    """The last test. While `running` only `stages` and `to` say something; poll once a second."""

    __test__ = False  # not a test of pytest's, whatever the name says

    key: str
    running: bool
    passed: bool
    code: str
    message: str
    action: str
    # What the test proposes instead (host, port, use_ssl); None when it has nothing better.
    proposal: SmtpSettings | None
    stages: tuple[StageLine, ...]
    to: tuple[str, ...]
    when: datetime
    transcript: str
    # The provider's own page about what went wrong; may be empty.
    page: str = ""
    # Whether it tried the settings as they are now, as far as it says.
    current: bool = True
    # «¿Llegarán sus facturas?», as it was found then: heading, level and findings.
    arrival: Mapping[str, object] | None = None


@dataclass(frozen=True)
class MailboxOverview:
    """What the page of step 10 shows beside its form. Costs one query, none without a mailbox.

    `sender`: the address that invoices leave from at present. `active`: whether that is the issuer's own
    mailbox; then `in_use` says how that stands. `can_insist`: a test of the present settings could not tell
    whether they work; the issuer may put them in use knowingly. `test`: the last test, or None.
    """

    sender: str
    active: bool
    can_insist: bool
    test: TestOverview | None
    in_use: InUse | None = None
    # Of a mailbox without a password; None of all others.
    permit: PermitOverview | None = None

    @property
    def heading(self) -> str:
        """What became of the last test; empty without one."""
        if self.test is None:
            return ""
        if self.test.running:
            return "Enviando el correo de prueba"
        if not self.test.passed:
            return "El correo de prueba no salió"
        if self.active:
            return "El correo de prueba salió bien"
        return "La última prueba salió bien, pero estos datos no están en uso"


def overview(mailbox: Mailbox | None) -> MailboxOverview:
    """See MailboxOverview. `mailbox` may be None or not saved yet."""
    if mailbox is None or mailbox._state.adding:
        return MailboxOverview(site_address().addr_spec, active=False, can_insist=False, test=None)
    told = MailboxTest.objects.filter(mailbox=OuterRef("mailbox"), digest__in=["", mailbox.digest()])
    tests = MailboxTest.objects.filter(mailbox=mailbox).select_related("mailbox")
    test = tests.annotate(last=Subquery(told.concluded().values("code")[:1])).first()
    # A test that ended since the mailbox was read has changed it: both as they are at one moment.
    mailbox = test.mailbox if test else mailbox
    active, last = mailbox.is_active, getattr(test, "last", None) or ""
    return MailboxOverview(
        sender=mailbox.from_email if active else site_address().addr_spec,
        active=active,
        can_insist=not active and test is not None and _is_undecided(test, mailbox),
        test=_test_overview(test, mailbox) if test else None,
        in_use=in_use(mailbox, last) if active else None,
        permit=permit_overview(mailbox),
    )


def _is_undecided(test: MailboxTest, mailbox: Mailbox) -> bool:
    """Whether a test tried these very settings and ended without saying anything against them."""
    return test.code in UNDECIDED and test.digest == mailbox.digest()


def _case_of(mailbox: Mailbox) -> Case:
    way = SmtpSettings(mailbox.host, mailbox.port, use_ssl=mailbox.use_ssl)
    return Case(mailbox.from_email, way, mailbox.username)


def _test_overview(test: MailboxTest, mailbox: Mailbox) -> TestOverview:
    lost = test.created_at < timezone.now() - LOST_AFTER
    running = not test.code and test.state != MailboxTest.State.DEAD and not lost
    interrupted = ("", "") if running else ADVICE["interrupted"]
    page = "" if mailbox.is_permitted else page_of(_case_of(mailbox), test.code)
    return TestOverview(
        key=str(test.pk),
        running=running,
        passed=test.passed,
        code=test.code or ("" if running else "interrupted"),
        message=test.message or interrupted[0],
        action=test.action or interrupted[1],
        proposal=SmtpSettings(**test.proposal) if test.proposal else None,
        stages=stage_lines(test, running=running),
        to=tuple(test.to),
        when=test.finished_at or test.created_at,
        transcript=test.transcript,
        page=page,
        current=test.digest in ("", mailbox.digest()),
        arrival=test.arrival,
    )
