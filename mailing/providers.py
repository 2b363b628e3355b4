"""What the mail providers that Mexicans use ask for. Plain data, from their own help pages."""

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
    "Microsoft ya no permite enviar con usuario y contraseña desde otros programas.",
    refuses_passwords=True,
)
OUTLOOK = Provider(
    "Outlook.com", Settings("smtp-mail.outlook.com", 587), MICROSOFT.password_hint, refuses_passwords=True
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
ZOHO = Provider("Zoho", Settings("smtp.zoho.com", 465))
PRODIGY = Provider("Prodigy (Telmex)", OUTLOOK.settings, MICROSOFT.password_hint, refuses_passwords=True)
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


def provider_of(from_email: str, host: str = "") -> Provider | None:
    """The provider behind a server's name or an address, or None: then it is a host of one's own."""
    host = host.rstrip(".").lower()
    for suffix, provider in HOSTS.items():
        if host == suffix or host.endswith(f".{suffix}"):
            return provider
    return DOMAINS.get(from_email.rpartition("@")[2].lower())


def propose(from_email: str) -> Settings:
    """The settings to try for an address; a domain of one's own has them at `mail.<domain>` (cPanel)."""
    provider = provider_of(from_email)
    if provider:
        return provider.settings
    return Settings(f"mail.{from_email.rpartition('@')[2].lower()}", 465)
