"""Mail servers of every scripted, on raw sockets, and the certificates they show."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from facturamos.devserver.tls import LocalAuthority


class Authority(LocalAuthority):
    """A certificate authority of the tests; what a client has to trust lies in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__("CA de pruebas")
        self.root = folder / "root"
        self.write(self.root)


Behave = Callable[["Talk"], None]


class Talk:
    """One connection, from the server's side."""

    def __init__(self, connection: socket.socket, heard: bytearray) -> None:
        self.connection = connection
        self.clear = heard
        self.encrypted = bytearray()
        self.is_tls = False
        self._rest = b""

    def say(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.connection.sendall(data)

    def secure(self, context: ssl.SSLContext) -> None:
        """TLS from here on."""
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.is_tls = True

    def line(self) -> bytes:
        """The client's next line, or nothing once it is gone."""
        while b"\n" not in self._rest:
            data = self.connection.recv(4096)
            if not data:
                return b""
            (self.encrypted if self.is_tls else self.clear).extend(data)
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line.rstrip(b"\r")

    def until_gone(self) -> None:
        """Says nothing until the client hangs up."""
        while self.line():
            pass


@dataclass
class ScriptedServer:
    """A server that answers by the verb. `replies` overrides; an empty reply closes the connection."""

    replies: dict[str, bytes] = field(default_factory=dict)
    implicit: ssl.SSLContext | None = None
    starttls: ssl.SSLContext | None = None
    # Sent together with the answer to STARTTLS, in clear.
    injected: bytes = b""

    def __call__(self, talk: Talk) -> None:
        if self.implicit:
            talk.secure(self.implicit)
        if not self._answer(talk, "GREETING", b"220 test ESMTP\r\n"):
            return
        while line := talk.line():
            verb = line.split()[0].upper().decode("ascii", "replace")
            if not self._answer(talk, verb, self._usual(talk, verb)):
                return
            if verb == "STARTTLS" and self.starttls and not talk.is_tls:
                talk.secure(self.starttls)
            if verb == "DATA" and self.replies.get("DATA", b"354").startswith(b"354"):
                while talk.line() != b".":
                    pass
                if not self._answer(talk, "DOT", b"250 accepted\r\n"):
                    return

    def _answer(self, talk: Talk, verb: str, usual: bytes) -> bool:
        reply = self.replies.get(verb, usual)
        if not reply:
            return False
        talk.say(reply + (self.injected if verb == "STARTTLS" else b""))
        return not reply.startswith(b"221")

    def _usual(self, talk: Talk, verb: str) -> bytes:
        if verb == "EHLO":
            offers = b"250-STARTTLS\r\n" if self.starttls and not talk.is_tls else b""
            return b"250-test\r\n" + offers + b"250 AUTH PLAIN LOGIN\r\n"
        usual = {"STARTTLS": b"220 go", "AUTH": b"235 welcome", "DATA": b"354 go", "QUIT": b"221 bye"}
        return usual.get(verb, b"250 OK") + b"\r\n"


class RunningServer:
    """A running server: its port, what it heard in clear and over TLS, how often it was called."""

    def __init__(self, behave: Behave, port: int = 0) -> None:
        self.behave = behave
        self.clear = bytearray()
        self.talks: list[Talk] = []
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def encrypted(self) -> bytes:
        """All that was heard over TLS."""
        return b"".join(bytes(talk.encrypted) for talk in self.talks)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            talk = Talk(connection, self.clear)
            self.talks.append(talk)
            threading.Thread(target=self._attend, args=[talk], daemon=True).start()

    def _attend(self, talk: Talk) -> None:
        with suppress(OSError, ValueError):
            self.behave(talk)
        with suppress(OSError):
            talk.connection.close()

    def close(self) -> None:
        """Ends the server and every connection."""
        # Without the shutdown, a thread in accept() keeps the port open.
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=5)
        for talk in self.talks:
            with suppress(OSError):
                talk.connection.close()


@contextmanager
def serving(behave: Behave, port: int = 0) -> Iterator[RunningServer]:
    """Runs a server for the time of a test; on a free port unless told."""
    running = RunningServer(behave, port)
    try:
        yield running
    finally:
        running.close()


def free_port() -> int:
    """A port that nobody listens on at present."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


# --- the faulty ones


def silent(talk: Talk) -> None:
    """Accepts and says nothing."""
    talk.until_gone()


def dripping(talk: Talk) -> None:
    """One byte at a time, for ever: each in time, never a line."""
    talk.say(b"220-")
    while True:
        talk.say(b"x")
        time.sleep(0.02)


def dripping_lines(talk: Talk) -> None:
    """Whole lines for ever, none of them the last."""
    while True:
        talk.say(b"220-patience\r\n")
        time.sleep(0.02)


def flooding(talk: Talk) -> None:
    """One line without an end, as fast as it goes."""
    while True:
        talk.say(b"2" * 65536)


def flooding_lines(talk: Talk) -> None:
    """Lines without an end, as fast as they go."""
    while True:
        talk.say(b"220-more\r\n" * 1000)


def babbling(talk: Talk) -> None:
    """Another protocol."""
    talk.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    talk.until_gone()


def long_lines(talk: Talk) -> None:
    """A greeting of lines of 8 KB, which is long but fair; the rest as usual."""
    ScriptedServer({"GREETING": b"220-" + b"x" * 8192 + b"\r\n220 " + b"y" * 8192 + b"\r\n"})(talk)
