"""Questions to the name server with one deadline for all of them together, each asked once."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future

from dns.exception import DNSException, Timeout
from dns.name import NameTooLong
from dns.rdata import Rdata
from dns.resolver import NXDOMAIN, NoAnswer, NoNameservers

from mailing.doctor import mx

# Nobody's page waits beyond three seconds for what others' name servers say.
SECONDS = 2.5
PER_QUESTION = 1.5
# Of one name; more are read by nobody.
MOST_RECORDS = 50
# A text of a record; longer ones are cut.
MOST_CHARACTERS = 4096
MOST_QUESTIONS = 60


class Unanswered(Exception):
    """No server has answered, or none in time: nothing is known."""


class Questions:
    """Asks for records; «there are none» is an answer."""

    def __init__(self, servers: Sequence[mx.Address] | None = None, seconds: float = SECONDS) -> None:
        self.servers = servers
        self.ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._asked: dict[tuple[str, str], Future[tuple[list[Rdata], bool]]] = {}

    def records(self, name: str, kind: str) -> list[Rdata]:
        """The records of a name. Raises Unanswered."""
        return self._answer(name, kind)[0]

    def exists(self, name: str, kind: str = "MX") -> bool:
        """Whether there is such a name at all. Raises Unanswered."""
        return self._answer(name, kind)[1]

    def texts(self, name: str) -> list[str]:
        """Its TXT records, each put together. Raises Unanswered."""
        joined = [b"".join(getattr(record, "strings", ())) for record in self.records(name, "TXT")]
        texts = [text[:MOST_CHARACTERS].decode("ascii", "replace") for text in joined]
        # What is kept of them goes into the database, which takes no NUL, and onto a page.
        return [
            "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
            for text in texts
        ]

    def _answer(self, name: str, kind: str) -> tuple[list[Rdata], bool]:
        key = name.rstrip(".").lower(), kind
        with self._lock:
            known = self._asked.get(key)
            mine = known is None
            future = known or self._asked.setdefault(key, Future())
        if mine:
            try:
                future.set_result(self._ask(*key))
            except Unanswered as error:
                future.set_exception(error)
        left = max(self.ends - time.monotonic(), 0)
        try:
            return future.result(timeout=left + 0.1)
        except TimeoutError:
            raise Unanswered from None

    def _ask(self, name: str, kind: str) -> tuple[list[Rdata], bool]:
        left = min(self.ends - time.monotonic(), PER_QUESTION)
        if left <= 0 or len(self._asked) > MOST_QUESTIONS:
            raise Unanswered
        try:
            asked = name.encode("idna").decode() if not name.isascii() else name
            found = mx.resolver(self.servers).resolve(asked, kind, lifetime=left, search=False)
        except NXDOMAIN:
            return [], False
        except NoAnswer:
            return [], True
        except (Timeout, NoNameservers, OSError):
            raise Unanswered from None
        except (DNSException, NameTooLong, UnicodeError):  # no name at all
            return [], False
        return list(found)[:MOST_RECORDS], True
