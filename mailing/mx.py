"""Which servers take a domain's mail (its MX records): that tells the provider behind a domain of one's own.

The standard library resolves addresses only, and a resolver library for one kind of record is a large
guest; this asks the system's name server one question over UDP (RFC 1035) and reads what fits into the
answer. Whatever goes wrong, there is no answer: the proposal is then a guess, as it would be offline.
"""

import ipaddress
import secrets
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

MX = 15
TIMEOUT_SECONDS = 1.5
MOST_SERVERS = 2
# A name of 255 octets has at most 127 labels; pointers that run in a circle end here too.
MOST_STEPS = 128
_CONFIGURATION = Path("/etc/resolv.conf")
Address = tuple[str, int]


class Unreadable(ValueError):
    """An answer that is not one to our question."""


def look_up(domain: str, servers: Sequence[Address] | None = None) -> list[str]:
    """The names of the domain's mail servers, best first; empty when nobody answers in 1.5 seconds."""
    ends = time.monotonic() + TIMEOUT_SECONDS
    for server in (system_servers() if servers is None else servers)[:MOST_SERVERS]:
        with suppress(OSError, Unreadable, UnicodeError):
            return _ask(server, domain, ends - time.monotonic())
    return []


def system_servers() -> list[Address]:
    """The name servers that this machine is told to ask."""
    try:
        lines = _CONFIGURATION.read_text().splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines if line.startswith("nameserver")]
    return [(each[1], 53) for each in words if len(each) > 1]


def _ask(server: Address, domain: str, seconds: float) -> list[str]:
    number = secrets.randbelow(1 << 16)
    family = socket.AF_INET6 if ipaddress.ip_address(server[0]).version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as link:
        link.settimeout(max(seconds, 0.01))
        link.connect(server)  # so that only this server's datagrams arrive
        link.send(question(domain, number))
        return read(link.recv(4096), number)


def question(domain: str, number: int) -> bytes:
    """The query for a domain's MX records. Raises UnicodeError when it is no domain name."""
    name = domain.encode("idna")
    labels = b"".join(bytes([len(label)]) + label for label in name.split(b"."))
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">2H", MX, 1)


def read(answer: bytes, number: int) -> list[str]:
    """The mail servers that an answer names, best first. Raises Unreadable."""
    try:
        found = sorted(_records(answer, number))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Unreadable from error
    return [host for _preference, host in found if host]


def _records(answer: bytes, number: int) -> Iterator[tuple[int, str]]:
    returned, flags, questions, records = struct.unpack_from(">4H", answer)
    if returned != number or not flags & 0x8000:
        raise Unreadable("not an answer to this question")
    at = 12
    for _ in range(questions):
        _name, at = _read_name(answer, at)
        at += 4
    for _ in range(records):
        _name, at = _read_name(answer, at)
        kind, _class, _seconds, length = struct.unpack_from(">2HIH", answer, at)
        at += 10
        if kind == MX:
            yield struct.unpack_from(">H", answer, at)[0], _read_name(answer, at + 2)[0]
        at += length


def _read_name(answer: bytes, at: int) -> tuple[str, int]:
    """A domain name, and where what follows begins. Names are compressed by pointers (RFC 1035, 4.1.4)."""
    labels: list[str] = []
    after = 0
    for _ in range(MOST_STEPS):
        size = answer[at]
        if size >= 0xC0:
            after = after or at + 2
            at = int.from_bytes(answer[at : at + 2]) & 0x3FFF
        elif size == 0:
            return ".".join(labels).lower(), after or at + 1
        else:
            labels.append(answer[at + 1 : at + 1 + size].decode("ascii"))
            at += 1 + size
    raise Unreadable("a name without an end")
