"""One test of a mailbox, from the first connection to the diagnosis: a timed procedure, no database."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from facturamos import public_hosts
from facturamos.vault import Secret
from mailing.doctor import advice
from mailing.doctor.advice import Case, MailDiagnosis
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import Failure, MailEnvelope, Security, Server, SmtpLimits, Stage

# A page is waiting, for twelve seconds at most: the conversation with the given settings and the other ways
# to the server together.
PATIENCE_SECONDS = 11.5
# Below this no other way can be tried to any purpose.
SHORTEST_TRY_SECONDS = 0.5


@dataclass(frozen=True)
class Examination:
    """What to try, and within which limits (seconds)."""

    case: Case
    password: Secret | None
    envelope: MailEnvelope
    allowed: Collection[str] = ()
    hello: str = "localhost"
    limits: SmtpLimits = field(default_factory=SmtpLimits)
    patience: float = PATIENCE_SECONDS
    reached: Callable[[Stage], None] = lambda stage: None
    lookup: public_hosts.Lookup = public_hosts.system_lookup
    ways: Callable[[SmtpSettings], Sequence[SmtpSettings]] = advice.alternatives
    security: Callable[[SmtpSettings], Security] = lambda way: Security.of(way.port, use_ssl=way.use_ssl)

    def run(self) -> tuple[MailDiagnosis, str]:
        """Sends the mail, or finds out why not. Returns the diagnosis and the transcript."""
        ends = time.monotonic() + self.patience
        conversation = self._conversation(self.case.settings, self.limits, self.reached)
        try:
            with conversation:
                conversation.open()
                refused = conversation.deliver(self.envelope)
        except Failure as failure:
            diagnosis = self._explain(failure, ends)
        else:
            diagnosis = advice.success(self.case, refused)
        return diagnosis, str(conversation.transcript)

    def _conversation(
        self,
        way: SmtpSettings,
        limits: SmtpLimits,
        reached: Callable[[Stage], None] = lambda stage: None,
        security: Security | None = None,
    ) -> Conversation:
        security = security or self.security(way)
        password = None if security is Security.CLEAR else self.password
        return Conversation(
            Server(way.host, way.port, security, self.case.username, password),
            allowed=self.allowed,
            hello=self.hello,
            limits=limits,
            reached=reached,
            lookup=self.lookup,
        )

    def _explain(self, failure: Failure, ends: float) -> MailDiagnosis:
        if failure.code == "silent" and self._speaks_tls(ends):
            failure = Failure(failure.stage, "speaks_tls")
        diagnosis = advice.diagnose(self.case, failure)
        if self.password is not None and advice.holds_unseen(
            self.password.reveal().decode("utf-8", "replace")
        ):
            diagnosis = advice.with_unseen(diagnosis)
        if diagnosis.proposal or diagnosis.code not in advice.WRONG_DOOR:
            return diagnosis
        works = self._way_that_works(ends)
        return advice.with_alternative(diagnosis, works, signed_in=self._signs_in) if works else diagnosis

    @property
    def _signs_in(self) -> bool:
        """Whether a conversation that was opened proves user and password."""
        return self.password is not None and bool(self.case.username)

    def _rest(self, ends: float, at_most: float = PATIENCE_SECONDS) -> SmtpLimits | None:
        rest = min(ends - time.monotonic(), at_most)
        return SmtpLimits(total=rest, greeting=rest) if rest > SHORTEST_TRY_SECONDS else None

    def _speaks_tls(self, ends: float) -> bool:
        """Whether a server that did not greet begins a TLS handshake; its certificate may be any."""
        limits = self._rest(ends, self.limits.probe)
        if limits is None:
            return False
        probe = self._conversation(self.case.settings, limits, security=Security.TLS)
        try:
            with probe:
                probe.open()
        except Failure as failure:
            return probe.verified or failure.code.startswith("certificate")
        return True

    def _way_that_works(self, ends: float) -> SmtpSettings | None:
        """The first of the other ways that signs in, all tried at once."""
        ways, limits = self.ways(self.case.settings), self._rest(ends)
        if limits is None or not ways:
            return None
        with ThreadPoolExecutor(len(ways)) as pool:
            results = pool.map(lambda way: self._works(way, limits), ways)
            return next((way for way, works in zip(ways, list(results), strict=True) if works), None)

    def _works(self, way: SmtpSettings, limits: SmtpLimits) -> bool:
        conversation = self._conversation(way, limits)
        try:
            with conversation:
                conversation.open()
        except Failure:
            return False
        return True
