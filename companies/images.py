"""The logo pipeline: whatever the customer sends becomes a small, clean, upright RGB JPEG, or a sentence.

The size and the first bytes are looked at here; everything else happens in a limited child process
(companies/limited.py). The result is always encoded anew, so that nothing of the original file is kept:
no EXIF, profile, XMP or comment.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

# The plugins (MPO: the multi-picture JPEGs of telephones) are imported now, not anew in every fork.
from PIL import Image, ImageCms, JpegImagePlugin, MpoImagePlugin  # noqa: F401

from companies import limited

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 12_000_000
# A progressive JPEG of 1 MB may hold 30 000 empty scans, which cost the decoder half a minute.
MAX_SCANS = 100
# The longer side of what is kept, in pixels.
SIDE = 800
QUALITY = 90
LIMITS = limited.Limits(cpu_seconds=1, memory_mb=200, seconds=5)

JPEG_START = b"\xff\xd8"
START_OF_SCAN = b"\xff\xda"
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
SIZE = struct.Struct(">HH")

SAVE_AS_JPG = "Ábrala en su computadora, guárdela como JPG y vuelva a subirla."
MESSAGES = {
    "empty": "El archivo está vacío. Elija otra vez su imagen JPG.",
    "too_big": f"La imagen pesa más de {MAX_BYTES // 1024**2} MB. Guárdela más pequeña y vuelva a subirla.",
    "too_many_pixels": (
        f"La imagen mide más de {MAX_PIXELS // 10**6} megapíxeles. Redúzcala (con {SIDE} píxeles de ancho "
        "basta) y vuelva a subirla."
    ),
    "too_complex": f"La imagen está guardada de un modo demasiado complejo. {SAVE_AS_JPG}",
    "unavailable": "No pudimos revisar la imagen en este momento. Vuelva a subirla en un minuto.",
    "too_slow": f"No pudimos leer la imagen a tiempo. {SAVE_AS_JPG}",
    "broken": (
        "La imagen está dañada o incompleta. Ábrala en su computadora para comprobarla, guárdela otra vez "
        "como JPG y vuelva a subirla."
    ),
    "png": f"Esta imagen es PNG, aunque se llame .jpg. {SAVE_AS_JPG}",
    "heic": (
        "Esta imagen es HEIC, el formato de los iPhone, aunque se llame .jpg. Compártala como JPG («Más "
        "compatible») y vuelva a subirla."
    ),
    "avif": f"Esta imagen es AVIF, aunque se llame .jpg. {SAVE_AS_JPG}",
    "webp": f"Esta imagen es WebP, aunque se llame .jpg. {SAVE_AS_JPG}",
    "gif": f"Esta imagen es GIF, aunque se llame .jpg. {SAVE_AS_JPG}",
    "bmp": f"Esta imagen es BMP, aunque se llame .jpg. {SAVE_AS_JPG}",
    "tiff": f"Esta imagen es TIFF, aunque se llame .jpg. {SAVE_AS_JPG}",
    "svg": f"Esta imagen es SVG, aunque se llame .jpg. {SAVE_AS_JPG}",
    "psd": f"Este archivo es de Photoshop. {SAVE_AS_JPG}",
    "pdf": "Este archivo es un PDF, no una imagen. Exporte su logotipo como JPG y suba ese archivo.",
    "zip": "Este archivo está comprimido (ZIP). Descomprímalo y suba la imagen JPG que contiene.",
    "not_jpeg": "Este archivo no es una imagen JPG. Elija su logotipo guardado como JPG.",
}
# The first bytes of what people rename to .jpg.
SIGNATURES = (
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"%PDF", "pdf"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"8BPS", "psd"),
    (b"PK\x03\x04", "zip"),
    (b"<svg", "svg"),
    (b"<?xml", "svg"),
)


@dataclass(frozen=True)
class Prepared:
    """A logo ready to be kept: JPEG bytes and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


class ImageRefused(Exception):
    """The image cannot be used: a machine-readable code, and a sentence in Spanish for the customer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code]


def prepare_logo(data: bytes) -> Prepared:
    """The logo in `data` as a clean JPEG: RGB, upright, at most 800 px, never enlarged.

    Raises ImageRefused. Takes at most a second of processor time.
    """
    _look(data)
    try:
        answer = limited.run(reencode, data, LIMITS)
    except limited.Refused as refused:
        raise ImageRefused(refused.code if refused.code in MESSAGES else "broken") from None
    except limited.Exceeded:
        raise ImageRefused("too_slow") from None
    except limited.Failed:
        raise ImageRefused("broken") from None
    except limited.Unavailable:
        raise ImageRefused("unavailable") from None
    return Prepared(answer[SIZE.size :], *SIZE.unpack_from(answer))


def _look(data: bytes) -> None:
    """Refuses what the size or the first bytes already tell."""
    if not data:
        raise ImageRefused("empty")
    if len(data) > MAX_BYTES:
        raise ImageRefused("too_big")
    if not data.startswith(JPEG_START):
        raise ImageRefused(_kind(data))
    # Coded data and their stuffing never contain the marker; a few chance hits in metadata do no harm.
    if data.count(START_OF_SCAN) > MAX_SCANS:
        raise ImageRefused("too_complex")


def _kind(data: bytes) -> str:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "avif" if data[8:12] in (b"avif", b"avis") else "heic"
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((kind for signature, kind in SIGNATURES if start.startswith(signature)), "not_jpeg")


# --- inside the child -----------------------------------------------------------------------------------


def reencode(data: bytes) -> bytes:
    """Width and height (16 bits each), then the clean JPEG. Runs in the child; raises limited.Refused."""
    image = _open(data)
    orientation = _orientation(image)
    try:
        # Decodes at a reduced scale where it can: 12 MP never become 12 MP of pixels in memory.
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3)
        image.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise limited.Refused("broken") from error
    upright = _to_srgb(image)
    if orientation in UPRIGHT:
        upright = upright.transpose(UPRIGHT[orientation])
    return SIZE.pack(*upright.size) + _encode(upright)


def _open(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=["JPEG"])
    except Image.DecompressionBombError as error:
        raise limited.Refused("too_many_pixels") from error
    except Exception as error:  # a broken header makes Pillow raise almost anything
        raise limited.Refused("broken") from error
    if image.width * image.height > MAX_PIXELS:
        raise limited.Refused("too_many_pixels")
    return image


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
