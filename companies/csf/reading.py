"""Takes the PDF of a CSF apart: its words with their places, and the QR codes on its first page.

All in a limited child process (facturamos/sandbox.py). The file is read in memory and not kept.
"""

import json
import math
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
import zxingcpp

from companies.csf import qr
from companies.csf.messages import MAX_BYTES, MAX_PAGES
from companies.csf.page_order import first_page
from companies.csf.page_words import words_on
from companies.csf.placed_words import MAX_WORDS, PdfText, PdfWord, Seen
from companies.csf.result import CsfResult
from companies.csf.understanding import refused, understand
from facturamos import sandbox

if TYPE_CHECKING:
    from PIL.Image import Image

# Fewer letters than this are a scan's: a stamp, a page number.
MIN_CHARACTERS = 100
LIMITS = sandbox.Limits(cpu_seconds=2, memory_mb=400, seconds=6)
# Dots per point at which a QR code is looked for: the SAT's is 4 cm wide. In a scan it may be smaller.
QR_SCALES, SCAN_SCALES = (2,), (2, 3)
# How many pages of a scan are looked at.
SCANNED_PAGES = 3
# A page larger than A2 is a photograph: no more dots of it than fit into the limits.
MAX_POINTS, MAX_DOTS = 2_000_000, 8_000_000
PDF_START = b"%PDF-"
# Readers find the start somewhere in the first kilobyte.
START_WITHIN = 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
MOST_CODES = 10


class CsfRefused(Exception):
    """The file cannot be taken apart; `code` says why (companies/csf/messages.py)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_csf(data: bytes) -> CsfResult:
    """What a PDF says, if it is a CSF or one of its relatives. Raises nothing; takes at most two seconds."""
    try:
        text = text_of(data)
    except CsfRefused as reason:
        return refused(reason.code)
    letters = sum(len(word.text) for page in text.pages for word in page if word.seen is not Seen.NOT)
    if letters < MIN_CHARACTERS:
        return refused("little_text" if letters else "scan", qr.first(text.qr))
    return understand(text)


def text_of(data: bytes) -> PdfText:
    """The words and QR codes of any PDF. Raises CsfRefused."""
    _look(data)
    try:
        answer = json.loads(sandbox.run(take_apart, data, LIMITS))
    except sandbox.Refused as refused:
        raise CsfRefused(refused.code) from None
    return PdfText(
        tuple(
            tuple(PdfWord(text, left, right, y, Seen(seen)) for text, left, right, y, seen in page)
            for page in answer["pages"]
        ),
        tuple(answer["qr"]),
    )


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
    """The words and the QR codes as JSON. Runs in the child; raises sandbox.Refused."""
    document = _open(data)
    if len(document) > MAX_PAGES:
        raise sandbox.Refused("too_long")
    pages: list[list[PdfWord]] = []
    for number in range(len(document)):
        left = MAX_WORDS - sum(map(len, pages))
        pages.append(_soundly(partial(words_on, document[number]))[:left])
    words = [[(word.text, word.left, word.right, word.y, word.seen) for word in page] for page in pages]
    return json.dumps({"pages": words, "qr": _codes(document, pages)}).encode()


def _open(data: bytes) -> Any:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise sandbox.Refused("password" if locked else "broken") from error


def _soundly[T](work: Callable[[], list[T]]) -> list[T]:
    """A damaged page tells nothing; the others may."""
    try:
        return work()
    except (pdfium.PdfiumError, ValueError, UnicodeError):
        return []


# --- QR codes


def _codes(document: Any, pages: list[list[PdfWord]]) -> list[str]:
    """What the QR codes of a Constancia's first page say; in a scan, those of the first page that has any."""
    begins = first_page([" ".join(word.text for word in page) for page in pages])
    if begins is not None:
        return _soundly(partial(_codes_on, document, begins, QR_SCALES))
    for number in range(min(len(document), SCANNED_PAGES)):
        if found := _soundly(partial(_codes_on, document, number, SCAN_SCALES)):
            return found
    return []


def _codes_on(document: Any, number: int, scales: Iterable[float]) -> list[str]:
    page = document[number]
    area = page.get_width() * page.get_height()
    if area > MAX_POINTS:
        # A photograph of one dot a point; a smaller picture of it has less noise.
        largest = math.sqrt(MAX_DOTS / area)
        scales = (largest, largest / 2)
    pictures = (_dots(page.render(scale=scale, grayscale=True)) for scale in scales)
    return next((found for picture in pictures if (found := qr_codes(picture))), [])


def _dots(bitmap: Any) -> memoryview:
    """A rendered page as the code reader takes it without a copy; a line may have a few dots of margin."""
    return memoryview(bitmap.buffer).cast("B").cast("B", shape=(bitmap.height, bitmap.stride))


def qr_codes(picture: "Image | memoryview") -> list[str]:
    """What the QR codes of a picture say. Decoding is work on hostile data: call it in a child."""
    kinds = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(picture, formats=kinds, try_invert=False)
    return [_content(barcode.bytes) for barcode in found][:MOST_CODES]


def _content(raw: bytes) -> str:
    """The text of a code; the SAT's may hold an Ñ in Latin-1, which a reader takes for Japanese."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
