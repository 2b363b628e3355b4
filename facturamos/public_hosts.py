"""Which addresses may be connected to for a host that somebody else named: public ones alone (SSRF).

A host is resolved once, every one of its addresses must be public, and the caller connects to a checked
address, never to the name: a name that answers differently the second time («rebinding») gains nothing.
"""

import socket
import threading
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

# What `is_global` lets through although nobody's server lives there.
_NOT_PUBLIC = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# 6to4 is retired (RFC 7526) and may carry any IPv4 address; 3fff::/20 is for documentation (RFC 9637).
_NOT_PUBLIC_V6 = (IPv6Network("2002::/16"), IPv6Network("3fff::/20"))
_NAT64 = IPv6Network("64:ff9b::/96")
# Interface identifiers of ISATAP (RFC 5214): 0000:5efe or 0200:5efe before an IPv4 address. Intranets only.
_ISATAP = (0x00005EFE, 0x02005EFE)

Lookup = Callable[[str, int], list[str]]


class Blocked(Exception):
    """The host must not be connected to. `code`: blocked_port, internal, name_not_found or timeout."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_public(address: str) -> bool:
    """Whether an IP address is a public host, and so is an IPv4 address that it carries."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return _is_public_v4(ip)
    if ip in _NAT64:
        return _is_public_v4(IPv4Address(int(ip) & 0xFFFFFFFF))
    # Everything outside of 2000::/3 is special: loopback, mapped, compatible, translated, local.
    if ip not in _GLOBAL_UNICAST or any(ip in network for network in _NOT_PUBLIC_V6):
        return False
    is_isatap = int(ip) >> 32 & 0xFFFFFFFF in _ISATAP
    return ip.is_global and not ip.is_reserved and not ip.scope_id and not is_isatap


def _is_public_v4(ip: IPv4Address) -> bool:
    special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _NOT_PUBLIC)
    return ip.is_global and not special


def system_lookup(host: str, port: int) -> list[str]:
    """All addresses of a host, as the system resolves it. Raises OSError or UnicodeError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _within(seconds: float, lookup: Lookup, host: str, port: int) -> list[str]:
    """Runs a lookup that may hang: the system's resolver knows no deadline."""
    answer: list[list[str]] = []

    def ask() -> None:
        try:
            answer.append(lookup(host, port))
        except (OSError, ValueError):  # ValueError: what IDNA and getaddrinfo say of unfit names
            answer.append([])

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answer:
        raise Blocked("timeout")
    return answer[0]


def resolve(
    host: str,
    port: int,
    *,
    seconds: float,
    allowed: Collection[str],
    ports: Collection[int],
    lookup: Lookup = system_lookup,
) -> list[str]:
    """The addresses to connect to, all of them checked.

    `ports`: the only ones there are. `allowed`: exceptions, «host:port», for development. Raises Blocked.
    """
    exempt = f"{host}:{port}" in allowed
    if not exempt and port not in ports:
        raise Blocked("blocked_port")
    addresses = _within(seconds, lookup, host, port)
    if not addresses:
        raise Blocked("name_not_found")
    if not exempt and not all(is_public(address) for address in addresses):
        raise Blocked("internal")
    return addresses
