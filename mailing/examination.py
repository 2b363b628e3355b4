"""One test of a mailbox, from the first connection to the diagnosis: a timed procedure, no database."""

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from facturamos.vault import Secret
from mailing import doctor, guard
from mailing.client import Conversation
from mailing.doctor import Case, Diagnosis
from mailing.protocol import Envelope, Failure, Limits, Security, Server, Stage
from mailing.providers import Settings

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
    envelope: Envelope
    allowed: Collection[str] = ()
    hello: str = "localhost"
    limits: Limits = field(default_factory=Limits)
    patience: float = PATIENCE_SECONDS
    reached: Callable[[Stage], None] = lambda stage: None
    lookup: guard.Lookup = guard.system_lookup
    ways: Callable[[Settings], Sequence[Settings]] = doctor.alternatives
    security: Callable[[Settings], Security] = lambda way: Security.of(way.port, use_ssl=way.use_ssl)

    def run(self) -> tuple[Diagnosis, str]:
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
            diagnosis = doctor.success(self.case, refused)
        return diagnosis, str(conversation.transcript)

    def _conversation(
        self,
        way: Settings,
        limits: Limits,
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

    def _explain(self, failure: Failure, ends: float) -> Diagnosis:
        if failure.code == "silent" and self._speaks_tls(ends):
            failure = Failure(failure.stage, "speaks_tls")
        diagnosis = doctor.diagnose(self.case, failure)
        if diagnosis.proposal or diagnosis.code not in doctor.WRONG_DOOR:
            return diagnosis
        works = self._way_that_works(ends)
        return doctor.with_alternative(diagnosis, works) if works else diagnosis

    def _rest(self, ends: float, at_most: float = PATIENCE_SECONDS) -> Limits | None:
        rest = min(ends - time.monotonic(), at_most)
        return Limits(total=rest, greeting=rest) if rest > SHORTEST_TRY_SECONDS else None

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

    def _way_that_works(self, ends: float) -> Settings | None:
        """The first of the other ways that signs in, all tried at once."""
        ways, limits = self.ways(self.case.settings), self._rest(ends)
        if limits is None or not ways:
            return None
        with ThreadPoolExecutor(len(ways)) as pool:
            results = pool.map(lambda way: self._works(way, limits), ways)
            return next((way for way, works in zip(ways, list(results), strict=True) if works), None)

    def _works(self, way: Settings, limits: Limits) -> bool:
        conversation = self._conversation(way, limits)
        try:
            with conversation:
                conversation.open()
        except Failure:
            return False
        return True
