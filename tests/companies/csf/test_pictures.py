"""QR codes in photographs and screenshots, and what is no picture."""

import io
import resource
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from companies.csf.pictures import MAX_BYTES, PictureRefused, read_picture
from tests.companies.pictures import many_scans

CODE = (
    "https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3=15010000001_PNA190312AB1"
)


def code(size: int = 300) -> Image.Image:
    """The SAT's QR code as it is printed."""
    made = zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return Image.fromarray(made.to_image(scale=8)).convert("L").resize((size, size))


def page(width: int, height: int, size: int, turned: float = 0, paper: int = 235) -> Image.Image:
    """A sheet of paper with the code in its upper part, turned a little."""
    sheet = Image.new("L", (width, height), paper)
    drawn = code(size).rotate(turned, expand=True, fillcolor=paper, resample=Image.Resampling.BICUBIC)
    sheet.paste(drawn, (width // 8, height // 8))
    return sheet


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def transparent() -> bytes:
    """The code's dark modules on nothing."""
    drawn = code()
    layers = Image.new("RGBA", drawn.size, (0, 0, 0, 0))
    layers.paste(Image.new("RGBA", drawn.size, "black"), mask=drawn.point(lambda shade: 255 - shade))
    return saved(layers, "PNG")


READABLE: dict[str, Callable[[], bytes]] = {
    "screenshot": lambda: saved(page(1170, 2532, 500), "PNG"),
    "with transparency": transparent,
    "palette": lambda: saved(page(800, 600, 300).convert("P"), "PNG"),
    "phone, 12 MP": lambda: saved(page(3024, 4032, 900, 4).convert("RGB"), "JPEG", quality=80),
    "phone, 48 MP": lambda: saved(page(6000, 8000, 1600, 4), "JPEG", quality=60),
    "small and blurred": lambda: saved(
        page(1600, 1200, 400).filter(ImageFilter.GaussianBlur(2)), "JPEG", quality=40
    ),
    "turned": lambda: saved(page(1600, 1200, 500, 37), "JPEG"),
    "upside down": lambda: saved(page(1600, 1200, 500).rotate(180), "JPEG"),
    "in the dark": lambda: saved(page(1600, 1200, 500, 3, 90).point(lambda shade: shade // 2), "JPEG"),
    "progressive": lambda: saved(page(1600, 1200, 500), "JPEG", progressive=True),
    "CMYK": lambda: saved(page(1600, 1200, 500).convert("CMYK"), "JPEG"),
    "16 bits": lambda: saved(page(800, 600, 300).convert("I;16"), "PNG"),
}


@pytest.mark.parametrize("made", READABLE.values(), ids=READABLE)
def test_the_code_is_read(made: Callable[[], bytes]) -> None:
    assert CODE in read_picture(made())


def test_a_picture_without_a_code_has_none() -> None:
    assert read_picture(saved(Image.new("L", (1600, 1200), 235), "JPEG")) == ()


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda: b"", "not_picture"),
        (lambda: b"GIF89a", "not_picture"),
        (lambda: b"%PDF-1.7", "not_picture"),
        (lambda: b"\xff\xd8\xff" + b"x" * MAX_BYTES, "too_big"),
        (lambda: b"\xff\xd8\xff\xe0", "broken"),
        (lambda: b"\x89PNG\r\n\x1a\n", "broken"),
        (lambda: saved(page(800, 600, 300), "PNG")[:2000], "broken"),
        (lambda: saved(Image.new("1", (9000, 9000)), "PNG"), "too_many_pixels"),
        (lambda: saved(Image.new("1", (20_000, 20_000)), "PNG"), "too_many_pixels"),
        (lambda: saved(Image.new("L", (9000, 9000)), "JPEG", quality=1), "too_many_pixels"),
    ],
    ids=["empty", "gif", "pdf", "big", "head", "png head", "half", "81 MP", "bomb", "jpeg of 81 MP"],
)
def test_what_cannot_be_read_is_told(made: Callable[[], bytes], reason: str) -> None:
    data = made()

    with pytest.raises(PictureRefused) as raised:
        read_picture(data)

    assert raised.value.code == reason


def test_what_would_cost_minutes_costs_seconds() -> None:
    with suppress(PictureRefused):
        read_picture(many_scans(1))  # what starts with the first picture is not this one's cost
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(PictureRefused) as raised:
        read_picture(many_scans(5_000))

    assert raised.value.code == "broken"
    assert time.monotonic() - started < 2
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 32
