"""How each provider's mail leaves: what a domain's records must say of it. Plain data, from their help pages.

They change without telling us. Whom this does not know is judged by the address of the server itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailing.doctor import provider_catalogue
from mailing.doctor.providers import domain_of, provider_of


@dataclass(frozen=True)
class SendingWay:
    """What proves that a provider may send for a domain."""

    name: str
    # What a domain's SPF includes; the first is what is proposed.
    includes: tuple[str, ...] = ()
    selectors: tuple[str, ...] = ()
    # What takes the domain's mail, as MX records with their preference.
    exchangers: tuple[str, ...] = ()
    # Where the names of keys lead (CNAME): «{domain}», and «{dashed}» with hyphens for its dots.
    keys: Mapping[str, str] = field(default_factory=dict)
    # Whether mail comes back to the author's own domain; else SPF is about the provider's: DKIM must hold.
    own_envelope: bool = True


_GOOGLE = SendingWay("Google", ("_spf.google.com", "spf.google.com"), ("google",), ("1 smtp.google.com.",))
_MICROSOFT = SendingWay(
    "Microsoft 365",
    ("spf.protection.outlook.com",),
    ("selector1", "selector2"),
    ("0 {dashed}.mail.protection.outlook.com.",),
)
_ZOHO = SendingWay(
    "Zoho",
    ("zohomail.com", "zoho.com", "zoho.eu", "one.zoho.com", "zcsend.net"),
    ("zmail", "zoho", "zohomail"),
    ("10 mx.zoho.com.", "20 mx2.zoho.com.", "50 mx3.zoho.com."),
)
WAYS = {
    provider_catalogue.GOOGLE.name: _GOOGLE,
    provider_catalogue.MICROSOFT.name: _MICROSOFT,
    provider_catalogue.OUTLOOK.name: _MICROSOFT,
    provider_catalogue.ZOHO.name: _ZOHO,
    provider_catalogue.GODADDY.name: SendingWay(
        "GoDaddy", ("secureserver.net",), (), ("0 smtp.secureserver.net.", "10 mailstore1.secureserver.net.")
    ),
    provider_catalogue.HOSTINGER.name: SendingWay(
        "Hostinger",
        ("_spf.mail.hostinger.com",),
        ("hostingermail-a", "hostingermail-b", "hostingermail-c", "hostingermail1"),
        ("5 mx1.hostinger.com.", "10 mx2.hostinger.com."),
        {"hostingermail-a": "hostingermail-a.dkim.mail.hostinger.com."},
    ),
    provider_catalogue.TITAN.name: SendingWay(
        "Titan", ("spf.titan.email",), ("titan1",), ("10 mx1.titan.email.", "20 mx2.titan.email.")
    ),
    provider_catalogue.RACKSPACE.name: SendingWay(
        "Rackspace", ("emailsrvr.com",), (), ("10 mx1.emailsrvr.com.",)
    ),
    provider_catalogue.IONOS.name: SendingWay(
        "IONOS",
        ("_spf.perfora.net", "_spf.kundenserver.de", "_spf-us.ionos.com", "_spf-eu.ionos.com"),
        ("s1-ionos", "s2-ionos"),
        (),
        {"s1-ionos": "s1.dkim.ionos.com."},
    ),
    provider_catalogue.NAMECHEAP.name: SendingWay(
        "Namecheap", ("spf.privateemail.com",), ("default",), ("10 mx1.privateemail.com.",)
    ),
    provider_catalogue.PROTON.name: SendingWay(
        "Proton",
        ("_spf.protonmail.ch",),
        ("protonmail", "protonmail2", "protonmail3"),
        ("10 mail.protonmail.ch.", "20 mailsec.protonmail.ch."),
    ),
    provider_catalogue.FASTMAIL.name: SendingWay(
        "Fastmail",
        ("spf.messagingengine.com",),
        ("fm1", "fm2", "fm3"),
        ("10 in1-smtp.messagingengine.com.", "20 in2-smtp.messagingengine.com."),
        {"fm1": "fm1.{domain}.dkim.fmhosted.com."},
    ),
    provider_catalogue.ICLOUD.name: SendingWay(
        "iCloud", ("icloud.com",), ("sig1",), ("10 mx01.mail.icloud.com.",)
    ),
    provider_catalogue.YANDEX.name: SendingWay(
        "Yandex", ("_spf.yandex.net",), ("mail",), ("10 mx.yandex.net.",)
    ),
    # They send for programs: back to themselves, unless the domain has been set up further.
    provider_catalogue.SES.name: SendingWay("Amazon SES", ("amazonses.com",), own_envelope=False),
    provider_catalogue.SENDGRID.name: SendingWay(
        "SendGrid", ("sendgrid.net",), ("s1", "s2"), own_envelope=False
    ),
    provider_catalogue.MAILGUN.name: SendingWay(
        "Mailgun", ("mailgun.org",), ("k1", "mx", "pic", "smtp", "mailo"), own_envelope=False
    ),
    provider_catalogue.BREVO.name: SendingWay(
        "Brevo",
        ("spf.brevo.com", "spf.sendinblue.com"),
        ("brevo1", "brevo2", "mail"),
        (),
        {"brevo1": "b1.{dashed}.dkim.brevo.com."},
        own_envelope=False,
    ),
    provider_catalogue.MAILJET.name: SendingWay(
        "Mailjet", ("spf.mailjet.com",), ("mailjet",), own_envelope=False
    ),
    provider_catalogue.POSTMARK.name: SendingWay("Postmark", ("spf.mtasv.net",), own_envelope=False),
    provider_catalogue.RESEND.name: SendingWay("Resend", ("amazonses.com",), ("resend",), own_envelope=False),
}
# What cPanel and its like sign with on a server of one's own.
OWN_SELECTORS = ("default", "mail", "dkim", "x")


def way_of(host: str) -> SendingWay:
    """How mail leaves that is handed in at a server."""
    provider = provider_of("", host)
    known = WAYS.get(provider.name) if provider else None
    return known or SendingWay(host)


def public_provider(address: str) -> str:
    """The provider whose own domain an address has (gmail.com), by name; empty for a domain of one's own."""
    provider = provider_of(f"x@{domain_of(address)}")
    return provider.name if provider else ""


def is_theirs(address: str, host: str) -> bool:
    """Whether an address of a provider's domain is sent from that provider's server."""
    provider, server = provider_of(f"x@{domain_of(address)}"), provider_of("", host)
    if provider is None:
        return False
    named = {WAYS.get(each.name, each).name for each in (provider, server) if each}
    return (server is not None and len(named) == 1) or provider.settings.host == host
