"""Reads what our papers say, as a person or a screen reader would."""

from contextlib import closing

import pypdfium2
from PIL import Image


def pages(pdf: bytes) -> list[str]:
    """The text of each page on one line, without the places where a long word may break."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        found = []
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found.append(" ".join(text.get_text_bounded().replace("\u200b\r\n", "").split()))
            text.close()
            page.close()
        return [page.replace("\u200b", "") for page in found]


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
