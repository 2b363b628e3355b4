"""A small IMAP server for the tests, where there is no Dovecot: what the reader asks, and nothing more."""

import re
import socket
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import BinaryIO

USER, PASSWORD = "rebotes@facturamos.example", "contraseña «ñ» 9"


@dataclass
class Stored:
    content: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class ImapServer:
    """One mailbox. `quiet`: it takes connections and never greets."""

    context: ssl.SSLContext
    tls: bool = True
    quiet: bool = False
    mails: dict[int, Stored] = field(default_factory=dict)
    port: int = 0
    passwords_in_clear: int = 0

    def add(self, *contents: bytes) -> None:
        for content in contents:
            self.mails[max(self.mails, default=0) + 1] = Stored(content)

    def unread(self) -> list[bytes]:
        return [mail.content for mail in self.mails.values() if "\\Seen" not in mail.flags]

    def kept(self) -> list[bytes]:
        return [mail.content for mail in self.mails.values()]

    @contextmanager
    def running(self) -> Iterator["ImapServer"]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            listener.settimeout(0.1)
            ended = threading.Event()
            thread = threading.Thread(target=self._serve, args=(listener, ended))
            thread.start()
            try:
                yield self
            finally:
                ended.set()
                thread.join()

    def _serve(self, listener: socket.socket, ended: threading.Event) -> None:
        while not ended.is_set():
            with suppress(OSError):
                connection, _ = listener.accept()
                with ExitStack() as opened:
                    opened.enter_context(connection)
                    connection.settimeout(5)
                    if self.quiet:
                        ended.wait(5)
                    else:
                        self._talk(connection, opened)

    def _talk(self, connection: socket.socket, opened: ExitStack) -> None:
        if self.tls:
            connection = opened.enter_context(self.context.wrap_socket(connection, server_side=True))
        connection.sendall(b"* OK ready\r\n")
        secure = self.tls
        file = opened.enter_context(connection.makefile("rb"))
        while line := file.readline():
            tag, _, said = line.decode().strip().partition(" ")
            command = said.upper()
            if command == "STARTTLS":
                connection.sendall(f"{tag} OK go\r\n".encode())
                connection = opened.enter_context(self.context.wrap_socket(connection, server_side=True))
                file, secure = opened.enter_context(connection.makefile("rb")), True
                continue
            self.passwords_in_clear += not secure and command.startswith("AUTHENTICATE")
            answer = self._answer(command, said, connection, file)
            connection.sendall(
                answer + f"{tag} {'NO' if answer.startswith(b'* NO') else 'OK'} done\r\n".encode()
            )
            if command == "LOGOUT":
                return

    def _answer(self, command: str, said: str, connection: socket.socket, file: BinaryIO) -> bytes:
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN UIDPLUS\r\n"
        if command == "AUTHENTICATE PLAIN":
            connection.sendall(b"+ \r\n")
            given = b64decode(file.readline()).decode()
            return b"" if given == f"\0{USER}\0{PASSWORD}" else b"* NO wrong\r\n"
        if command.startswith("SELECT"):
            return f"* {len(self.mails)} EXISTS\r\n".encode()
        if command.startswith("UID SEARCH"):
            found = (str(uid) for uid, mail in self.mails.items() if not mail.flags)
            return f"* SEARCH {' '.join(found)}\r\n".encode()
        if asked := re.fullmatch(r"UID FETCH (\d+) \(BODY.PEEK\[\]<0\.(\d+)>\)", command):
            part = self.mails[int(asked[1])].content[: int(asked[2])]
            return b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (asked[1].encode(), len(part), part)
        if asked := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((.*)\)", said, re.IGNORECASE):
            self.mails[int(asked[1])].flags |= set(asked[2].split())
        if asked := re.fullmatch(r"UID EXPUNGE (\d+)", command):
            del self.mails[int(asked[1])]
        return b""
