"""PDFs written by hand: each text at its place, in an order of its own, as the SAT's programs print.

A library that lays text out would put it in order again, and that order is what must not be relied on.
"""

import unicodedata
import zlib
from dataclasses import dataclass, field

import zxingcpp
from PIL import Image

WIDTH, HEIGHT = 612, 792
# Helvetica's widths from the space to the tilde, in thousandths of the size (Adobe's font metrics).
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 "
    "667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 "
    "833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
WIDTHS = {chr(32 + number): int(width) for number, width in enumerate(_WIDTHS.split())}
FONTS = {False: "/F1", True: "/F2"}


def width_of(text: str, size: float) -> float:
    """How wide Helvetica prints a text, in points; an accent adds nothing."""
    return sum(WIDTHS.get(unicodedata.normalize("NFD", char)[0], 556) for char in text) * size / 1000


def wrapped(text: str, size: float, width: float, first: float | None = None) -> list[str]:
    """The lines of a text in a cell of that width; the first may have less room, beside its label."""
    lines, current, room = [], "", width if first is None else first
    for word in text.split():
        longer = f"{current} {word}".strip()
        if width_of(longer, size) <= room:
            current = longer
            continue
        if current or first is not None:
            lines.append(current)
        current, room = word, width
    return [*lines, current]


def qr_picture(content: str | bytes) -> Image.Image:
    """A QR code with its margin, black on white."""
    drawn = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=4)
    return Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), bytes(memoryview(drawn).cast("B")))


@dataclass
class Canvas:
    """Pages of texts and pictures; y grows downwards from the top of the page."""

    pages: list[list[bytes]] = field(default_factory=lambda: [[]])
    pictures: list[bytes] = field(default_factory=list)
    # 3 is invisible: the text of an OCR layer lies over the picture of the page.
    mode: int = 0

    def text(self, x: float, y: float, text: str, *, bold: bool = False, size: float = 8) -> None:
        """One text from its baseline's beginning."""
        if text:
            content = text.encode("cp1252").hex()
            place = f"1 0 0 1 {x:.2f} {HEIGHT - y:.2f} Tm"
            self.pages[-1].append(
                f"BT {self.mode} Tr {FONTS[bold]} {size} Tf {place} <{content}> Tj ET".encode()
            )

    def aslant(self, x: float, y: float, text: str, size: float) -> None:
        """A watermark across the page."""
        place = f"0.7 0.7 -0.7 0.7 {x:.2f} {HEIGHT - y:.2f} Tm"
        self.pages[-1].append(
            f"BT 0.8 g {FONTS[True]} {size} Tf {place} <{text.encode('cp1252').hex()}> Tj ET".encode()
        )

    def qr(self, content: str | bytes, x: float, y: float, width: float) -> None:
        """A QR code whose lower left corner is at x and y."""
        picture = qr_picture(content)
        columns, rows = picture.size
        data = zlib.compress(picture.tobytes())
        number = len(self.pictures)
        head = f"<< /Type /XObject /Subtype /Image /Width {columns} /Height {rows} /ColorSpace /DeviceGray"
        head += f" /BitsPerComponent 8 /Filter /FlateDecode /Length {len(data)} >>\nstream\n"
        self.pictures.append(head.encode() + data + b"\nendstream")
        self.pages[-1].append(f"q {width} 0 0 {width} {x} {HEIGHT - y} cm /Q{number} Do Q".encode())

    def next_page(self) -> None:
        """Whatever follows is on a new page."""
        self.pages.append([])

    def pdf(self, *, rotate: int = 0, crop: str = "", turned: str = "") -> bytes:
        """The file. `rotate` is the pages' /Rotate, `turned` a matrix of the content, `crop` a /CropBox."""
        first = 5 + len(self.pictures)
        names = " ".join(f"/Q{number} {5 + number} 0 R" for number in range(len(self.pictures)))
        kids = " ".join(f"{first + 2 * number} 0 R" for number in range(len(self.pages)))
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} >>".encode(),
            *(_font(name) for name in ("Helvetica", "Helvetica-Bold")),
            *self.pictures,
        ]
        lies = turned.startswith("0 ")
        box = f"/MediaBox [0 0 {HEIGHT if lies else WIDTH} {WIDTH if lies else HEIGHT}]"
        resources = f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << {names} >> >>"
        for number, content in enumerate(self.pages):
            stream = b"\n".join([f"q {turned} cm".encode() if turned else b"q", *content, b"Q"])
            link = f"/Contents {first + 2 * number + 1} 0 R /Rotate {rotate}"
            cropped = f" /CropBox [{crop}]" if crop else ""
            objects.append(f"<< /Type /Page /Parent 2 0 R {box}{cropped} {link} {resources} >>".encode())
            objects.append(f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream")
        return file_of(objects)


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def file_of(objects: list[bytes], trailer: str = "") -> bytes:
    """Objects, the first of them the catalogue, as a PDF."""
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{offset:010} 00000 n \n" for offset in offsets).encode()
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer}>>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(out)
