"""Where a mail of the site comes back to: an envelope sender that tells which mail it was (VERP), signed.

«rebotes+<token>@facturamos.com.mx»: the token is the message's key and a MAC over it, in letters that
survive a server that changes their case. Whoever makes one up, or changes one, names no message. The same
token goes along as ENVID (RFC 3461) where the relay takes it, for mailboxes that lose what is behind the «+».
"""

import base64
import re
import uuid

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "mailing.bounces.return_address"
_MAC_BYTES = 10
# 16 bytes of the key and 10 of the MAC in base 32, without its filling.
TOKEN = re.compile(r"[a-z2-7]{42}", re.IGNORECASE)
TAGGED = re.compile(rf"\+({TOKEN.pattern})@", re.IGNORECASE)


def token(pk: uuid.UUID) -> str:
    """What a message is known by when it comes back."""
    signed = pk.bytes + _mac(pk, settings.SECRET_KEY)
    return base64.b32encode(signed).decode().rstrip("=").lower()


def envelope_sender(pk: uuid.UUID) -> str:
    """The address that servers return a message to; empty where the site has none (BOUNCE_ADDRESS)."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{token(pk)}{at}{domain}" if at else ""


def message_key(found: str) -> uuid.UUID | None:
    """The message of a token that we have signed; None for every other."""
    if not TOKEN.fullmatch(found):
        return None
    signed = base64.b32decode(found.upper() + "=" * (-len(found) % 8))
    pk = uuid.UUID(bytes=signed[:16])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return pk if any(constant_time_compare(signed[16:], _mac(pk, key)) for key in keys) else None


def _mac(pk: uuid.UUID, key: str | bytes) -> bytes:
    return salted_hmac(_SALT, pk.bytes, secret=key, algorithm="sha256").digest()[:_MAC_BYTES]
