"""Every faulty server by the product's own clock: a test ends within twelve seconds and gives nothing away.

The long form (the real limits) runs with CHAOS=1 (`make chaos`); the short one has a tenth of the time.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from facturamos.vault import Secret
from mailing.doctor.advice import Case
from mailing.doctor.examination import PATIENCE_SECONDS, Examination
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.protocol import Security, SmtpLimits
from tests.mailing import faulty_servers
from tests.mailing.conversations import (
    LETTER,
    QUICK,
    USER,
    WORD,
    assert_nothing_in_clear,
    little_memory,
)
from tests.mailing.faulty_servers import Authority, Behave, RunningServer, ScriptedServer, serving

pytestmark = pytest.mark.usefixtures("trust")

LONG = bool(os.environ.get("CHAOS"))
LIMITS, PATIENCE = (SmtpLimits(), PATIENCE_SECONDS) if LONG else (QUICK, 1.2)
# The long form is the mark itself; a tenth of it leaves a busy machine some air.
MOST_SECONDS = 12.0 if LONG else PATIENCE + 0.8
VERBS = ("GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "DOT")


class AtVerb(ScriptedServer):
    """Behaves faultily at one verb, and well at the others."""

    def __init__(self, verb: str, faulty: Behave, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.verb, self.faulty = verb, faulty

    def _answer(self, talk: faulty_servers.Talk, verb: str, usual: bytes) -> bool:
        if verb == self.verb:
            self.faulty(talk)
            return False
        return super()._answer(talk, verb, usual)


def dripping_handshake(talk: faulty_servers.Talk) -> None:
    """A TLS record that is announced and comes one byte at a time."""
    talk.say(b"\x16\x03\x03\x40\x00")
    while True:
        talk.say(b"\x02")
        time.sleep(0.02)


FAULTY: dict[str, Behave] = {
    "silent": faulty_servers.silent,
    "dripping": faulty_servers.dripping,
    "dripping_lines": faulty_servers.dripping_lines,
    "flooding": faulty_servers.flooding,
    "flooding_lines": faulty_servers.flooding_lines,
    "gone": lambda talk: None,
}


@dataclass(frozen=True)
class Outcome:
    """How one test of a mailbox ended."""

    name: str
    code: str
    seconds: float


def faulty_behaviours(authority: Authority) -> list[tuple[str, Security, Behave]]:
    """Each faulty behaviour at each verb, over either kind of TLS; and the faulty handshakes."""
    context = authority.server("localhost")
    ways: list[tuple[Security, Callable[[str, Behave], Behave]]] = [
        (Security.TLS, lambda verb, faulty: AtVerb(verb, faulty, implicit=context)),
        (Security.STARTTLS, lambda verb, faulty: AtVerb(verb, faulty, starttls=context)),
    ]
    made = [
        (f"{security} {verb} {name}", security, make(verb, faulty))
        for security, make in ways
        for verb in VERBS
        for name, faulty in FAULTY.items()
        if (security, verb) != (Security.TLS, "STARTTLS")
    ]
    handshakes = {**FAULTY, "dripping_handshake": dripping_handshake}
    return made + [(f"handshake {name}", Security.TLS, faulty) for name, faulty in handshakes.items()]


def examine(name: str, security: Security, server: RunningServer, other: RunningServer) -> Outcome:
    """One whole test of a mailbox, the try of another (hanging) port included."""
    given, another = SmtpSettings("localhost", server.port), SmtpSettings("localhost", other.port)
    examination = Examination(
        case=Case(USER, given, USER),
        password=Secret(WORD),
        envelope=LETTER,
        allowed=[f"localhost:{server.port}", f"localhost:{other.port}"],
        limits=LIMITS,
        patience=PATIENCE,
        lookup=lambda host, port: ["127.0.0.1"],
        ways=lambda way: [another],
        security=lambda way: security if way == given else Security.TLS,
    )
    begun = time.monotonic()
    diagnosis, _transcript = examination.run()
    return Outcome(name, diagnosis.code, time.monotonic() - begun)


def test_every_faulty_server_ends_in_time(authority: Authority, capsys: pytest.CaptureFixture[str]) -> None:
    faulty = faulty_behaviours(authority)
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool, little_memory():
        other = stack.enter_context(serving(faulty_servers.silent))
        running = [
            (name, security, stack.enter_context(serving(behave))) for name, security, behave in faulty
        ]
        outcomes = list(pool.map(lambda each: examine(each[0], each[1], each[2], other), running))

    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    with capsys.disabled():
        print(f"\n{len(outcomes)} faulty servers: the slowest {slowest.seconds:.2f} s ({slowest.name})")
    assert slowest.seconds <= MOST_SECONDS, slowest
    # Only who hangs up after the mail was accepted has done no harm.
    assert [outcome for outcome in outcomes if outcome.code == "ok"] == []
    for _name, _security, server in running:
        assert_nothing_in_clear(server)
