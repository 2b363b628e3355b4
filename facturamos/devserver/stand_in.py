"""What every stand-in for somebody else's web server is: a thread an answer, TLS where it is asked for."""

import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandInServer(ThreadingHTTPServer):
    """Listens on this machine. Without `context` it speaks in clear."""

    daemon_threads = True

    def __init__(
        self, port: int, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None
    ) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.context = context

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Browsers and tests that hang up early are no news."""

    def get_request(self) -> tuple[socket.socket, object]:
        """A connection; its handshake is its own thread's business."""
        connection, client = super().get_request()
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, client
