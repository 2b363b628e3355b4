"""Mail addresses as the wire wants them."""

from email.utils import parseaddr


def ascii_address(address: str) -> str:
    """The bare address, its domain in ASCII: «Ana <ana@ñandú.mx>» → «ana@xn--and-6ma2c.mx».

    Raises ValueError for what is not one address.
    """
    bare = parseaddr(address)[1]
    name, at, domain = bare.rpartition("@")
    # Unprintable is whatever ends a line somewhere, U+2028 too.
    if not (name and at and domain and bare.isprintable()):
        raise ValueError("Not one mail address.")
    return f"{name}@{domain.encode('idna').decode()}"
