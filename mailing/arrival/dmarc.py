"""What a domain asks to be done with mail that does not prove to be its own: DMARC (RFC 9989).

The organisational domain is found by walking up the tree of names, without a list of public suffixes.
"""

import re
from dataclasses import dataclass

from mailing.arrival.questions import Questions

MOST_LABELS = 8
POLICIES = ("none", "quarantine", "reject")


@dataclass(frozen=True)
class DmarcRecord:
    """A record, and the domain that it stands at."""

    domain: str
    text: str
    policy: str
    # For names below its domain; as the policy, where it says nothing.
    below: str
    strict_spf: bool
    strict_dkim: bool
    # «y»: a registry's, not an organisation's; «n»: an organisation's, wherever it stands.
    suffix: str = ""


@dataclass(frozen=True)
class Dmarc:
    """What holds for an author's domain: the record, None without one, and its policy.

    `fault` tells what keeps a record from counting, and `at` where it stands.
    """

    author: str
    organization: str
    record: DmarcRecord | None = None
    policy: str = ""
    fault: str = ""
    at: str = ""

    def aligned(self, domain: str, *, strict: bool) -> bool:
        """Whether a signature of `domain` speaks for the author's."""
        within = f".{domain}".endswith(f".{self.organization}")
        return domain == self.author or (within and not strict)


def find(author: str, questions: Questions) -> Dmarc:
    """The policy of an author's domain. Raises Unanswered."""
    found: list[DmarcRecord] = []
    fault, at = "", ""
    for domain in _upwards(author):
        record, wrong = _record(domain, questions)
        if wrong and not fault:
            fault, at = wrong, domain
        if record:
            found.append(record)
            if record.suffix == "n" or (record.suffix == "y" and domain != author):
                break
    organization = _organization(author, found)
    holds = [record for record in found if record.domain in (author, organization)]
    if not holds:
        return Dmarc(author, organization, fault=fault, at=at or author)
    policy = holds[0].policy if holds[0].domain == author else holds[0].below
    return Dmarc(author, organization, holds[0], policy)


def _upwards(author: str) -> list[str]:
    """The domain and those above it; of very long names only the last seven parts (RFC 9989, 4.10)."""
    labels = author.split(".")
    starts = range(1, len(labels)) if len(labels) <= MOST_LABELS else range(len(labels) - 7, len(labels))
    return [author, *(".".join(labels[start:]) for start in starts)]


def _organization(author: str, found: list[DmarcRecord]) -> str:
    """The highest that has a record, but a registry's: then the one below it."""
    for record in found:
        if record.suffix == "n":
            return record.domain
        if record.suffix == "y" and record.domain != author:
            labels = author.split(".")
            return ".".join(labels[len(labels) - record.domain.count(".") - 2 :])
    return found[-1].domain if found else author


def _record(domain: str, questions: Questions) -> tuple[DmarcRecord | None, str]:
    texts = [text.strip() for text in questions.texts(f"_dmarc.{domain}")]
    records = [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
    if len(records) > 1:
        return None, "dmarc_two"
    if not records:
        return None, "dmarc_syntax" if any("dmarc1" in text.lower() for text in texts) else ""
    return read(domain, records[0])


def read(domain: str, text: str) -> tuple[DmarcRecord | None, str]:
    """A record's tags, and what is wrong with it; what nobody knows is passed over."""
    tags = {
        name.strip().lower(): value.strip()
        for name, equals, value in (part.partition("=") for part in text.split(";"))
        if equals
    }
    policy = tags.get("p", "").lower()
    if policy not in POLICIES:
        # With an address for reports it counts as «none», else it is none (RFC 9989, 4.7).
        if "rua" not in tags:
            return None, "dmarc_syntax"
        policy = "none"
    below = tags.get("sp", "").lower()
    record = DmarcRecord(
        domain=domain,
        text=text,
        policy=policy,
        below=below if below in POLICIES else policy,
        strict_spf=tags.get("aspf", "r").lower() == "s",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        suffix=tags.get("psd", "").lower(),
    )
    return record, ""
