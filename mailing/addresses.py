"""Mail addresses as the wire wants them, and what a slip of the finger makes of them."""

import re
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email


def site_host() -> str:
    """The name that the site gives itself: in greetings to mail servers, and in message ids."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def ascii_address(address: str) -> str:
    """The bare address, its domain in ASCII: «Ana <ana@ñandú.mx>» → «ana@xn--and-6ma2c.mx».

    Raises ValueError for what is not one address.
    """
    # Unprintable is whatever ends a line somewhere, U+2028 too; `parseaddr` would drop some of it.
    bare = parseaddr(address)[1] if address.isprintable() else ""
    name, at, domain = bare.rpartition("@")
    if not (name and at and domain) or " " in bare:
        raise ValueError("Not one mail address.")
    return f"{name}@{domain.encode('idna').decode()}"


def comparable(address: str) -> str:
    """An address as two of them are compared: small, its domain in ASCII."""
    try:
        return ascii_address(address).lower()
    except ValueError:
        return address.lower()


def validate_address(value: str) -> None:
    """A validator: one bare address that can be put on the wire.

    Django's own lets U+2028 pass in a top-level domain, and knows no limits of IDNA.
    """
    validate_email(value)
    try:
        ascii_address(value)
    except ValueError:
        raise ValidationError(validate_email.message, code=validate_email.code) from None


# Where nearly everybody without a domain of their own has their mail in Mexico …
COMMON = ("gmail.com", "hotmail.com", "outlook.com", "icloud.com", "yahoo.com", "yahoo.com.mx")
# … and what looks like a slip of it and is none.
_REAL = {"ymail.com", "email.com", "mail.com", "hotmail.co", "yahoo.co", "outlook.co", *COMMON}


def likely_meant(address: str) -> str:
    """The address that was probably meant: «ana@hotmial.com» → «ana@hotmail.com»; empty when none shows.

    A guess, for a question: no address is refused for it.
    """
    name, _, domain = address.rpartition("@")
    domain = domain.lower()
    if not name or domain in _REAL:
        return ""
    # There is no «.con», and neither of the others is anybody's.
    ended = re.sub(r"\.(con|cpm|vom|xom|comm|ocm|cmo)$", ".com", domain)
    meant = next((known for known in COMMON if ended == known or _one_slip(ended, known)), ended)
    return f"{name}@{meant}" if meant != domain else ""


def _one_slip(typed: str, meant: str) -> bool:
    """Whether one letter is missing, too many or another, or two neighbours have changed places."""
    same = 0
    while same < min(len(typed), len(meant)) and typed[same] == meant[same]:
        same += 1
    rest, wanted = typed[same:], meant[same:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return wanted in (rest[1:], swapped) or rest[1:] == wanted[1:] or rest == wanted[1:]
