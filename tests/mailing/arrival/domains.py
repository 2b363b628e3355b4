"""What a domain's name server says, how its mail leaves, and what is found; the tables are beside this."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

Records = Mapping[str, Sequence[str]] | str


@cache
def key(bits: int) -> str:
    """A DKIM record with a key of that length; 0 bits: one of another kind."""
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    made = rsa.RSAPublicNumbers(65537, (1 << bits - 1) + 1).public_key() if bits else other
    der = made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


# What others' records say, which many include.
COMMON: dict[str, Records] = {
    "_spf.google.com": {"TXT": ["v=spf1 include:_netblocks.google.com include:_netblocks2.google.com ~all"]},
    "_netblocks.google.com": {"TXT": ["v=spf1 ip4:203.0.113.0/24 ~all"]},
    "_netblocks2.google.com": {"TXT": ["v=spf1 ip6:2001:db8:4000::/36 ~all"]},
    "smtp.gmail.com": {"A": ["198.51.100.5"]},
    "spf.protection.outlook.com": {"TXT": ["v=spf1 ip4:203.0.113.64/26 -all"]},
    "smtp.office365.com": {"A": ["198.51.100.6"]},
    "_spf.mail.hostinger.com": {"TXT": ["v=spf1 ip4:203.0.113.128/25 ~all"]},
    "smtp.hostinger.com": {"A": ["198.51.100.7"]},
    "spf.messagingengine.com": {"TXT": ["v=spf1 ip4:203.0.113.1 ?all"]},
    "smtp.fastmail.com": {"A": ["198.51.100.8"]},
    "email-smtp.us-east-1.amazonaws.com": {"A": ["198.51.100.9"]},
    "smtp.sendgrid.net": {"A": ["198.51.100.10"]},
    "secureserver.net": {"TXT": ["v=spf1 ip4:203.0.113.7 -all"]},
    "smtpout.secureserver.net": {"A": ["198.51.100.11"]},
    **{f"nothing{n}.example": {"TXT": ["v=spf1 -all"]} for n in range(12)},
}
GMAIL, OFFICE, OWN = "smtp.gmail.com", "smtp.office365.com", "mail.d.mx"
GOOD_SPF = "v=spf1 include:_spf.google.com ~all"
MX = ["10 mx.d.mx."]


@dataclass(frozen=True)
class Domain:
    """`d.mx` as one of them has it: what is found, a record that is proposed, and what the sentences name."""

    what: str
    codes: tuple[str, ...]
    spf: Sequence[str] = (GOOD_SPF,)
    dmarc: Sequence[str] = ("v=DMARC1; p=none",)
    mx: Sequence[str] = tuple(MX)
    host: str = GMAIL
    more: Mapping[str, Records] = field(default_factory=dict)
    copies: str = ""
    domain: str = "d.mx"
    dkim: str = "google"
    key: str = "good"
    says: str = ""

    def zone(self) -> dict[str, Records]:
        """The whole of what its name server serves."""
        zone: dict[str, Records] = dict(COMMON)
        zone[self.domain] = {"TXT": ["google-site-verification=x", *self.spf], "MX": list(self.mx)}
        zone[f"_dmarc.{self.domain}"] = {"TXT": list(self.dmarc)}
        zone["mail.d.mx"] = {"A": ["192.0.2.9"]}
        for name in ("mx.d.mx", "a.d.mx", "b.d.mx"):
            zone[name] = {"A": ["192.0.2.10"]}
        if self.dkim:
            value = key(2048) if self.key == "good" else self.key
            zone[f"{self.dkim}._domainkey.{self.domain}"] = {"TXT": [value]}
        return {**zone, **self.more}


FINE = ("mx_ok", "spf_ok", "dkim_ok", "dmarc_watching")


def spf_alone(code: str) -> tuple[str, ...]:
    """What is found where only that is wrong."""
    return ("mx_ok", code, "dkim_ok", "dmarc_watching")
