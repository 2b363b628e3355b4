"""A name server on this machine, over UDP and TCP, that serves what a test tells it."""

import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

UDP_BYTES = 1232
SILENT, SERVFAIL = "silent", "servfail"
# Of each name its records by kind; or that it is not answered, or answered by a failure.
type Zone = Mapping[str, Mapping[str, Sequence[str]] | str]


def text(value: str) -> str:
    """A TXT record as a zone file has it, in strings of 255 characters."""
    pieces = [value[start : start + 255] for start in range(0, len(value), 255)] or [""]
    return " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)


@dataclass
class NameServer:
    """What it serves, and how often it was asked over TCP."""

    zone: Zone
    address: tuple[str, int] = ("", 0)
    over_tcp: int = 0
    asked: list[str] = field(default_factory=list)

    def answer(self, wire: bytes, *, tcp: bool) -> bytes:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.asked.append(f"{name} {dns.rdatatype.to_text(question.rdtype)}")
        held = self.zone.get(name)
        response = dns.message.make_response(query)
        if held == SILENT:
            return b""
        if held == SERVFAIL:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif isinstance(held, Mapping):
            kind = dns.rdatatype.to_text(question.rdtype)
            values = held.get(kind, [])
            if values:
                values = [text(value) for value in values] if kind == "TXT" else values
                response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        elif not any(known.endswith(f".{name}") for known in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        if not tcp and len(response.to_wire(max_size=65535)) > UDP_BYTES:
            response.answer.clear()
            response.flags |= dns.flags.TC
        self.over_tcp += tcp
        return response.to_wire(max_size=65535)


@contextmanager
def serving(zone: Zone) -> Iterator[NameServer]:
    """One that runs on a free port, the same for both."""
    server, ended = NameServer(zone), threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        tcp.bind(("127.0.0.1", 0))
        server.address = tcp.getsockname()
        udp.bind(server.address)
        tcp.listen()
        for each in (udp, tcp):
            each.settimeout(0.05)
        threads = [
            threading.Thread(target=_serve_udp, args=(server, udp, ended)),
            threading.Thread(target=_serve_tcp, args=(server, tcp, ended)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield server
        finally:
            ended.set()
            for thread in threads:
                thread.join()


def _serve_udp(server: NameServer, listener: socket.socket, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(OSError):
            wire, asker = listener.recvfrom(4096)
            if said := server.answer(wire, tcp=False):
                listener.sendto(said, asker)


def _serve_tcp(server: NameServer, listener: socket.socket, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(OSError), listener.accept()[0] as connection:
            connection.settimeout(1)
            length = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
            said = server.answer(connection.recv(length, socket.MSG_WAITALL), tcp=True)
            connection.sendall(struct.pack("!H", len(said)) + said)
