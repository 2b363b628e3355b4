"""What the mail providers that Mexicans use ask for. Plain data, from their own help pages.

They change without telling us, so that the sentences promise nothing: what holds, the test mail shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Server settings, as the form has them."""

    host: str
    port: int
    use_ssl: bool = True


@dataclass(frozen=True)
class Provider:
    """A provider: its name, its server, and what its users stumble over."""

    name: str
    settings: Settings
    # Spanish, one sentence: what the password must be. Empty: the mailbox's own password.
    password_hint: str = ""
    # Whether it has stopped accepting passwords from programs altogether.
    refuses_passwords: bool = False


OMIT = "Si no funciona, pulse «Omitir por ahora»: sus facturas saldrán de nuestro correo, con su nombre."
_OTHER_WORD = (
    "{name} no acepta aquí la contraseña de siempre: cree una «contraseña de aplicación» en {where} "
    "y péguela en el campo Contraseña."
)

GOOGLE = Provider(
    "Gmail",
    Settings("smtp.gmail.com", 587),
    _OTHER_WORD.format(name="Gmail", where="myaccount.google.com/apppasswords"),
)
MICROSOFT = Provider(
    "Microsoft 365",
    Settings("smtp.office365.com", 587),
    f"Microsoft 365 retiró en 2026 el envío con usuario y contraseña desde otros programas. {OMIT}",
    refuses_passwords=True,
)
OUTLOOK = Provider(
    "Outlook o Hotmail",
    Settings("smtp-mail.outlook.com", 587),
    f"Es probable que Outlook y Hotmail no acepten usuario y contraseña desde otros programas. {OMIT}",
    refuses_passwords=True,
)
YAHOO = Provider(
    "Yahoo",
    Settings("smtp.mail.yahoo.com", 465),
    _OTHER_WORD.format(name="Yahoo", where="login.yahoo.com/account/security"),
)
ICLOUD = Provider(
    "iCloud",
    Settings("smtp.mail.me.com", 587),
    _OTHER_WORD.format(name="iCloud", where="account.apple.com"),
)
_ZOHO_WORD = (
    "Si su cuenta de Zoho tiene verificación en dos pasos, cree una «contraseña de aplicación» en "
    "accounts.zoho.com y péguela en el campo Contraseña."
)
ZOHO = Provider("Zoho", Settings("smtp.zoho.com", 465), _ZOHO_WORD)
# With a domain of one's own.
ZOHO_BUSINESS = Provider("Zoho", Settings("smtppro.zoho.com", 465), _ZOHO_WORD)
PRODIGY = Provider(
    "Prodigy (Telmex)",
    OUTLOOK.settings,
    f"Es probable que Prodigy no acepte usuario y contraseña desde otros programas. {OMIT}",
    refuses_passwords=True,
)
GODADDY = Provider("GoDaddy", Settings("smtpout.secureserver.net", 465))
HOSTINGER = Provider("Hostinger", Settings("smtp.hostinger.com", 465))

# The mailbox's domain tells the provider…
DOMAINS = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    "outlook.com": OUTLOOK,
    "outlook.es": OUTLOOK,
    "hotmail.com": OUTLOOK,
    "hotmail.es": OUTLOOK,
    "live.com": OUTLOOK,
    "live.com.mx": OUTLOOK,
    "msn.com": OUTLOOK,
    "yahoo.com": YAHOO,
    "yahoo.com.mx": YAHOO,
    "yahoo.es": YAHOO,
    "ymail.com": YAHOO,
    "icloud.com": ICLOUD,
    "me.com": ICLOUD,
    "mac.com": ICLOUD,
    "zoho.com": ZOHO,
    "zohomail.com": ZOHO,
    "prodigy.net.mx": PRODIGY,
    "prodigy.net": PRODIGY,
    "infinitummail.com": PRODIGY,
}
# …and so does the server's, for domains of one's own.
HOSTS = {
    "gmail.com": GOOGLE,
    "googlemail.com": GOOGLE,
    "office365.com": MICROSOFT,
    "outlook.com": OUTLOOK,
    "yahoo.com": YAHOO,
    "me.com": ICLOUD,
    "zoho.com": ZOHO,
    "secureserver.net": GODADDY,
    "hostinger.com": HOSTINGER,
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
}


def _by_suffix(host: str, table: dict[str, Provider]) -> Provider | None:
    host = host.rstrip(".").lower()
    for suffix, provider in table.items():
        if host == suffix or host.endswith(f".{suffix}"):
            return provider
    return None


def provider_of(from_email: str, host: str = "", exchangers: Sequence[str] = ()) -> Provider | None:
    """The provider behind a server's name, an address or its domain's mail servers (best first).

    None: a server of one's own, or one that we do not know.
    """
    named = _by_suffix(host, HOSTS) or DOMAINS.get(domain_of(from_email))
    found = (_by_suffix(each, MAIL_EXCHANGERS) for each in exchangers)
    return named or next((provider for provider in found if provider), None)


def domain_of(address: str) -> str:
    """What stands after the at sign, in lower case."""
    return address.strip().rpartition("@")[2].lower()


def propose(from_email: str, exchangers: Sequence[str] = ()) -> Settings:
    """The settings to try for an address; a domain of one's own has them at `mail.<domain>` (cPanel)."""
    provider = provider_of(from_email, exchangers=exchangers)
    return provider.settings if provider else Settings(f"mail.{domain_of(from_email)}", 465)
