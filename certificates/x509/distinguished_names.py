"""The names of holders and issuers (X.501): read, shown, and compared as a whole. Pure.

What one authority calls itself and what its certificates call it may be encoded differently: AC6 has its
accents encoded twice, also in a PrintableString. Therefore names are compared by what they say.
"""

import unicodedata

from certificates.x509 import der
from certificates.x509.der import Node, Unreadable

COMMON_NAME, ORGANIZATION, UNIT = "2.5.4.3", "2.5.4.10", "2.5.4.11"

# How OpenSSL and RFC 4514 call them, for whom compares with another program.
_LABELS = {
    COMMON_NAME: "CN",
    ORGANIZATION: "O",
    UNIT: "OU",
    "2.5.4.41": "name",
    "2.5.4.6": "C",
    "2.5.4.8": "ST",
    "2.5.4.7": "L",
    "2.5.4.9": "street",
    "2.5.4.17": "postalCode",
    "2.5.4.5": "serialNumber",
    "2.5.4.45": "x500UniqueIdentifier",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
}


def attributes(name: Node) -> list[tuple[str, str]]:
    """A Name's attributes in their order: OID and text. Raises Unreadable."""
    return [
        _attribute(pair)
        for part in der.children(name, der.SEQUENCE)
        for pair in der.children(part, der.SET)
    ]  # fmt: skip


def _attribute(pair: Node) -> tuple[str, str]:
    both = der.children(pair, der.SEQUENCE)
    if len(both) != 2:
        raise Unreadable("name")
    kind, value = both
    # Other tools write a BIT STRING in 2.5.4.45, as X.520 has it; it holds nothing for us.
    return der.oid(kind), "" if value.tag == der.BIT_STRING else der.text(value)


def short(values: dict[str, str]) -> str:
    """What a name is called in a sentence: its common name, or the next best that it has."""
    named = (values.get(kind) for kind in (COMMON_NAME, ORGANIZATION, UNIT))
    return next(filter(None, named), "") or next(filter(None, values.values()), "")


def short_name(name: bytes) -> str:
    """The same of a name in DER. Raises Unreadable."""
    return short(dict(reversed(attributes(der.read(name)))))


def whole(name: bytes) -> str:
    """A name with all it says: «CN=…, O=…». Raises Unreadable."""
    return ", ".join(
        f"{_LABELS.get(kind, kind)}={value}" for kind, value in attributes(der.read(name)) if value
    )


def comparable(name: bytes) -> frozenset[tuple[str, str]]:
    """Equal for names that say the same, but for encoding, case, accents and order. Raises Unreadable."""
    return frozenset((kind, folded(value)) for kind, value in attributes(der.read(name)))


def folded(text: str) -> str:
    """Without case and accents, to compare by."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in apart if not unicodedata.combining(char))
