"""The lower half of our SMTP client: one deadline, capped replies, a transcript.

smtplib alone lets a server drip one byte at a time for ever, or fill the memory; its time-out is one of
silence, not of the conversation.
"""

import re
import smtplib
import time
from collections.abc import Buffer

from mailing.smtp.protocol import Failure, Stage, Transcript

REPLY_BYTES = 64 * 1024


class Wire(smtplib.SMTP):
    """smtplib's SMTP with its sending and receiving replaced; every failure is a Failure."""

    def __init__(self, *, hello: str, seconds: float, transcript: Transcript) -> None:
        super().__init__(local_hostname=hello)
        self.transcript = transcript
        self.stage = Stage.SERVER
        self.ends = time.monotonic() + seconds
        self._received = b""

    def __exit__(self, *args: object) -> None:
        self.close()

    def fail(self, code: str, reply: int = 0, text: bytes | str = b"") -> Failure:
        """A failure at the present stage."""
        words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return Failure(self.stage, code, reply=reply, text=self.transcript.without_secrets(words))

    def left(self, at_most: float = float("inf")) -> float:
        """Seconds that the next operation may take. Raises Failure when none are left."""
        left = min(self.ends - time.monotonic(), at_most)
        if left <= 0:
            raise self.fail("timeout")
        return left

    def putcmd(self, cmd: str, args: str = "") -> None:
        """Notes each command; of AUTH only that it was said."""
        self.transcript.add("C:", "AUTH •••" if cmd == "AUTH" else f"{cmd} {args}".strip())
        super().putcmd(cmd, args)

    def send(self, s: Buffer | str) -> None:
        """Sends all of it before the deadline. Raises Failure."""
        assert self.sock is not None  # noqa: S101
        data = memoryview(s.encode("ascii") if isinstance(s, str) else s)
        while data:
            self.sock.settimeout(self.left())
            try:
                data = data[self.sock.send(data) :]
            except TimeoutError:
                raise self.fail("timeout") from None
            except OSError:
                raise self.fail("closed") from None

    def getreply(self) -> tuple[int, bytes]:
        """One reply, of any number of lines, up to 64 KB and the deadline. Raises Failure."""
        lines: list[bytes] = []
        budget = REPLY_BYTES
        while True:
            line = self._line(budget)
            budget -= len(line)
            if not re.match(rb"[2-5][0-9][0-9](?:[ -]|\r?\n)", line):
                raise self.fail("not_smtp")
            text = line[4:].strip()
            lines.append(text)
            self.transcript.add("S:", line.decode("utf-8", "replace").rstrip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)

    def _line(self, budget: int) -> bytes:
        assert self.sock is not None  # noqa: S101
        while b"\n" not in self._received:
            if len(self._received) > budget:
                raise self.fail("flood")
            self.sock.settimeout(self.left())
            try:
                received = self.sock.recv(4096)
            except TimeoutError:
                raise self.fail("timeout") from None
            except OSError:
                raise self.fail("closed") from None
            if not received:
                raise self.fail("closed")
            self._received += received
        line, _, self._received = self._received.partition(b"\n")
        if len(line) > budget:
            raise self.fail("flood")
        return line + b"\n"
