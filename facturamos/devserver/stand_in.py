"""What every stand-in for somebody else's web server is: a thread an answer, TLS where it is asked for."""

import socket
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandInAnswer(BaseHTTPRequestHandler):
    """What is answered to one request, by a subclass that says to which."""

    protocol_version = "HTTP/1.1"
    content_type = "text/html;charset=UTF-8"

    def log_message(self, *args: object) -> None:
        """Says nothing on the terminal: what is asked names people."""

    def page(self, text: str, *, status: int = 200) -> None:
        """A whole answer, with its length."""
        self.file(text.encode(), status=status)

    def file(self, data: bytes, *, status: int = 200) -> None:
        """The same of what is no text."""
        self.send_response(status)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self, length: int) -> None:
        """The head of an answer that is not to come as announced."""
        self.send_response(200)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Content-Length", str(length))
        self.end_headers()


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
