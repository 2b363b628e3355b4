"""What a domain's name server says of its mail: who takes it (MX) and who sends it (SRV, RFC 6186).

The first tells the provider behind a domain of one's own. Whatever goes wrong, there is no answer: the
proposal is then a guess, as it would be offline. The names found are only proposed: what connects to them
is `mailing.smtp`, and only to public addresses.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from django.conf import settings
from dns.exception import DNSException
from dns.name import Name
from dns.nameserver import Do53Nameserver
from dns.rdata import Rdata
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.IN.SRV import SRV
from dns.resolver import NoResolverConfiguration, Resolver

from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.protocol import PORTS

TIMEOUT_SECONDS = 1.5
MOST_SERVERS = 2
Address = tuple[str, int]
# What is no host's name is left out; also the single dot of a domain that takes no mail (RFC 7505).
HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")


# RFC 8314 wants TLS from the start before STARTTLS.
SERVICES = ("_submissions._tcp", "_submission._tcp")


@dataclass(frozen=True)
class DomainMail:
    """`exchangers` take the domain's mail, `announced` are where it is handed in; both best first."""

    exchangers: list[str] = field(default_factory=list)
    announced: list[SmtpSettings] = field(default_factory=list)


def ask(domain: str, servers: Sequence[Address] | None = None) -> DomainMail:
    """All that is asked about a domain, at once: nobody waits longer than for one answer."""
    with ThreadPoolExecutor(2) as pool:
        exchangers = pool.submit(look_up, domain, servers)
        announced = pool.submit(look_up_services, domain, servers)
        return DomainMail(exchangers.result(), announced.result())


def look_up(domain: str, servers: Sequence[Address] | None = None) -> list[str]:
    """The names of the domain's mail servers, best first; empty when nobody answers in 1.5 seconds."""
    records = [record for record in _records(domain, "MX", servers) if isinstance(record, MX)]
    hosts = [_host(record.exchange) for record in sorted(records)]
    return [host for host in hosts if HOST.fullmatch(host)]


def look_up_services(domain: str, servers: Sequence[Address] | None = None) -> list[SmtpSettings]:
    """The servers that the domain itself names for handing mail in; «.» says that there is none."""
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        answers = pool.map(lambda service: _services(f"{service}.{domain}", servers), SERVICES)
        return [settings for answer in answers for settings in answer]


def _services(name: str, servers: Sequence[Address] | None) -> list[SmtpSettings]:
    records = [record for record in _records(name, "SRV", servers) if isinstance(record, SRV)]
    # The heaviest of those that come first.
    best = sorted(records, key=lambda record: (record.priority, -record.weight))
    found = [SmtpSettings(_host(record.target), record.port) for record in best]
    return [settings for settings in found if settings.port in PORTS and HOST.fullmatch(settings.host)]


def _host(name: Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _records(name: str, kind: str, servers: Sequence[Address] | None) -> list[Rdata]:
    # UnicodeError: no domain name at all. OSError: the server's machine says that nobody listens there.
    with suppress(DNSException, OSError, UnicodeError):
        return list(
            resolver(servers).resolve(
                name.encode("idna").decode(), kind, lifetime=TIMEOUT_SECONDS, search=False
            )
        )
    return []


def resolver(servers: Sequence[Address] | None) -> Resolver:
    """One that asks the given name servers, or those of the settings, or of this machine."""
    servers = settings.DNS_SERVERS if servers is None else servers
    try:
        made = Resolver(configure=not servers)
    except NoResolverConfiguration:
        made = Resolver(configure=False)
    if servers:
        made.nameservers = [Do53Nameserver(host, port) for host, port in servers]
    made.nameservers = made.nameservers[:MOST_SERVERS]
    # A second server still has its turn within the time.
    made.timeout = TIMEOUT_SECONDS / MOST_SERVERS
    return made
