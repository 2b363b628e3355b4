"""Mail addresses as the wire wants them."""

from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email


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


def validate_address(value: str) -> None:
    """A validator: one bare address that can be put on the wire.

    Django's own lets U+2028 pass in a top-level domain, and knows no limits of IDNA.
    """
    validate_email(value)
    try:
        ascii_address(value)
    except ValueError:
        raise ValidationError(validate_email.message, code=validate_email.code) from None
