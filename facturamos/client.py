"""Who is asking: the client's address and browser, for evidence of consent and for rate limits."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client's IP address, as far as our own proxies vouch for it.

    Each proxy of ours appends the address it saw to X-Forwarded-For, so only the last
    `settings.TRUSTED_PROXIES` entries are true; all before them may be made up.
    """
    direct = request.META.get("REMOTE_ADDR") or "0.0.0.0"  # noqa: S104  (a Unix socket has none)
    return _vouched_for(request) or _plain(direct) or direct


def _vouched_for(request: HttpRequest) -> str:
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return ""
    return _plain(_without_port(hops[-settings.TRUSTED_PROXIES].strip()))


def _plain(text: str) -> str:
    """IPv4 as such, also where who listens on both writes «::ffff:203.0.113.5»; no interface's name.

    Else all of IPv4 would count as one client. Empty when it is no address.
    """
    try:
        ip = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else str(ip)


def _without_port(hop: str) -> str:
    """Some gateways write «203.0.113.5:4711» and «[2001:db8::1]:4711»."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def browser(request: HttpRequest) -> str:
    """The User-Agent header, cut to what the evidence keeps."""
    return request.headers.get("User-Agent", "")[:400]
