"""Stands in for the SAT's validator of constancias: real TLS, pages as the SAT's, and every way to fail.

python -m facturamos.devserver.validator --port 8443 --authority var/demo/sat/autoridad.pem

The last three digits of the idCIF choose the answer (`MODES`); any other finds the taxpayer asked for.
"""

import argparse
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from facturamos.devserver import validator_pages as pages
from facturamos.devserver.stand_in import StandInAnswer, StandInServer
from facturamos.devserver.tls import LocalAuthority
from facturamos.devserver.validator_pages import Taxpayer

# The one name that the site asks for.
HOST = "siat.sat.gob.mx"
ADDRESS = "/app/qr/faces/pages/mobile/validadorqr.jsf"
MEGABYTE = b"<p>" + b"x" * 1024 * 1024
# Longer than anybody waits.
NEVER_SECONDS = 60.0
DRIP_SECONDS = 0.05
# Somebody else's RFC, for an answer about the wrong taxpayer.
OTHER_RFC = "EKU9003173C9"


class Validator(StandInServer):
    """A running stand-in. `asked` holds every path that was asked for, in order, and `heads` the headers."""

    def __init__(self, context: ssl.SSLContext | None, port: int = 0) -> None:
        """Without `context` it speaks in clear, which nobody should accept."""
        super().__init__(port, Answer, context)
        self.asked: list[str] = []
        self.heads: list[dict[str, str]] = []
        self.modes = dict(MODES)
        self.stopping = threading.Event()

    def close(self) -> None:
        """Ends the server; answers that hang end with it."""
        self.stopping.set()
        self.shutdown()
        self.server_close()


@contextmanager
def running(context: ssl.SSLContext | None, port: int = 0) -> Iterator[Validator]:
    """A stand-in for the time of a block."""
    server = Validator(context, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)


class Answer(StandInAnswer):
    """What is answered to one request."""

    server: Validator
    server_version, sys_version = "WebLogic", ""

    def do_GET(self) -> None:  # noqa: N802 (http.server names it)
        self.server.asked.append(self.path)
        self.server.heads.append(dict(self.headers.items()))
        parts = urlsplit(self.path)
        query = dict(part.partition("=")[::2] for part in parts.query.split("&"))
        number, _, rfc = query.get("D3", "").partition("_")
        if parts.path != ADDRESS or (query.get("D1"), query.get("D2")) != ("10", "1"):
            return self.page(pages.other(), status=404)
        # As a server in Java reads it.
        asked = unquote(rfc, encoding="latin-1")
        with suppress(OSError):
            self.server.modes.get(number[-3:], _found)(self, asked)


# --- what may come of a question


def _found(answer: Answer, rfc: str) -> None:
    answer.page(pages.found(taxpayer_of(rfc)))


def _number_for_locality(answer: Answer, rfc: str) -> None:
    """Localidad instead of Colonia, and as a number."""
    taxpayer = taxpayer_of(rfc)
    place = tuple(
        ("Localidad", "30210010") if label == "Colonia" else (label, value) for label, value in taxpayer.place
    )
    answer.page(pages.found(Taxpayer(taxpayer.rfc, taxpayer.identity, place, taxpayer.regimes)))


def _not_found(answer: Answer, rfc: str) -> None:
    answer.page(pages.not_found())


def _other_taxpayer(answer: Answer, rfc: str) -> None:
    answer.page(pages.found(pages.company(OTHER_RFC)))


def _other_page(answer: Answer, rfc: str) -> None:
    answer.page(pages.other())


def _redirect(answer: Answer, rfc: str) -> None:
    """To this server's own answer: whoever follows is heard a second time."""
    answer.send_response(302)
    answer.send_header("Location", f"{ADDRESS}?D1=10&D2=1&D3=15010000001_{rfc}")
    answer.send_header("Content-Length", "0")
    answer.end_headers()


def _broken(answer: Answer, rfc: str) -> None:
    answer.page("<h1>Error 500</h1>", status=500)


def _cut(answer: Answer, rfc: str) -> None:
    """Half a page, and the end of the connection."""
    data = pages.found(taxpayer_of(rfc)).encode()
    answer.begin(len(data))
    answer.wfile.write(data[: len(data) // 2])
    answer.close_connection = True


def _huge(answer: Answer, rfc: str) -> None:
    """Far more than the site takes, without an end in sight."""
    answer.begin(1024 * len(MEGABYTE))
    while not answer.server.stopping.is_set():
        answer.wfile.write(MEGABYTE)


def _silent(answer: Answer, rfc: str) -> None:
    answer.server.stopping.wait(NEVER_SECONDS)
    answer.close_connection = True


def _dripping(answer: Answer, rfc: str) -> None:
    """A head without an end, a byte at a time: always in time, never done."""
    answer.wfile.write(b"HTTP/1.1 200 OK\r\nX-Patience: ")
    ends = time.monotonic() + NEVER_SECONDS
    while not answer.server.stopping.wait(DRIP_SECONDS) and time.monotonic() < ends:
        answer.wfile.write(b"x")
    answer.close_connection = True


def _no_http(answer: Answer, rfc: str) -> None:
    answer.wfile.write(b"220 siat ESMTP\r\n")
    answer.close_connection = True


MODES: dict[str, Callable[[Answer, str], None]] = {
    "302": _redirect,
    "400": _cut,
    "404": _not_found,
    "406": _other_page,
    "408": _silent,
    "409": _other_taxpayer,
    "413": _huge,
    "425": _dripping,
    "500": _broken,
    "505": _no_http,
    "510": _number_for_locality,
}
# Who plays in the demo (onboarding/demo/cast.py), which this package does not know.
DEMO = {
    "PNA180412KJA": pages.company("PNA180412KJA", "PANADERÍA LOS NARANJOS"),
    "NUPI850317Q21": pages.person("NUPI850317Q21", ("ÍÑIGO", "NÚÑEZ", "PEÑA"), "17-03-1985"),
}


def taxpayer_of(rfc: str) -> Taxpayer:
    """Who has this RFC: somebody made up."""
    return DEMO.get(rfc) or (pages.company if len(rfc) == 12 else pages.person)(rfc)


def main() -> None:
    """The command: serves until it is ended."""
    parser = argparse.ArgumentParser(description="Stands in for the SAT's validator of constancias.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--authority", type=Path, required=True, help="where to put the certificate to trust")
    arguments = parser.parse_args()
    authority = LocalAuthority()
    arguments.authority.parent.mkdir(parents=True, exist_ok=True)
    authority.write(arguments.authority)
    with running(authority.server(HOST, weak=True), arguments.port), suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    main()
