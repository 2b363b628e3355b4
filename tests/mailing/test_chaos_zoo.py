"""Every wild server by the product's own clock: a test ends within twelve seconds and gives nothing away.

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
from mailing.doctor import Case
from mailing.examination import PATIENCE_SECONDS, Examination
from mailing.protocol import Limits, Security
from mailing.providers import Settings
from tests.mailing import zoo
from tests.mailing.conversations import (
    LETTER,
    QUICK,
    USER,
    WORD,
    assert_nothing_in_clear,
    little_memory,
)
from tests.mailing.zoo import Authority, Behave, Cage, Character, cage

pytestmark = pytest.mark.usefixtures("trust")

LONG = bool(os.environ.get("CHAOS"))
LIMITS, PATIENCE = (Limits(), PATIENCE_SECONDS) if LONG else (QUICK, 1.2)
# The long form is the mark itself; a tenth of it leaves a busy machine some air.
MOST_SECONDS = 12.0 if LONG else PATIENCE + 0.8
VERBS = ("GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "DOT")


class AtVerb(Character):
    """Behaves wildly at one verb, and well at the others."""

    def __init__(self, verb: str, wild: Behave, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.verb, self.wild = verb, wild

    def _answer(self, talk: zoo.Talk, verb: str, usual: bytes) -> bool:
        if verb == self.verb:
            self.wild(talk)
            return False
        return super()._answer(talk, verb, usual)


def dripping_handshake(talk: zoo.Talk) -> None:
    """A TLS record that is announced and comes one byte at a time."""
    talk.say(b"\x16\x03\x03\x40\x00")
    while True:
        talk.say(b"\x02")
        time.sleep(0.02)


WILD: dict[str, Behave] = {
    "silent": zoo.silent,
    "dripping": zoo.dripping,
    "dripping_lines": zoo.dripping_lines,
    "flooding": zoo.flooding,
    "flooding_lines": zoo.flooding_lines,
    "gone": lambda talk: None,
}


@dataclass(frozen=True)
class Outcome:
    """How one test of a mailbox ended."""

    name: str
    code: str
    seconds: float


def animals(authority: Authority) -> list[tuple[str, Security, Behave]]:
    """Each wild behaviour at each verb, over either kind of TLS; and the wild handshakes."""
    context = authority.server("localhost")
    ways: list[tuple[Security, Callable[[str, Behave], Behave]]] = [
        (Security.TLS, lambda verb, wild: AtVerb(verb, wild, implicit=context)),
        (Security.STARTTLS, lambda verb, wild: AtVerb(verb, wild, starttls=context)),
    ]
    made = [
        (f"{security} {verb} {name}", security, make(verb, wild))
        for security, make in ways
        for verb in VERBS
        for name, wild in WILD.items()
        if (security, verb) != (Security.TLS, "STARTTLS")
    ]
    handshakes = {**WILD, "dripping_handshake": dripping_handshake}
    return made + [(f"handshake {name}", Security.TLS, wild) for name, wild in handshakes.items()]


def examine(name: str, security: Security, server: Cage, other: Cage) -> Outcome:
    """One whole test of a mailbox, the try of another (hanging) port included."""
    given, another = Settings("localhost", server.port), Settings("localhost", other.port)
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


def test_every_wild_server_ends_in_time(authority: Authority, capsys: pytest.CaptureFixture[str]) -> None:
    wild = animals(authority)
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool, little_memory():
        other = stack.enter_context(cage(zoo.silent))
        cages = [(name, security, stack.enter_context(cage(behave))) for name, security, behave in wild]
        outcomes = list(pool.map(lambda each: examine(each[0], each[1], each[2], other), cages))

    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    with capsys.disabled():
        print(f"\n{len(outcomes)} wild servers: the slowest {slowest.seconds:.2f} s ({slowest.name})")
    assert slowest.seconds <= MOST_SECONDS, slowest
    # Only who hangs up after the mail was accepted has done no harm.
    assert [outcome for outcome in outcomes if outcome.code == "ok"] == []
    for _name, _security, server in cages:
        assert_nothing_in_clear(server)
