"""Whose a mailbox is: by address, server or mail exchangers. What each asks for: `provider_catalogue`."""

import re
from collections.abc import Mapping, Sequence

from mailing.doctor import ispdb
from mailing.doctor.provider_catalogue import (
    AOL,
    ATT,
    BREVO,
    DREAMHOST,
    FASTMAIL,
    GANDI,
    GMX,
    GODADDY,
    GOOGLE,
    HOSTINGER,
    ICLOUD,
    INFOMANIAK,
    IONOS,
    LARK,
    MAIL_COM,
    MAILBOX_ORG,
    MAILGUN,
    MAILJET,
    MICROSOFT,
    MIGADU,
    NAMECHEAP,
    NEO,
    OUTLOOK,
    OVH,
    POSTMARK,
    PRODIGY,
    PROTON,
    PURELYMAIL,
    RACKSPACE,
    RESEND,
    SENDGRID,
    SES,
    TITAN,
    YAHOO,
    YANDEX,
    ZOHO,
    ZOHO_BUSINESS,
    Provider,
    zoho,
)
from mailing.doctor.smtp_settings import SmtpSettings

# The mailbox's domain tells the provider…
DOMAINS = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    "rocketmail.com": YAHOO,
    "ymail.com": YAHOO,
    "myyahoo.com": YAHOO,
    "aol.com": AOL,
    "aim.com": AOL,
    "icloud.com": ICLOUD,
    "me.com": ICLOUD,
    "mac.com": ICLOUD,
    "zoho.com": ZOHO,
    "zohomail.com": ZOHO,
    "prodigy.net.mx": PRODIGY,
    "infinitummail.com": PRODIGY,
    # Without «.mx» it is AT&T's, of the United States.
    **dict.fromkeys(("prodigy.net", "att.net", "sbcglobal.net", "bellsouth.net"), ATT),
    **dict.fromkeys(("proton.me", "protonmail.com", "pm.me"), PROTON),
    **dict.fromkeys(("gmx.com", "gmx.es", "gmx.us"), GMX),
    **dict.fromkeys(("mail.com", "mexicomail.com", "email.com", "usa.com", "post.com"), MAIL_COM),
    **dict.fromkeys(("fastmail.com", "fastmail.fm"), FASTMAIL),
    **dict.fromkeys(("yandex.com", "ya.ru"), YANDEX),
    "mailbox.org": MAILBOX_ORG,
}
# … those that have one in every country …
FAMILIES = (
    (re.compile(r"(outlook|hotmail|live|windowslive|msn)\.(com?\.)?[a-z]{2,3}"), OUTLOOK),
    (re.compile(r"yahoo\.(?!co\.jp)(com?\.)?[a-z]{2,3}"), YAHOO),
    (re.compile(r"aol\.(com?\.)?[a-z]{2,3}"), AOL),
)
# …and so does the server's, for domains of one's own.
HOSTS = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    "google.com": GOOGLE,
    "office365.com": MICROSOFT,
    "mail.protection.outlook.com": MICROSOFT,
    "outlook.com": OUTLOOK,
    "yahoo.com": YAHOO,
    "aol.com": AOL,
    "att.net": ATT,
    "me.com": ICLOUD,
    "zoho.com": ZOHO,
    "zoho.eu": ZOHO,
    "secureserver.net": GODADDY,
    "hostinger.com": HOSTINGER,
    "titan.email": TITAN,
    "emailsrvr.com": RACKSPACE,
    "ionos.mx": IONOS,
    "ionos.com": IONOS,
    "ionos.es": IONOS,
    "privateemail.com": NAMECHEAP,
    "protonmail.ch": PROTON,
    "fastmail.com": FASTMAIL,
    "yandex.com": YANDEX,
    "yandex.ru": YANDEX,
    "gmx.com": GMX,
    "gmx.net": GMX,
    "mail.com": MAIL_COM,
    "amazonaws.com": SES,
    "sendgrid.net": SENDGRID,
    "mailgun.org": MAILGUN,
    "brevo.com": BREVO,
    "sendinblue.com": BREVO,
    "mailjet.com": MAILJET,
    "postmarkapp.com": POSTMARK,
    "resend.com": RESEND,
}

# Who takes the mail of a domain (its MX records) is who sends it, too, nearly always.
MAIL_EXCHANGERS = {
    "google.com": GOOGLE,
    "googlemail.com": GOOGLE,
    "outlook.com": MICROSOFT,
    "mx.microsoft": MICROSOFT,
    "yahoodns.net": YAHOO,
    "icloud.com": ICLOUD,
    "zoho.com": ZOHO_BUSINESS,
    "secureserver.net": GODADDY,
    "hostinger.com": HOSTINGER,
    "hostinger.mx": HOSTINGER,
    "hostinger.in": HOSTINGER,
    "titan.email": TITAN,
    "emailsrvr.com": RACKSPACE,
    **dict.fromkeys(
        ("ionos.mx", "ionos.com", "ionos.es", "1and1.com", "kundenserver.de", "perfora.net"), IONOS
    ),
    "privateemail.com": NAMECHEAP,
    "registrar-servers.com": NAMECHEAP,
    "protonmail.ch": PROTON,
    "messagingengine.com": FASTMAIL,
    "yandex.net": YANDEX,
    "yandex.ru": YANDEX,
    "ovh.net": OVH,
    "gandi.net": GANDI,
    "dreamhost.com": DREAMHOST,
    "flockmail.com": TITAN,
    "neo.space": NEO,
    "migadu.com": MIGADU,
    "mailbox.org": MAILBOX_ORG,
    "infomaniak.ch": INFOMANIAK,
    "purelymail.com": PURELYMAIL,
    "larksuite.com": LARK,
}
# Hosts whose customers hand in mail at their own domain's server.
AT_THEIR_DOMAIN = {"siteground.biz": "SiteGround", "mailspamprotection.com": "SiteGround"}
# They take a domain's mail before its server does, and send none: who does, they do not tell.
FILTERS = {
    "mimecast.com": "Mimecast",
    "pphosted.com": "Proofpoint",
    "ppe-hosted.com": "Proofpoint",
    "barracudanetworks.com": "Barracuda",
    "spamexperts.com": "SpamExperts",
    "antispamcloud.com": "SpamExperts",
    "messagelabs.com": "Symantec",
    "iphmx.com": "Cisco",
    "trendmicro.com": "Trend Micro",
    "sophos.com": "Sophos",
    "mailcontrol.com": "Forcepoint",
    "hornetsecurity.com": "Hornetsecurity",
    "mx.cloudflare.net": "Cloudflare",
    "forwardemail.net": "Forward Email",
    "improvmx.com": "ImprovMX",
}
# Amazon WorkMail's servers have their region in the name.
_WORKMAIL = re.compile(r"inbound-smtp\.([a-z]{2}-[a-z]+-\d)\.amazonaws\.com")
# Zoho's regions, but for the first.
_ZOHO = re.compile(r"(?:.*\.)?(zoho\.(?:eu|in|jp|sa|uk|com\.(?:au|cn))|zohocloud\.ca)")


def _by_suffix[T](host: str, table: Mapping[str, T]) -> T | None:
    host = host.rstrip(".").lower()
    for suffix, found in table.items():
        if host == suffix or host.endswith(f".{suffix}"):
            return found
    return None


def _by_domain(domain: str) -> Provider | None:
    family = (provider for pattern, provider in FAMILIES if pattern.fullmatch(domain))
    return DOMAINS.get(domain) or next(family, None) or _from_ispdb(domain)


def _by_exchanger(host: str, domain: str) -> Provider | None:
    if name := _by_suffix(host, AT_THEIR_DOMAIN):
        return Provider(name, SmtpSettings(f"mail.{domain}", 465))
    if region := _WORKMAIL.fullmatch(host):
        return Provider("Amazon WorkMail", SmtpSettings(f"smtp.mail.{region[1]}.awsapps.com", 465))
    if region := _ZOHO.fullmatch(host):
        return zoho(f"smtppro.{region[1]}")
    # Thunderbird's table knows the names of mail servers, too.
    parts = host.split(".")
    suffixes = (".".join(parts[start:]) for start in range(len(parts) - 1))
    return _by_suffix(host, MAIL_EXCHANGERS) or next(filter(None, map(_from_ispdb, suffixes)), None)


def _from_ispdb(domain: str) -> Provider | None:
    entry = ispdb.find(domain)
    return Provider(entry.name, entry.settings) if entry else None


def provider_of(from_email: str, host: str = "", exchangers: Sequence[str] = ()) -> Provider | None:
    """The provider behind a server's name, an address or its domain's mail servers (best first).

    None: a server of one's own, or one that we do not know.
    """
    domain = domain_of(from_email)
    named = _by_suffix(host, HOSTS) or _by_domain(domain)
    return named or next(filter(None, (_by_exchanger(name, domain) for name in exchangers)), None)


def filter_of(exchangers: Sequence[str]) -> str:
    """Who takes a domain's mail before its server does; empty where nobody is known to."""
    return next(filter(None, (_by_suffix(name, FILTERS) for name in exchangers)), "")


def domain_of(address: str) -> str:
    """What stands after the at sign, in lower case."""
    return address.strip().rpartition("@")[2].lower()


def propose(
    from_email: str, exchangers: Sequence[str] = (), announced: Sequence[SmtpSettings] = ()
) -> SmtpSettings:
    """The settings to try for an address.

    `announced`: what the domain's own SRV records name. Without a provider and them, a domain of one's own
    has its server at `mail.<domain>` (cPanel).
    """
    provider = provider_of(from_email, exchangers=exchangers)
    if provider:
        return provider.settings
    return announced[0] if announced else SmtpSettings(f"mail.{domain_of(from_email)}", 465)
