"""Where mail is handed in: what the form asks, and what every table of providers holds."""

import re
from dataclasses import dataclass

# «ssl://ana@smtp.gmail.com:465/», as it is pasted from instructions. An IPv6 address, which has more than one
# colon, stands in brackets where a port follows.
_PASTED = re.compile(
    r"(?:(?:servidor|server|host|smtp)[a-z ]{0,20}:\s+)?"
    r"(?:(?P<scheme>[a-z]+)://(?:[^\s/@]*@)?)?(?:(?P<host>[\w.-]+)|\[(?P<six>[0-9a-f:.]+)\](?=\s*:\s*\d))"
    r"(?:\s*(?:[:;,(\s]|\s[-–—]\s)\s*(?:(?:puerto|port)\s*:?\s*)?(?P<port>\d{1,5})\)?|\s*:)?(?P<path>/\S*)?"
    r"(?:(?:\s+|\s*[,(]\s*|\s[-–—]\s)(?:con\s+|with\s+)?(?P<secure>ssl/tls|tls/ssl|starttls|ssl|tls)\)?)?",
    re.IGNORECASE,
)
_AROUND = "«»“”‘’\"'<> \t"
_SECURE = ("ssl", "smtps", "tls", "starttls")


@dataclass(frozen=True)
class SmtpSettings:
    """Server settings, as the form has them."""

    host: str
    port: int
    use_ssl: bool = True


@dataclass(frozen=True)
class TypedServer:
    """A server's name as it was typed, taken apart; what was not in it is None."""

    host: str
    port: int | None = None
    use_ssl: bool | None = None


def take_apart(typed: str) -> TypedServer:
    """«smtp.gmail.com:587» and «ssl://smtp.gmail.com» in their parts; what is neither stays whole."""
    found = _PASTED.fullmatch(typed.strip(_AROUND))
    if found is None or (found["path"] not in (None, "/") and not found["scheme"]):
        return TypedServer(typed)
    scheme = (found["scheme"] or "").lower()
    # A page's port is not its mail server's.
    port = None if scheme.startswith("http") or not found["port"] else int(found["port"])
    secure = scheme in _SECURE or bool(found["secure"])
    return TypedServer(found["host"] or found["six"], port, True if secure else None)
