"""Stands in for the PACs: takes letters as Finkok and Timbox do; for tests, in every bad way.

`python -m facturamos.devserver.pacs --port … --authority …` is what `make run` starts. What a method's answer
becomes is set in `modes`, by the method's name: one of MODES below.
"""

import argparse
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from facturamos.devserver import pac_contracts
from facturamos.devserver.pac_contracts import PacBooks
from facturamos.devserver.stand_in import StandInAnswer, StandInServer
from facturamos.devserver.tls import LocalAuthority

# The one name that the demo asks for.
HOST = "pac.example.com"
MEGABYTE = b"<x>" + b"x" * 1024 * 1024
# Longer than anybody waits.
NEVER_SECONDS = 60.0
MAX_REQUEST = 8 * 1024 * 1024


class PacServer(StandInServer):
    """A running stand-in. `asked` holds the methods that were called, in order, `bodies` what was sent."""

    def __init__(self, context: ssl.SSLContext | None, port: int = 0) -> None:
        super().__init__(port, PacAnswer, context)
        self.books = PacBooks()
        self.asked: list[str] = []
        self.bodies: list[bytes] = []
        self.modes: dict[str, Mode] = {}
        self.lock = threading.Lock()
        self.stopping = threading.Event()

    def close(self) -> None:
        """Ends the server; answers that hang end with it."""
        self.stopping.set()
        self.shutdown()
        self.server_close()


class PacAnswer(StandInAnswer):
    """What is answered to one question."""

    server: PacServer
    content_type = "text/xml; charset=utf-8"

    def do_POST(self) -> None:  # noqa: N802 (http.server names it)
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MAX_REQUEST))
        with self.server.lock:
            try:
                method, text = pac_contracts.answer(self.server.books, body)
            except ValueError:
                return self.page("<h1>404</h1>", status=404)
            self.server.asked.append(method)
            self.server.bodies.append(body)
        with suppress(OSError):
            self.server.modes.get(method, good)(self, text)


type Mode = Callable[[PacAnswer, str], None]


def good(answer: PacAnswer, text: str) -> None:
    """What the contract says, whole."""
    answer.page(text)


def silent(answer: PacAnswer, text: str) -> None:
    """Takes it, and says nothing."""
    answer.server.stopping.wait(NEVER_SECONDS)
    answer.close_connection = True


def hung_up(answer: PacAnswer, text: str) -> None:
    """Takes it, and the line goes dead."""
    answer.close_connection = True


def cut(answer: PacAnswer, text: str) -> None:
    """Half an answer, then nothing."""
    answer.begin(len(text.encode()))
    answer.wfile.write(text.encode()[: len(text) // 2])
    answer.close_connection = True


def flood(answer: PacAnswer, text: str) -> None:
    """Far more than anybody takes."""
    answer.begin(1024 * len(MEGABYTE))
    while not answer.server.stopping.is_set():
        answer.wfile.write(MEGABYTE)


def redirect(answer: PacAnswer, text: str) -> None:
    """Says to ask again somewhere else."""
    answer.send_response(307)
    answer.send_header("Location", answer.path)
    answer.send_header("Content-Length", "0")
    answer.end_headers()


def broken(answer: PacAnswer, text: str) -> None:
    """A server's own error page."""
    answer.page("<h1>Error 500</h1>", status=500)


def fault(answer: PacAnswer, text: str) -> None:
    """SOAP's way to say that something went wrong."""
    inner = "<faultcode>Server</faultcode><faultstring>Error</faultstring>"
    answer.page(pac_contracts.envelope("fault", inner), status=500)


def bomb(answer: PacAnswer, text: str) -> None:
    """XML whose entities grow to gigabytes."""
    names = "abcdefghij"
    entities = "".join(
        f'<!ENTITY {name} "{f"&{names[at - 1]};" * 10 if at else "x" * 100}">'
        for at, name in enumerate(names)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]>'
    answer.page(text.replace('<?xml version="1.0" encoding="UTF-8"?>', head).replace("true", "&j;"))


def outside(answer: PacAnswer, text: str) -> None:
    """XML that wants a file of ours."""
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    answer.page(text.replace('<?xml version="1.0" encoding="UTF-8"?>', head).replace("true", "&f;"))


def deep(answer: PacAnswer, text: str) -> None:
    """Elements in elements in elements."""
    answer.page("<x>" * 100_000)


def other_letter(answer: PacAnswer, text: str) -> None:
    """The answer to somebody else's question."""
    answer.page(pac_contracts.of_another(text))


def twice(answer: PacAnswer, text: str) -> None:
    """The same answer two times."""
    answer.page(text)
    answer.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    answer.close_connection = True


HOSTILE: tuple[Mode, ...] = (
    silent, hung_up, cut, flood, redirect, broken, fault, bomb, outside, deep, other_letter,
)  # fmt: skip


@contextmanager
def running(context: ssl.SSLContext | None, port: int = 0) -> Iterator[PacServer]:
    """A stand-in for the time of a block."""
    server = PacServer(context, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)


def main() -> None:
    """The command: serves until it is ended."""
    parser = argparse.ArgumentParser(description="Stands in for the PACs that letters are sent to.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--authority", type=Path, required=True, help="where to put the certificate to trust")
    arguments = parser.parse_args()
    authority = LocalAuthority()
    arguments.authority.parent.mkdir(parents=True, exist_ok=True)
    authority.write(arguments.authority)
    with running(authority.server(HOST), arguments.port), suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    main()
