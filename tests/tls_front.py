"""TLS before a server of this machine that speaks none: what comes is decrypted and passed on, and back."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# What libpq says first: eight bytes, of which the last four ask for TLS. «S» is yes.
ASKS_FOR_TLS, YES = bytes.fromhex("0000000804d2162f"), b"S"


@contextmanager
def tls_front(behind: tuple[str, int] | Path, context: ssl.SSLContext, *, asks: bytes = b"") -> Iterator[int]:
    """Listens on 127.0.0.1 before an address or a Unix socket; yields the port.

    `asks` is what a client says in the clear before it begins TLS, as PostgreSQL's do.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_accept, args=(server, behind, context, asks), daemon=True).start()
        yield server.getsockname()[1]
        # Closing alone wakes nobody who accepts.
        server.shutdown(socket.SHUT_RDWR)


def _accept(
    server: socket.socket, behind: tuple[str, int] | Path, context: ssl.SSLContext, asks: bytes
) -> None:
    with suppress(OSError):
        while True:
            plain, _ = server.accept()
            threading.Thread(target=_serve, args=(plain, behind, context, asks), daemon=True).start()


def _serve(
    plain: socket.socket, behind: tuple[str, int] | Path, context: ssl.SSLContext, asks: bytes
) -> None:
    """A client that refuses the certificate is gone before anything reaches the server."""
    with suppress(OSError), plain:
        if asks:
            if plain.recv(len(asks), socket.MSG_WAITALL) != asks:
                return
            plain.sendall(YES)
        with context.wrap_socket(plain, server_side=True) as client, _connected(behind) as server:
            answers = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            answers.start()
            _pass_on(client, server)
            answers.join(5)


def _connected(behind: tuple[str, int] | Path) -> socket.socket:
    if not isinstance(behind, Path):
        return socket.create_connection(behind)
    server = socket.socket(socket.AF_UNIX)
    server.connect(str(behind))
    return server


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
