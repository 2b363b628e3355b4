"""The records that would mend what is wrong, as whoever runs the DNS copies them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailing.arrival import dmarc, spf
from mailing.arrival.questions import Questions
from mailing.arrival.ways import SendingWay

_HARMLESS_END = "~all"


@dataclass(frozen=True)
class DnsRecord:
    """One record: what kind, at which name, with which content."""

    kind: str
    name: str
    value: str


def permission(domain: str, texts: Sequence[str], way: SendingWay, host: str) -> tuple[DnsRecord, ...]:
    """One SPF record in place of all: the way first, then what can be read of the others, and one end."""
    own = f"include:{way.includes[0]}" if way.includes else f"a:{host}"
    kept = [part for text in texts for part in text.split()[1:] if _is_good(part, domain)]
    ends = [part for part in kept if re.fullmatch(r"[-~?+]?all", part, re.IGNORECASE)]
    redirects = [part for part in kept if part.lower().startswith("redirect=")]
    ends_or_redirects = {*ends, *redirects}
    middle = [part for part in kept if part not in ends_or_redirects and part.lower() != own.lower()]
    end = "-all" if ends and all(part[0] == "-" for part in ends) else _HARMLESS_END
    last = redirects[0] if redirects and not ends else end
    value = " ".join(dict.fromkeys(["v=spf1", own, *(middle or ([] if way.includes else ["mx"])), last]))
    return (DnsRecord("TXT", domain, value),)


def _is_good(part: str, domain: str) -> bool:
    """Whether a term can be read, and does not include the domain in itself."""
    try:
        spf.read(f"v=spf1 {part}")
    except spf.Permanent:
        return False
    return part.lower().partition(":")[2] != domain or part.lower().startswith(("a:", "mx:"))


def exchangers(domain: str, way: SendingWay, host: str) -> tuple[DnsRecord, ...]:
    """The provider's; a server of one's own takes what it sends."""
    values = way.exchangers or (() if way.includes else (f"10 {host}.",))
    return tuple(DnsRecord("MX", domain, value.format(dashed=domain.replace(".", "-"))) for value in values)


def key(domain: str, way: SendingWay) -> tuple[DnsRecord, ...]:
    """Where the key's name leads, with the providers whose names are known beforehand."""
    dashed = domain.replace(".", "-")
    return tuple(
        DnsRecord("CNAME", f"{selector}._domainkey.{domain}", target.format(domain=domain, dashed=dashed))
        for selector, target in way.keys.items()
    )


def policy(found: dmarc.Dmarc, questions: Questions) -> tuple[DnsRecord, ...]:
    """One that only watches, or the first of those that are there."""
    name = f"_dmarc.{found.at}"
    texts = [text.strip() for text in questions.texts(name)] if found.fault == "dmarc_two" else []
    good = [text for text in texts if dmarc.read(found.at, text)[0]]
    return (DnsRecord("TXT", name, good[0] if good else "v=DMARC1; p=none"),)
