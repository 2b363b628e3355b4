"""One question over HTTPS to one host that we chose: within one deadline, at most so many bytes.

Not `urllib` nor `requests`: they follow redirects and what the environment says of proxies, and their
time-outs are of silence, not of the whole. Which hosts there are is in the code of whoever asks; a name that
resolves to an address that is not public is not connected to. Nothing of an answer is understood here.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from ipaddress import ip_address
from typing import BinaryIO, cast

from django.core.exceptions import ImproperlyConfigured

from facturamos import public_hosts

PORT = 443
MAX_HEAD_BYTES = 64 * 1024
PIECE = 64 * 1024

type Context = Callable[["StandIn | None"], ssl.SSLContext]


class HttpsFailed(Exception):
    """No answer of use. `code`: no_answer, untrusted (not proven to be the host), not_http or too_much.

    `told`: whether the host may have read the request all the same.
    """

    def __init__(self, code: str, *, told: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.told = told


@dataclass(frozen=True)
class StandIn:
    """For development: where a stand-in listens on this machine, and the file of the authority it shows.

    It is asked in the host's name, and has to prove it.
    """

    address: str
    port: int
    authority: str


@dataclass(frozen=True)
class HttpsLimits:
    """Seconds of the whole and of its parts, so that an address that is silent leaves time for the next."""

    total: float = 20.0
    lookup: float = 5.0
    connect: float = 8.0
    body: int = 512 * 1024


@dataclass(frozen=True)
class HttpsRequest:
    """What to ask whom. `target` is path and query as they are sent."""

    host: str
    target: str
    method: str = "GET"
    # They may hold secrets, which nobody prints by accident.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    port: int = PORT

    def encoded(self) -> bytes:
        """As it is sent. Raises ValueError where a line would become two, and UnicodeEncodeError."""
        place = self.host if self.port == PORT else f"{self.host}:{self.port}"
        head = {"Host": place, "User-Agent": "Mozilla/5.0 (compatible; Facturamos)", **self.headers}
        head |= {"Accept-Encoding": "identity", "Connection": "close"}
        if self.body:
            head["Content-Length"] = str(len(self.body))
        lines = [
            f"{self.method} {self.target} HTTP/1.1",
            *(f"{name}: {value}" for name, value in head.items()),
        ]
        if self.target.split() != [self.target] or any(not line.isprintable() for line in lines):
            raise ValueError("not one line each")
        return "\r\n".join([*lines, "", ""]).encode("ascii") + self.body


@dataclass(frozen=True)
class HttpsAnswer:
    """What came back, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


def usual_context(stand_in: StandIn | None) -> ssl.SSLContext:
    """What this machine trusts; the stand-in's authority instead where there is one."""
    return ssl.create_default_context(cafile=stand_in.authority if stand_in else None)


def ask(
    request: HttpsRequest,
    *,
    stand_in: StandIn | None = None,
    limits: HttpsLimits = HttpsLimits(),
    lookup: public_hosts.Lookup = public_hosts.system_lookup,
    context: Context = usual_context,
    into: BinaryIO | None = None,
) -> HttpsAnswer:
    """Asks once. Raises HttpsFailed; ValueError where the request is none, before anybody is asked.

    What is too long for memory is written `into` a file while it comes; the answer's content is empty then.
    """
    sent = request.encoded()
    deadline, told = _Deadline(limits.total), False
    try:
        with _connect(request, stand_in, deadline, limits, lookup) as plain:
            plain.settimeout(deadline.left())
            with context(stand_in).wrap_socket(plain, server_hostname=request.host) as tls:
                tls.settimeout(deadline.left())
                told = True
                tls.sendall(sent)
                return _answer(tls, request.method, deadline, limits, into)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise HttpsFailed("no_answer", told=told) from None
    except ssl.SSLError:
        raise HttpsFailed("untrusted", told=told) from None
    except (OSError, IncompleteRead, RemoteDisconnected):
        raise HttpsFailed("no_answer", told=told) from None
    except (HTTPException, ValueError):
        raise HttpsFailed("not_http", told=told) from None


def stand_in_at(place: str, authority: str, *, setting: str) -> StandIn | None:
    """What a setting `address:port` of development names; None where it is empty.

    Raises ImproperlyConfigured where that is not on this machine.
    """
    if not place:
        return None
    address, _, port = place.rpartition(":")
    try:
        ours = ip_address(address).is_loopback and 0 < int(port) < 65536
    except ValueError:
        ours = False
    if not ours:
        raise ImproperlyConfigured(f"{setting}: «{place}» is no port of this machine")
    return StandIn(address, int(port), authority)


class _Deadline:
    """When everything must be over."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self, at_most: float = float("inf")) -> float:
        """Seconds that the next operation may take. Raises TimeoutError when none are left."""
        left = min(self.ends - time.monotonic(), at_most)
        if left <= 0:
            raise TimeoutError
        return left


def _connect(
    request: HttpsRequest,
    stand_in: StandIn | None,
    deadline: _Deadline,
    limits: HttpsLimits,
    lookup: public_hosts.Lookup,
) -> socket.socket:
    """A connection to the host, or to the stand-in; never through a proxy."""
    if stand_in:
        return socket.create_connection((stand_in.address, stand_in.port), timeout=deadline.left())
    try:
        addresses = public_hosts.resolve(
            request.host,
            request.port,
            seconds=deadline.left(limits.lookup),
            allowed=(),
            lookup=lookup,
            ports=(request.port,),
        )
    except public_hosts.Blocked:
        raise ConnectionError("no public address") from None
    failure: OSError = TimeoutError()
    for address in addresses:
        try:
            return socket.create_connection((address, request.port), timeout=deadline.left(limits.connect))
        except OSError as error:
            failure = error
    raise failure


def _answer(
    tls: ssl.SSLSocket, method: str, deadline: _Deadline, limits: HttpsLimits, into: BinaryIO | None
) -> HttpsAnswer:
    incoming = cast("socket.socket", _Incoming(tls, deadline, limits.body + MAX_HEAD_BYTES))
    with closing(HTTPResponse(incoming, method=method)) as response:
        response.begin()
        kept = io.BytesIO()
        received = 0
        while piece := response.read(PIECE):
            received += len(piece)
            if received > limits.body:
                raise HttpsFailed("too_much", told=True)
            (into or kept).write(piece)
        if response.length:
            # `read` with a number does not say that the connection ended before.
            raise HttpsFailed("no_answer", told=True)
        headers = {name.lower(): value for name, value in response.getheaders()}
        return HttpsAnswer(response.status, headers, kept.getvalue())


class _Incoming(io.RawIOBase):
    """What the host sends, up to the deadline and the cap; stands where HTTPResponse expects a socket."""

    def __init__(self, tls: ssl.SSLSocket, deadline: _Deadline, budget: int) -> None:
        super().__init__()
        self.tls = tls
        self.deadline = deadline
        self.budget = budget

    def makefile(self, mode: str) -> io.BufferedReader:
        """What http.client reads the answer from, as a socket's `makefile` would give it."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        self.tls.settimeout(self.deadline.left())
        count = self.tls.recv_into(buffer)
        self.budget -= count
        if self.budget < 0:
            raise HttpsFailed("too_much", told=True)
        return count
