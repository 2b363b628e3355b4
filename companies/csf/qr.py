"""The SAT's QR code: the address of its validator, which tells whose a document is. Nothing is fetched."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes, urlsplit

SAT_HOST = "siat.sat.gob.mx"
# D1 of the code on the first page; the one on the last page has another number in the place of the idCIF.
CEDULA = "10"
_PARAMETERS = re.compile(r"(?:^|&)D1=(\d{1,3})(?:&|$)")
# The number, the RFC, and perhaps more parameters; an RFC may hold an & itself, which nobody escapes.
_OWNER = re.compile(r"(\d{1,20})_([A-ZÑ&?\ufffd]{3,4}\d{6}[A-Z0-9]{3})(?:&\w+=.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class SatQr:
    """Whose the document is. `id_cif` is empty where the code has another number in its place."""

    rfc: str
    id_cif: str


def parse(content: str) -> SatQr | None:
    """What the SAT's own QR code says; None for any other, and for one without the shape of an RFC."""
    try:
        address = urlsplit(content.strip())
        if address.scheme != "https" or address.hostname != SAT_HOST:
            return None
    except ValueError:
        return None
    _, found, rest = content.strip().partition("D3=")
    owner = _OWNER.fullmatch(_decoded(rest)) if found else None
    if owner is None:
        return None
    kind = _PARAMETERS.search(address.query)
    # Some printers of the code write a ? for the Ñ; no other letter is missing in their alphabet.
    rfc = re.sub("[?\ufffd]", "Ñ", owner[2].upper())
    return SatQr(rfc, owner[1] if kind and kind[1] == CEDULA else "")


def first(contents: Iterable[str]) -> SatQr | None:
    """The first of the SAT's codes, one with the idCIF before one without."""
    found = [code for content in contents if (code := parse(content))]
    return next((code for code in found if code.id_cif), found[0] if found else None)


def _decoded(text: str) -> str:
    """Without its percent signs: the SAT writes Latin-1, others UTF-8."""
    raw = unquote_to_bytes(text)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
