"""A mail server that counts what it takes, and takes its time over it."""

import threading
import time
from collections.abc import Iterator
from email import message_from_bytes

from tests.mailing.faulty_servers import Talk


class PostOffice:
    """A mail server that counts a mail as taken as soon as it has it, whatever becomes of its answer."""

    def __init__(self, pause: float) -> None:
        # How long it takes over each half of DATA.
        self.pause = pause
        self.lock = threading.Lock()
        self.taken: list[str] = []
        self.inside: set[Talk] = set()

    def __call__(self, talk: Talk) -> None:
        try:
            self._attend(talk)
        finally:
            self.inside.discard(talk)

    def _attend(self, talk: Talk) -> None:
        talk.say(b"220 post office\r\n")
        reader = talk.connection.makefile("rb")
        for line in reader:
            verb = line.split()[0].upper()
            if verb == b"DATA":
                self._take(talk, reader)
            talk.say({b"QUIT": b"221 bye\r\n", b"EHLO": b"250 post office\r\n"}.get(verb, b"250 OK\r\n"))

    def _take(self, talk: Talk, reader: Iterator[bytes]) -> None:
        self.inside.add(talk)
        time.sleep(self.pause)
        talk.say(b"354 go\r\n")
        lines = []
        for line in reader:
            if line == b".\r\n":
                break
            lines.append(line)
        else:
            return  # the client died in the middle of its mail
        with self.lock:
            self.taken.append(str(message_from_bytes(b"".join(lines))["Message-ID"]))
            self.inside.discard(talk)
        time.sleep(self.pause)
