"""Reads what our documents say, as a person or a screen reader would."""

import ctypes
from contextlib import closing

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image


def pages(pdf: bytes) -> list[str]:
    """The text of each page on one line."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.append(" ".join(text.get_text_bounded().split()))
            text.close()
            page.close()
        return found


def metadata(pdf: bytes) -> dict[str, str]:
    """Title, author and dates of the file."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return dict(document.get_metadata_dict())


def drawn(pdf: bytes, scale: float = 0.5) -> list[Image.Image]:
    """Each page as a grey picture; at scale 1 a point is a pixel."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            found.append(page.render(scale=scale).to_pil().convert("L"))
            page.close()
        return found


def copied(pdf: bytes) -> str:
    """All text as it lands where somebody pastes it, line by line."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.append("\n".join(line.rstrip() for line in text.get_text_bounded().split("\r\n")))
            text.close()
            page.close()
        return "\n".join(found)


def links(pdf: bytes) -> list[str]:
    """Where the links of all pages lead."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            at, link = ctypes.c_int(0), pdfium.FPDF_LINK()
            while pdfium.FPDFLink_Enumerate(page.raw, at, link):
                action = pdfium.FPDFLink_GetAction(link)
                size = pdfium.FPDFAction_GetURIPath(document.raw, action, None, 0)
                address = ctypes.create_string_buffer(size)
                pdfium.FPDFAction_GetURIPath(document.raw, action, address, size)
                found.append(address.value.decode())
            page.close()
        return found
