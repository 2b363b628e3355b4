"""The QR codes in a photograph or a screenshot, read in a limited child process. The picture is not kept."""

import json
from io import BytesIO

# The plugins are imported now: a fork imports nothing.
from PIL import (
    Image,
    ImageOps,
    ImagePalette,  # noqa: F401
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
)

from companies.csf.reading import qr_codes
from companies.logo import jpeg
from facturamos import sandbox

MAX_BYTES = 5 * 1024 * 1024
# Of today's telephones; a JPEG of this size is decoded at a part of it.
MAX_PIXELS = 52_000_000
# A PNG can only be decoded whole: a screenshot of the largest screens.
MAX_PNG_PIXELS = 16_000_000
# Larger pictures are made smaller; a code that fills a tenth of it still has 8 pixels a module.
SIDE = 4000
# A code is sought in sizes of these parts: noise and folds vanish in a smaller picture.
SCALES = (1.0, 0.5, 0.25)
# A progressive JPEG of 1 MB may hold 30 000 empty scans, each a pass over the whole picture.
MAX_SCANS = 100
LIMITS = sandbox.Limits(cpu_seconds=2, memory_mb=400, seconds=5)
JPEG_START, PNG_START = b"\xff\xd8\xff", b"\x89PNG"


class PictureRefused(Exception):
    """No picture that can be read. `code`: too_big, not_picture, too_many_pixels, broken or unavailable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_picture(data: bytes) -> bool:
    """Whether it begins as a JPEG or a PNG does."""
    return data.startswith((JPEG_START, PNG_START))


def read_picture(data: bytes) -> tuple[str, ...]:
    """The contents of the QR codes in a JPEG or PNG; none where none is legible. Raises PictureRefused."""
    if len(data) > MAX_BYTES:
        raise PictureRefused("too_big")
    if not is_picture(data):
        raise PictureRefused("not_picture")
    try:
        return tuple(json.loads(sandbox.run(find_codes, data, LIMITS)))
    except sandbox.Refused as refused:
        code = "broken" if refused.code == sandbox.TOO_SLOW else refused.code
        raise PictureRefused(code) from None


# --- inside the child -----------------------------------------------------------------------------------


def find_codes(data: bytes) -> bytes:
    """The contents of the QR codes, as JSON. Runs in the child; raises sandbox.Refused."""
    picture = _opened(data)
    for scale in SCALES:
        size = (max(1, int(picture.width * scale)), max(1, int(picture.height * scale)))
        if found := qr_codes(picture if scale == 1 else picture.resize(size)):
            return json.dumps(found).encode()
    return b"[]"


def _opened(data: bytes) -> Image.Image:
    """The picture in shades of grey, no larger than SIDE."""
    if data.startswith(JPEG_START) and _scans(data) > MAX_SCANS:
        raise sandbox.Refused("broken")
    try:
        picture = Image.open(BytesIO(data), formats=["JPEG", "PNG"])
    except Image.DecompressionBombError as error:
        raise sandbox.Refused("too_many_pixels") from error
    except Exception as error:  # a broken header makes Pillow raise almost anything
        raise sandbox.Refused("broken") from error
    if picture.width * picture.height > (MAX_PNG_PIXELS if picture.format == "PNG" else MAX_PIXELS):
        raise sandbox.Refused("too_many_pixels")
    try:
        picture.draft("L", (SIDE // 2, SIDE // 2))
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise sandbox.Refused("broken") from error
    return ImageOps.contain(_grey(picture), (SIDE, SIDE)) if max(picture.size) > SIDE else _grey(picture)


def _scans(data: bytes) -> int:
    try:
        return len(jpeg.take_apart(data).scans)
    except jpeg.Malformed as error:
        raise sandbox.Refused("broken") from error


def _grey(picture: Image.Image) -> Image.Image:
    if picture.has_transparency_data:
        # It is white on the page that it was cut from.
        layers = picture.convert("RGBA")
        white = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(white, layers).convert("L")
    return picture.convert("L")
