"""Takes the PDF of a CSF apart: its text, and the contents of the QR codes on its first page.

All in a limited child process (companies/limited.py). The file is read in memory and not kept.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import zxingcpp

from companies import limited
from companies.csf.constancia import Constancia, NotUnderstood, understand

MAX_BYTES = 2 * 1024 * 1024
MAX_PAGES = 10
# The SAT's has about ten thousand; a page full of text a few thousand.
MAX_CHARACTERS = 100_000
# Fewer than this are a scan's: a stamp, a page number.
MIN_CHARACTERS = 100
LIMITS = limited.Limits(cpu_seconds=2, memory_mb=400, seconds=2)
# Dots per point: the SAT's QR code is 4 cm wide.
QR_SCALE = 2
# A page larger than A2 is none of the SAT's, and its picture would not fit into the limits.
MAX_POINTS = 2_000_000
PDF_START = b"%PDF-"
# Readers find the start somewhere in the first kilobyte.
START_WITHIN = 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


class CsfRefused(Exception):
    """The file is no CSF that we can read; `code` says why (MESSAGES in companies/forms/csf.py)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Extract:
    """What a PDF says."""

    text: str
    qr: tuple[str, ...]


def read(data: bytes) -> Constancia:
    """The CSF in `data`. Raises CsfRefused; takes at most two seconds."""
    extract = extract_from(data)
    try:
        return understand(extract.text, extract.qr)
    except NotUnderstood as reason:
        raise CsfRefused(reason.code) from None


def extract_from(data: bytes) -> Extract:
    """The text and QR codes of any PDF. Raises CsfRefused."""
    _look(data)
    try:
        answer = json.loads(limited.run(take_apart, data, LIMITS))
    except limited.Refused as refused:
        raise CsfRefused(refused.code) from None
    except limited.Exceeded:
        raise CsfRefused("too_slow") from None
    except limited.Failed:
        raise CsfRefused("broken") from None
    except limited.Unavailable:
        raise CsfRefused("unavailable") from None
    return Extract(answer["text"], tuple(answer["qr"]))


def _look(data: bytes) -> None:
    """Refuses what the size or the first bytes already tell."""
    if not data:
        raise CsfRefused("empty")
    if len(data) > MAX_BYTES:
        raise CsfRefused("too_big")
    if PDF_START not in data[:START_WITHIN]:
        is_picture = data.startswith(PICTURES) or data[4:8] == b"ftyp"
        raise CsfRefused("picture" if is_picture else "not_pdf")


# --- inside the child -----------------------------------------------------------------------------------


def take_apart(data: bytes) -> bytes:
    """The text and the QR codes as JSON. Runs in the child; raises limited.Refused."""
    document = _open(data)
    pages = len(document)
    if pages > MAX_PAGES:
        raise limited.Refused("too_long")
    text = "\n".join(_soundly(lambda page=page: _text(document[page]), "") for page in range(pages))  # type: ignore[misc]
    if len(text.strip()) < MIN_CHARACTERS:
        raise limited.Refused("scan")
    qr: list[str] = _soundly(lambda: _qr(document[0]), [])
    return json.dumps({"text": text[:MAX_CHARACTERS], "qr": qr}).encode()


def _open(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise limited.Refused("password" if locked else "broken") from error


def _soundly[T](work: Callable[[], T], otherwise: T) -> T:
    """A damaged page tells nothing; the others may."""
    try:
        return work()
    except (pdfium.PdfiumError, ValueError, UnicodeError):
        return otherwise


def _text(page: Any) -> str:
    text: str = page.get_textpage().get_text_bounded()
    # Half a surrogate pair cannot be written as UTF-8.
    return text.encode("utf-8", "replace").decode()


def _qr(page: Any) -> list[str]:
    if page.get_width() * page.get_height() > MAX_POINTS:
        return []
    picture = page.render(scale=QR_SCALE, grayscale=True).to_pil()
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [barcode.text for barcode in found][:10]
