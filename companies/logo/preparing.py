"""The logo pipeline: whatever the customer sends becomes a small, clean, upright RGB JPEG, or a sentence.

The size and the first bytes are looked at here; everything else happens in a limited child process
(facturamos/sandbox.py). The result is always encoded anew, so that nothing of the original file is kept:
no EXIF, profile, XMP or comment.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import (
    Image,
    ImageChops,
    ImageCms,
    ImagePalette,  # noqa: F401 (a fork imports nothing)
    JpegImagePlugin,  # noqa: F401
    MpoImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
)

from companies.logo import image_types
from companies.logo.grey_bands import looks_cut
from companies.logo.image_types import JPEG_START, ON_A_PHONE, SAVE_AS_JPG
from companies.logo.jpeg import (
    ARITHMETIC,
    JPEG_LS,
    USUAL,
    Frame,
    Jpeg,
    Malformed,
    scans_are_missing,
    take_apart,
)
from companies.logo.limits import (
    DOUBTFUL_RATIO,
    LIMITS,
    MAX_BYTES,
    MAX_PIXELS,
    MAX_RATIO,
    MAX_RESTARTS,
    MAX_SCANS,
    MAX_WORK_TO_VERIFY,
    QUALITY,
    SHARP_SIDE,
    SIDE,
)
from companies.logo.signatures import type_of
from facturamos import sandbox

# Put where data may be missing: noise, without the FF of a marker.
FILLING = bytes((89 * k + 37) % 255 for k in range(48))

ORIENTATION = 0x0112
# EXIF's orientation, as what to do to see the picture upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB = ImageCms.createProfile("sRGB")
# Width, height, and whether it looks cut off.
SIZE = struct.Struct(">HH?")

MEGABYTES, MEGAPIXELS = MAX_BYTES // 1024**2, f"{MAX_PIXELS / 10**6:g}"
SMALLER = f"En su computadora, guárdela con {SIDE} píxeles de ancho, que basta. {ON_A_PHONE}"
MESSAGES = {
    "empty": "El archivo está vacío. Elija otra vez su imagen JPG.",
    "too_big": f"La imagen pesa más de {MEGABYTES} MB, que es el máximo. {SMALLER}",
    "too_many_pixels": f"La imagen mide más de {MEGAPIXELS} megapíxeles, que es el máximo. {SMALLER}",
    "too_complex": f"La imagen está guardada de un modo demasiado complejo. {SAVE_AS_JPG}",
    "too_narrow": (
        "La imagen es una tira tan angosta que en la factura no se vería. Recorte su logotipo sin márgenes "
        f"de más: un lado puede medir hasta {DOUBTFUL_RATIO} veces lo que el otro."
    ),
    "unusual": f"La imagen es un JPG de un tipo poco común, que casi ningún programa muestra. {SAVE_AS_JPG}",
    "unavailable": "No pudimos revisar la imagen en este momento. Vuelva a subirla en un minuto.",
    "too_slow": f"No pudimos leer la imagen a tiempo. {SAVE_AS_JPG}",
    "incomplete": (
        "A la imagen le falta una parte: se cortó al guardarla, copiarla o enviarla. Consígala otra vez de "
        f"donde la tomó y súbala de nuevo. ¿Usted la ve completa? {SAVE_AS_JPG}"
    ),
    "as_text": (
        "La imagen se dañó al copiarla o enviarla como si fuera un texto, y ya no se ve bien. Consígala otra "
        "vez de donde la tomó y súbala sin pasarla por otros programas."
    ),
    "broken": (
        "La imagen está dañada o incompleta. Consígala otra vez de donde la tomó. ¿Usted la ve bien? "
        f"{SAVE_AS_JPG}"
    ),
    **image_types.MESSAGES,
}
USABLE = "El logotipo se puede usar."
NARROW = "Su logotipo es una tira muy angosta y en la factura apenas se verá. ¿Puede recortarlo mejor?"
SMALL = "Su logotipo mide {} × {} píxeles y en papel se verá borroso. Si tiene uno más grande, súbalo."


CUT = (
    "Una parte de su logotipo es toda del mismo gris, como la de una imagen que se cortó al enviarla. "
    "¿Se ve completo? Si no, consígalo otra vez de donde lo tomó."
)


@dataclass(frozen=True)
class LogoPicture:
    """A logo ready to be kept: JPEG bytes and its size in pixels; perhaps it was cut before it came to us."""

    jpeg: bytes
    width: int
    height: int
    looks_cut: bool = False

    @property
    def doubt(self) -> str:
        """What to ask about it; mostly nothing."""
        return " ".join(filter(None, (CUT if self.looks_cut else "", doubt(self.width, self.height))))


@dataclass(frozen=True)
class LogoReport:
    """What becomes of a file as a logo: one sentence, and what to ask about one that is taken."""

    ok: bool
    code: str
    message: str
    prepared: LogoPicture | None = None
    doubt: str = ""


class ImageRefused(Exception):
    """The image cannot be used: a machine-readable code, and a sentence in Spanish for the customer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


def examine(data: bytes) -> LogoReport:
    """Prepares a logo and raises nothing."""
    try:
        prepared = prepare_logo(data)
    except ImageRefused as refused:
        return LogoReport(False, refused.code, refused.message)
    return LogoReport(True, "", USABLE, prepared, prepared.doubt)


def doubt(width: int, height: int) -> str:
    """What to ask about a logo of this size; mostly nothing."""
    if max(width, height) > DOUBTFUL_RATIO * min(width, height):
        return NARROW
    return SMALL.format(width, height) if max(width, height) < SHARP_SIDE else ""


def prepare_logo(data: bytes) -> LogoPicture:
    """The logo in `data` as a clean JPEG: RGB, upright, at most 800 px, never enlarged.

    Raises ImageRefused. Takes at most a second of processor time.
    """
    _look(data)
    try:
        answer = sandbox.run(reencode, data, LIMITS)
    except sandbox.Refused as refused:
        raise ImageRefused(refused.code if refused.code in MESSAGES else "broken") from None
    return LogoPicture(answer[SIZE.size :], *SIZE.unpack_from(answer))


def _look(data: bytes) -> None:
    """Refuses what the size or the first bytes already tell."""
    if not data:
        raise ImageRefused("empty")
    if not data.startswith(JPEG_START):
        raise ImageRefused(type_of(data))
    if len(data) > MAX_BYTES:
        raise ImageRefused("too_big")


# --- inside the child -----------------------------------------------------------------------------------


def reencode(data: bytes) -> bytes:
    """What SIZE holds, then the clean JPEG. Runs in the child; raises sandbox.Refused."""
    jpeg = _taken_apart(data)
    image = _decoded(jpeg)
    if _can_be_verified(jpeg) and _lacks_data(image, _decoded(jpeg, FILLING), jpeg.frame):
        raise sandbox.Refused("incomplete")
    orientation, is_cut = _orientation(image), looks_cut(image, _scale(jpeg.frame))
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
    upright = _to_srgb(image)
    if orientation in UPRIGHT:
        upright = upright.transpose(UPRIGHT[orientation])
    return SIZE.pack(*upright.size, is_cut) + _encode(upright)


def _taken_apart(data: bytes) -> Jpeg:
    """The picture's pieces, when it is one that may be decoded."""
    try:
        jpeg = take_apart(data)
    except Malformed as error:
        raise sandbox.Refused("broken") from error
    frame = jpeg.frame
    if frame.kind == JPEG_LS:
        raise sandbox.Refused("jpegls")
    if frame.kind not in USUAL | ARITHMETIC or frame.precision != 8:
        raise sandbox.Refused("unusual")
    if frame.pixels > MAX_PIXELS:
        raise sandbox.Refused("too_many_pixels")
    if len(jpeg.scans) > MAX_SCANS or jpeg.restarts > MAX_RESTARTS:
        raise sandbox.Refused("too_complex")
    if max(frame.width, frame.height) > MAX_RATIO * min(frame.width, frame.height) > 0:
        raise sandbox.Refused("too_narrow")
    if jpeg.sent_as_text:
        raise sandbox.Refused("as_text")
    if scans_are_missing(jpeg):
        raise sandbox.Refused("incomplete")
    return jpeg


def _decoded(jpeg: Jpeg, filling: bytes = b"") -> Image.Image:
    """The picture, at a reduced scale where that is enough: 12 MP never become 12 MP of pixels in memory."""
    try:
        image = Image.open(BytesIO(jpeg.whole(filling)), formats=["JPEG"])
        scale = _scale(jpeg.frame)
        image.draft(None, (max(image.width // scale, 1), max(image.height // scale, 1)))
        image.load()
    except Exception as error:  # a broken header makes Pillow raise almost anything
        raise sandbox.Refused("broken") from error
    return image


def _scale(frame: Frame) -> int:
    """By how much libjpeg may scale down, and half as much again is left for what Lanczos makes of it."""
    longer = max(frame.width, frame.height)
    return next((scale for scale in (8, 4, 2) if longer >= scale * 1.5 * SIDE), 1)


def _can_be_verified(jpeg: Jpeg) -> bool:
    work = jpeg.frame.pixels * sum(len(scan.components) for scan in jpeg.scans)
    return jpeg.frame.kind in USUAL and work <= MAX_WORK_TO_VERIFY


def _lacks_data(image: Image.Image, filled: Image.Image, frame: Frame) -> bool:
    """Whether noise behind the data shows: then data are missing there, and libjpeg would paint it grey.

    The last unit of a picture may miss: nobody sees it.
    """
    where = ImageChops.difference(image, filled).getbbox(alpha_only=False)
    if where is None:
        return False
    left, upper, right, lower = where
    across, down = (side / _scale(frame) + 2 for side in frame.unit)
    small = (right - left) * (lower - upper) * 50 <= image.width * image.height
    return not (small and right - left <= across and lower - upper <= down)


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # broken EXIF, of which there is much, is no reason to refuse a good picture
        return 1


def _to_srgb(image: Image.Image) -> Image.Image:
    """RGB as a screen shows it: by the image's own colour profile, where it has a sound one."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # broken, or made for another kind of image
        if converted is not None:
            return converted
    return image.convert("RGB")


def _encode(image: Image.Image) -> bytes:
    image.info = {}  # Pillow would write the comment and the resolution from here
    out = BytesIO()
    # Not `optimize`: Pillow's buffer is then too small for a much textured picture, and it raises.
    image.save(out, "JPEG", quality=QUALITY, subsampling="4:4:4")
    return out.getvalue()
