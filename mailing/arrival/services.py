"""«¿Llegarán sus facturas?»: what a sender's domain says of it, against the way its mail leaves.

Asked in the worker beside a mailbox's test and kept with it: a page asks no name server. What is found is a
warning at most; the mailbox is used all the same.
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from ipaddress import ip_address, ip_network

from dns.rdtypes.ANY.MX import MX

from mailing.addresses import ascii_address
from mailing.arrival import dkim, dmarc, repairs, spf
from mailing.arrival.provider_records import OWN_SELECTORS, SendingWay, is_theirs, public_provider, way_of
from mailing.arrival.questions import SECONDS, Questions, Unanswered
from mailing.arrival.repairs import DnsRecord
from mailing.arrival.sentences import GOOD, HEADINGS, SENTENCES, UNKNOWN, WARNING
from mailing.doctor import mx

# Names that stand for nobody (RFC 2606, RFC 6761): nobody is asked about them.
_RESERVED = (
    *("test", "example", "invalid", "localhost", "local", "internal"),
    *("example.com", "example.net", "example.org"),
)


# An address where a name belongs (RFC 5321, 5.1).
_ADDRESS = re.compile(r"[\d.]+|.*:.*")
MOST_EXCHANGERS = 5
# There is nobody there but oneself, and the neighbours at home (RFC 1122, RFC 1918, RFC 3927, RFC 4291).
_AT_HOME = [
    *map(ip_network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "::/127", "fe80::/10")),
    *map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")),
]


@dataclass(frozen=True)
class ArrivalFinding:
    """One thing found: a code of `sentences`, the words, and records to copy for whoever runs the DNS."""

    code: str
    level: str
    title: str
    text: str
    records: tuple[DnsRecord, ...] = ()


@dataclass(frozen=True)
class Arrival:
    """Everything found about one domain and one way."""

    domain: str
    findings: tuple[ArrivalFinding, ...]

    @property
    def level(self) -> str:
        """Whether anything is to be mended, or could not be asked."""
        levels = {finding.level for finding in self.findings}
        return WARNING if WARNING in levels else UNKNOWN if UNKNOWN in levels else GOOD

    def stored(self) -> dict[str, object]:
        """As it is kept with a test."""
        return {
            "domain": self.domain,
            "level": self.level,
            "heading": HEADINGS[self.level],
            "findings": [asdict(finding) for finding in self.findings],
        }


def examine(
    from_email: str,
    host: str,
    *,
    selectors: Sequence[str] = (),
    servers: Sequence[mx.Address] | None = None,
    seconds: float = SECONDS,
) -> Arrival | None:
    """What is found about an address that is sent from by a server; None where nobody can be asked.

    `selectors`: of DKIM, where they are known besides the provider's. Takes `seconds` at most.
    """
    address = ascii_address(from_email)
    domain = address.rpartition("@")[2].lower()
    if any(f".{domain}".endswith(f".{name}") for name in _RESERVED):
        return None
    if provider := public_provider(address):
        code = "public" if is_theirs(address, host) else "public_elsewhere"
        return Arrival(domain, (_found(code, domain, SendingWay(provider), host),))
    return _Examination(address, domain, host, tuple(selectors), Questions(servers, seconds)).run()


def _found(code: str, domain: str, way: SendingWay, what: str = "", *records: DnsRecord) -> ArrivalFinding:
    sentence = SENTENCES[code]
    words = {"domain": domain, "way": way.name, "what": what[:100]}
    return ArrivalFinding(
        code, sentence.level, sentence.title.format(**words), sentence.text.format(**words), records
    )


def _is_elsewhere(address: str) -> bool:
    return all(ip_address(address) not in network for network in _AT_HOME)


class _Examination:
    """One domain: everything is asked at once, and judged when it is there."""

    def __init__(
        self, address: str, domain: str, host: str, selectors: tuple[str, ...], questions: Questions
    ) -> None:
        self.address, self.domain, self.host = address, domain, host
        self.way = way_of(host)
        self.selectors = (*selectors, *(self.way.selectors or (() if self.way.includes else OWN_SELECTORS)))
        self.questions = questions

    def run(self) -> Arrival:
        with ThreadPoolExecutor(4) as pool:
            policy = pool.submit(self._dmarc)
            exchangers = pool.submit(self._or_unknown, self._exchangers, "mx_unknown")
            permission = pool.submit(self._or_unknown, self._permission, "spf_unknown")
            signature = pool.submit(self._or_unknown, lambda: self._signature(policy), "dkim_unknown")
            found = [exchangers.result(), permission.result(), signature.result()]
        if found[0] and found[0].code == "no_domain":
            return Arrival(self.domain, (found[0],))
        verdict = self._verdict(policy.result(), found[1], found[2])
        return Arrival(self.domain, tuple(finding for finding in [*found, verdict] if finding))

    def _found(self, code: str, what: str = "", *records: DnsRecord) -> ArrivalFinding:
        return _found(code, self.domain, self.way, what, *records)

    def _or_unknown(self, ask: Callable[[], ArrivalFinding | None], unknown: str) -> ArrivalFinding | None:
        try:
            return ask()
        except Unanswered:
            return self._found(unknown)

    # --- who takes answers

    def _exchangers(self) -> ArrivalFinding:
        records = sorted(each for each in self.questions.records(self.domain, "MX") if isinstance(each, MX))
        names = [record.exchange.to_text(omit_final_dot=True).lower() for record in records]
        named = [name for name in names if name not in (".", "")]
        if names and not named:
            return self._found("mx_null")
        if there := next((name for name in named[:MOST_EXCHANGERS] if self._takes_mail(name)), ""):
            return self._found("mx_ok", there)
        if named:
            fixed = repairs.exchangers(self.domain, self.way, self.host)
            return self._found("mx_dead", ", ".join(named), *fixed)
        if not self.questions.exists(self.domain):
            return self._found("no_domain")
        return self._found("mx_missing", "", *repairs.exchangers(self.domain, self.way, self.host))

    def _takes_mail(self, name: str) -> bool:
        """Whether an exchanger is a name that leads anywhere; one that nobody answers about may be."""
        if _ADDRESS.fullmatch(name) or name.rpartition(".")[2] in _RESERVED:
            return False
        try:
            return any(
                _is_elsewhere(str(record))
                for kind in ("A", "AAAA")
                for record in self.questions.records(name, kind)
            )
        except Unanswered:
            return True

    # --- who may send

    def _permission(self) -> ArrivalFinding:
        if not self.way.own_envelope:
            return self._found("spf_elsewhere")
        texts = spf.records_of(self.domain, self.questions)
        try:
            result = self._judged()
            everybody = result == "pass" and any(
                term.name == "all" and term.qualifier == "+"
                for text in texts
                for term in spf.read(text).terms
            )
        except spf.Permanent as fault:
            return self._refused(fault.code, texts, fault.what)
        if everybody:
            return self._refused("spf_open", texts)
        return self._found("spf_ok") if result == "pass" else self._refused(f"spf_{result}", texts)

    def _refused(self, code: str, texts: Sequence[str], what: str = "") -> ArrivalFinding:
        room = repairs.Room(self.questions, self.address)
        fixed = repairs.permission(self.domain, texts, self.way, self.host, room)
        left_out = ", ".join(room.beyond)
        return self._found(code, left_out if code == "spf_too_many" and left_out else what, *fixed)

    def _judged(self) -> str:
        """By the provider's own part of the record; else by the address of the server."""
        evaluation = spf.Evaluation(self.questions, self.address, includes=self.way.includes)
        result = evaluation.judge(self.domain)
        if result in ("pass", "none"):
            return result
        addresses = spf.addresses_of(self.host, self.questions)
        results = [
            spf.Evaluation(self.questions, self.address, each).judge(self.domain) for each in addresses
        ]
        return "pass" if "pass" in results else result

    # --- what is signed

    def _signature(self, found: Future[dmarc.Dmarc | None]) -> ArrivalFinding | None:
        if not self.selectors:
            return None
        code, selector = dkim.judge(self.domain, self.selectors, self.questions)
        policy = found.result() if code == "dkim_missing" else None
        if policy and policy.organization != self.domain:
            above = policy.organization
            code, selector = dkim.judge(above, self.selectors, self.questions)
            strict = policy.record is not None and policy.record.strict_dkim
            if code == "dkim_ok" and not policy.aligned(above, strict=strict):
                return self._found("dkim_above", above)
        if code == "dkim_missing" and not self.way.selectors:
            return None  # a server of one's own may sign with a key of any name
        fixed = repairs.key(self.domain, self.way) if code == "dkim_missing" else ()
        return self._found(code, selector, *fixed)

    # --- and what is asked to be done with the rest

    def _dmarc(self) -> dmarc.Dmarc | None:
        try:
            return dmarc.find(self.domain, self.questions)
        except Unanswered:
            return None

    def _verdict(
        self, policy: dmarc.Dmarc | None, permission: ArrivalFinding | None, signature: ArrivalFinding | None
    ) -> ArrivalFinding:
        if policy is None:
            return self._found("dmarc_unknown")
        if policy.record is None:
            code = policy.fault or "dmarc_none"
            return self._found(code, "", *repairs.policy(policy, self.questions))
        if policy.policy == "none":
            return self._found("dmarc_watching")
        proofs = {finding.code for finding in (permission, signature) if finding}
        if proofs & {"spf_ok", "spf_open", "dkim_ok"}:
            return self._found("dmarc_ok", policy.policy)
        return self._found(
            "dmarc_unknown" if proofs & {"spf_unknown", "dkim_unknown"} else f"dmarc_{policy.policy}"
        )
