"""The records that would mend what is wrong, as whoever runs the DNS copies them."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from mailing.arrival import dmarc, spf
from mailing.arrival.provider_records import SendingWay
from mailing.arrival.questions import Questions, Unanswered

_HARMLESS_END = "~all"
_END = re.compile(r"[-~?+]?all", re.IGNORECASE)


@dataclass(frozen=True)
class DnsRecord:
    """One record: what kind, at which name, with which content."""

    kind: str
    name: str
    value: str


@dataclass
class Room:
    """What still fits into a record: ten look-ups, two of them in vain. `beyond`: what fitted no more."""

    questions: Questions
    sender: str
    look_ups: int = spf.MOST_LOOK_UPS
    voids: int = spf.MOST_VOID
    beyond: list[str] = field(default_factory=list)

    def takes(self, part: str, domain: str) -> bool:
        """Whether a part can be read, names what is there, and fits."""
        cost = spf.Evaluation(self.questions, self.sender)
        with suppress(Unanswered):  # nothing is known against it
            try:
                term = cost.weigh(part, domain)
            except spf.Permanent as fault:
                if fault.code == "spf_too_many":
                    self.beyond.append(part)
                return False
            if term and cost.voids and term.name in ("a", "mx", "exists"):
                return False
        if cost.look_ups > self.look_ups or cost.voids > self.voids:
            self.beyond.append(part)
            return False
        self.look_ups -= cost.look_ups
        self.voids -= cost.voids
        return True


def permission(
    domain: str, texts: Sequence[str], way: SendingWay, host: str, room: Room
) -> tuple[DnsRecord, ...]:
    """One SPF record in place of all: the way first, then what can be kept of the others, and one end."""
    own = f"include:{way.includes[0]}" if way.includes else f"a:{host}"
    room.takes(own, domain)
    parts = [part for text in texts for part in text.split()[1:] if part.lower() != own.lower()]
    ends = [part for part in parts if _END.fullmatch(part)]
    kept = [part for part in dict.fromkeys(parts) if part not in ends and room.takes(part, domain)]
    redirects = [part for part in kept if part.lower().startswith("redirect=")]
    middle = [part for part in kept if part not in redirects]
    end = "-all" if ends and all(part[0] == "-" for part in ends) else _HARMLESS_END
    last = redirects[0] if redirects and not ends else end
    value = " ".join(["v=spf1", own, *(middle or ([] if way.includes else ["mx"])), last])
    return (DnsRecord("TXT", domain, value),)


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
