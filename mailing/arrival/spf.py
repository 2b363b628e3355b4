"""May this server send for this domain? SPF as receivers read it (RFC 7208): ten look-ups, two in vain.

Where a provider sends from addresses that we do not know, the question is asked of the name that it tells its
customers to include: everything within it is followed as for an address that none of it names, so that the
look-ups are counted at their worst.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote

from dns.rdtypes.ANY.MX import MX

from mailing.arrival.questions import Questions

MOST_LOOK_UPS = 10
MOST_VOID = 2
MOST_EXCHANGERS = 10
QUALIFIERS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM = re.compile(
    r"(?P<qualifier>[-+~?]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<value>[^\s]*?))?(?:/(?P<four>\d{1,3}))?(?://(?P<six>\d{1,3}))?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9._-]*)=(?P<value>\S*)", re.IGNORECASE)
_MACRO = re.compile(r"%(?:\{([slodiphcrtv])(\d*)(r?)([-.+,/_=]*)\}|([%_-]))", re.IGNORECASE)
_WANTS_VALUE = ("include", "exists", "ip4", "ip6")

type IpAddress = IPv4Address | IPv6Address


class Permanent(Exception):
    """The record cannot be read by anybody: `code` of arrival's sentences, and what is at fault."""

    def __init__(self, code: str, what: str) -> None:
        super().__init__(code)
        self.code, self.what = code, what


@dataclass(frozen=True)
class Term:
    """One part of a record that says who may send."""

    text: str
    qualifier: str
    name: str
    value: str
    four: int = 32
    six: int = 128


@dataclass(frozen=True)
class Record:
    """A record as receivers take it apart."""

    text: str
    terms: tuple[Term, ...]
    redirect: str


@dataclass
class Evaluation:
    """One sender, judged as receivers do. `address`: whence it sends; None: from within `includes`.

    `look_ups` tells afterwards how many it took.
    """

    questions: Questions
    sender: str
    address: IpAddress | None = None
    includes: Collection[str] = ()
    look_ups: int = 0
    voids: int = 0
    _path: list[str] = field(default_factory=list)

    def judge(self, domain: str) -> str:
        """none, pass, fail, softfail or neutral. Raises Permanent, and Unanswered."""
        domain = domain.rstrip(".").lower()
        if domain in self._path:
            raise Permanent("spf_loop", domain)
        record = record_of(domain, self.questions)
        if record is None:
            return "none"
        self._path.append(domain)
        try:
            return self._result(record, domain)
        finally:
            self._path.pop()

    def weigh(self, part: str, domain: str) -> Term | None:
        """Counts what one part of a record costs, whoever sends; None of a modifier. Raises Permanent."""
        record = read(f"v=spf1 {part}")
        self._path.append(domain)
        for term in record.terms:
            self._matches(term, domain)
        if record.redirect:
            self._result(record, domain)
        return next(iter(record.terms), None)

    def _result(self, record: Record, domain: str) -> str:
        for term in record.terms:
            if self._matches(term, domain):
                return QUALIFIERS[term.qualifier]
        if not record.redirect or any(term.name == "all" for term in record.terms):
            return "neutral"
        self._count(f"redirect={record.redirect}")
        target = self._expanded(record.redirect, domain)
        result = self._inside(target)
        if result == "none":
            raise Permanent("spf_missing_include", target)
        return result

    def _inside(self, target: str) -> str:
        """Of another domain's record; where it is the provider's, whoever it is about sends from within."""
        result = self.judge(target)
        return "pass" if target in self.includes and result != "none" else result

    def _count(self, what: str) -> None:
        self.look_ups += 1
        if self.look_ups > MOST_LOOK_UPS:
            raise Permanent("spf_too_many", what)

    def _matches(self, term: Term, domain: str) -> bool:
        match term.name:
            case "all":
                return True
            case "ip4" | "ip6":
                return self.address is not None and self.address in ip_network(term.value, strict=False)
        self._count(term.text)
        target = self._expanded(term.value, domain) if term.value else domain
        match term.name:
            case "include":
                return self._includes(target)
            case "a":
                return self._is_among(target, term)
            case "mx":
                return self._is_exchanger(target, term)
            case "exists":
                # What stands for an unknown address can be asked of nobody.
                unknown = self.address is None and "%" in term.value
                return not unknown and bool(self._asked(target, "A"))
        return False  # «ptr» is not to be used (RFC 7208, 5.5)

    def _includes(self, target: str) -> bool:
        result = self._inside(target)
        if result == "none":
            raise Permanent("spf_missing_include", target)
        return result == "pass"

    def _is_among(self, host: str, term: Term) -> bool:
        six = isinstance(self.address, IPv6Address)
        found = self._asked(host, "AAAA" if six else "A")
        prefix = term.six if six else term.four
        return self.address is not None and any(
            self.address in ip_network(f"{record}/{prefix}", strict=False) for record in found
        )

    def _is_exchanger(self, domain: str, term: Term) -> bool:
        names = [
            record.exchange.to_text(omit_final_dot=True)
            for record in self._asked(domain, "MX")
            if isinstance(record, MX)
        ]
        if len(names) > MOST_EXCHANGERS:
            raise Permanent("spf_too_many", term.text)
        # Each may be asked for; they count by themselves, up to ten (RFC 7208, 4.6.4).
        return self.address is not None and any(
            self._is_among(name, term) for name in names if name not in (".", "")
        )

    def _asked(self, name: str, kind: str) -> list[object]:
        found = self.questions.records(name, kind)
        if not found:
            self.voids += 1
            if self.voids > MOST_VOID:
                raise Permanent("spf_void", name)
        return list(found)

    def _expanded(self, text: str, domain: str) -> str:
        """Macros (RFC 7208, 7), and at most 253 characters from the right."""
        local, _, from_domain = self.sender.rpartition("@")
        six = isinstance(self.address, IPv6Address)
        nibbles = (
            ".".join(self.address.exploded.replace(":", "")) if isinstance(self.address, IPv6Address) else ""
        )
        values = {
            "s": self.sender,
            "l": local,
            "o": from_domain,
            "d": domain,
            "i": nibbles or str(self.address or ""),
            "p": "unknown",
            "h": from_domain,
            "v": "ip6" if six else "in-addr",
        }

        def expand(found: re.Match[str]) -> str:
            if found[5]:
                return {"%": "%", "_": " ", "-": "%20"}[found[5]]
            letter = found[1].lower()
            parts = re.split(f"[{re.escape(found[4] or '.')}]", values.get(letter, ""))
            parts = parts[::-1] if found[3] else parts
            said = ".".join(parts[-int(found[2]) :] if int(found[2] or 0) else parts)
            return quote(said, safe="-._~") if found[1].isupper() else said

        expanded = _MACRO.sub(expand, text).lower().rstrip(".")
        while len(expanded) > 253 and "." in expanded:
            expanded = expanded.partition(".")[2]
        return expanded


def records_of(domain: str, questions: Questions) -> list[str]:
    """The SPF records of a domain: there must be one. Raises Unanswered."""
    texts = [text.strip() for text in questions.texts(domain)]
    return [text for text in texts if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]


def record_of(domain: str, questions: Questions) -> Record | None:
    """The one record, or None. Raises Permanent where there are two, or one that cannot be read."""
    found = records_of(domain, questions)
    if len(found) > 1:
        raise Permanent("spf_two", domain)
    return read(found[0]) if found else None


def read(text: str) -> Record:
    """A record taken apart. Whatever is wrong anywhere in it spoils all of it (RFC 7208, 4.6)."""
    terms, redirects = [], []
    for part in text.split()[1:]:
        found = _MODIFIER.fullmatch(part)
        if found:
            redirects += [found["value"]] if found["name"].lower() == "redirect" else []
            if found["name"].lower() == "redirect" and not found["value"]:
                raise Permanent("spf_syntax", part)
        else:
            terms.append(_term(part))
    if len(redirects) > 1:
        raise Permanent("spf_syntax", f"redirect={redirects[1]}")
    return Record(text, tuple(terms), redirects[0] if redirects else "")


def _term(part: str) -> Term:
    found = _TERM.fullmatch(part)
    name = found["name"].lower() if found else ""
    if found is None or (name in _WANTS_VALUE and not found["value"]) or found["value"] == "":
        raise Permanent("spf_syntax", part)
    value = found["value"] or ""
    if name in ("ip4", "ip6"):
        return Term(part, found["qualifier"] or "+", name, _network(part, name))
    if name == "all" and part.lstrip("+-~?").lower() != "all":
        raise Permanent("spf_syntax", part)
    four, six = int(found["four"] or 32), int(found["six"] or 128)
    odd_macro = "%" in _MACRO.sub("", value)
    if four > 32 or six > 128 or odd_macro or (name in ("include", "exists") and found["four"]):
        raise Permanent("spf_syntax", part)
    return Term(part, found["qualifier"] or "+", name, value, four, six)


def _network(part: str, name: str) -> str:
    value = part.partition(":")[2]
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise Permanent("spf_syntax", part) from None
    if network.version != int(name[2]):
        raise Permanent("spf_syntax", part)
    return str(network)


def addresses_of(host: str, questions: Questions) -> list[IpAddress]:
    """Whence a server of one's own sends, as far as its name tells: a few. Raises Unanswered."""
    found = [str(record) for kind in ("A", "AAAA") for record in questions.records(host, kind)[:2]]
    return [ip_address(text) for text in found]
