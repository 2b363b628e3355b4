"""What a picture that is no JPEG is, told by its bytes: a key of image_types.MESSAGES. Pure."""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

# The first bytes of each; of several that fit, the first counts.
_SIGNATURES = (
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"%PDF", "pdf"),
    (b"%!PS", "eps"),
    (b"\xc5\xd0\xd3\xc6", "eps"),
    (b"8BPS", "psd"),
    (b"BM", "bmp"),
    (b"\xff\x0a", "jpegxl"),
    (b"\0\0\0\x0cJXL ", "jpegxl"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"\0\0\0\x0cjP", "jpeg2000"),
    (b"II\xbc", "jpegxr"),
    # The negatives of Fujifilm, Olympus and Panasonic; most others are TIFF.
    (b"FUJIFILMCCD-RAW", "raw"),
    (b"IIRO", "raw"),
    (b"IIRS", "raw"),
    (b"IIU\0", "raw"),
    (b"\xff\x10\xff\x50", "jpegxs"),
    (b"\xff\xd8\xff\xf7", "jpegls"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"gimp xcf", "xcf"),
    (b"icns", "icns"),
    (b"DDS ", "dds"),
    (b"qoif", "qoi"),
    (b"BPG\xfb", "bpg"),
    (b"#?RADIANCE", "exr"),
    (b"#?RGBE", "exr"),
    (b"v/1\1", "exr"),
    (b"\1\xda\0", "sgi"),
    (b"\1\xda\1", "sgi"),
    (b"/* XPM */", "xbm"),
    (b"#define ", "xbm"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\1\0\x09\0\0\3", "wmf"),
    (b"\2\0\x09\0\0\3", "wmf"),
    (b"CPTFILE", "photopaint"),
    (b"CPT9FILE", "photopaint"),
    (b"\0\xffKA", "affinity"),
    (b"fig-kiwi", "figma"),
    (b"\6\6\xed\xf5\xd8\x1d\x46\xe5", "indesign"),
    (b"AC10", "dwg"),
    (b"AutoCAD", "dwg"),
    (b"PDN3", "paint_net"),
    (b"Paint Shop Pro Image", "paint_shop"),
    (b"CSFCHUNK", "clip_studio"),
    (b"AT&TFORM", "djvu"),
    (b"Rar!", "zip"),
    (b"7z\xbc\xaf", "zip"),
    (b"[InternetShortcut]", "shortcut"),
    (b"L\0\0\0\1\x14\2\0", "shortcut"),
    (b"\0\5\x16\7", "mac_double"),
)
# Text: after a mark of its encoding, blanks, comments.
# Illustrator gives the element a prefix, some years; a licence in a comment may be long.
_SVG = re.compile(rb"<(?:\w+:)?svg[\s/>]", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_WEB_PAGE = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]", re.IGNORECASE)
_DXF = re.compile(rb"\s*0\r?\n\s*SECTION")
# What lies inside of a ZIP file, as far as its beginning tells.
_IN_ZIP = (
    (b"application/x-vnd.corel", "corel"),
    (b"content/riffData.cdr", "corel"),
    (b"application/x-krita", "krita"),
    (b"image/openraster", "krita"),
    (b"Document.archive", "procreate"),
    (b"canvas.fig", "figma"),
    (b"pages/", "sketch"),
    (b"word/", "office"),
    (b"ppt/", "office"),
    (b"xl/", "office"),
    (b"mimetypeapplication/vnd.oasis", "office"),
)
# Illustrator's own files are PDFs with its data inside.
_IN_PDF = ((b"AIPrivateData", "ai"), (b"AIMetaData", "ai"))
# Netpbm's seven kinds, and two with fractions.
_PNM = re.compile(rb"P(?:[1-7]|[Ff])\s")
_HEIC_BRANDS = (
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"heif",
    b"mif1",
    b"mif2",
    b"msf1",
)


def type_of(data: bytes) -> str:
    """What a file that is no JPEG is: a key of MESSAGES."""
    if data[4:8] == b"ftyp":
        return _by_brands(data)
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], "corel" if data[8:11] == b"CDR" else "not_jpeg")
    if data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "raw" if _is_raw(data) else "tiff"
    if data.startswith(b"PK\3\4"):
        return _inside(data[:4096], _IN_ZIP, "zip")
    if data.startswith(b"\x1f\x8b"):
        return _in_gzip(data)
    start = data[:1024]
    by_signature = (kind for signature, kind in _SIGNATURES if start.startswith(signature))
    kind = next(by_signature, "") or _by_header(data)
    return _inside(data, _IN_PDF, kind) if kind == "pdf" else kind or _by_text(_without_comments(data[:8192]))


def _inside(data: bytes, marks: tuple[tuple[bytes, str], ...], otherwise: str) -> str:
    return next((kind for mark, kind in marks if mark in data), otherwise)


def _in_gzip(data: bytes) -> str:
    """SVGZ, EMZ and WMZ are their kind, packed; of anything else in there nobody needs to know more."""
    try:
        kind = type_of(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:4096], 1024))
    except zlib.error:
        return "zip"
    return kind if kind in {"svg", "emf", "wmf"} else "zip"


_RIFF = {b"WEBP": "webp", b"AVI ": "video", b"ACON": "ico", b"CMX1": "corel"}


# --- by what their headers say, where they begin with bytes that anything may begin with


def _by_header(data: bytes) -> str:
    return next((kind for kind, test in _TESTS.items() if test(data)), "")


def _is_icon(data: bytes) -> bool:
    """An icon or a pointer: how many pictures there are, and where the first of them lies."""
    if data[:4] not in (b"\0\0\1\0", b"\0\0\2\0") or len(data) < 22:
        return False
    count, size, place = (*struct.unpack_from("<H", data, 4), *struct.unpack_from("<II", data, 14))
    return count > 0 and data[9] == 0 and size > 0 and place >= 6 + 16 * count


def _is_emf(data: bytes) -> bool:
    return data.startswith(b"\1\0\0\0") and data[40:44] == b" EMF"


def _is_pcx(data: bytes) -> bool:
    return (
        data[:1] == b"\x0a"
        and data[1:2] in b"\0\2\3\4\5"
        and data[2:3] == b"\1"
        and data[3:4] in b"\1\2\4\x08"
    )


# Kinds of TGA: with a palette or not, packed (from 9) or not.
_TGA_WITH_PALETTE, _TGA_WITHOUT = frozenset({1, 9}), frozenset({2, 3, 10, 11})


def _is_tga(data: bytes) -> bool:
    """By its header, which has no mark of its own; only since 1989 there is one, at the end."""
    if len(data) < 18:
        return False
    palette, kind, width, height = data[1], data[2], *struct.unpack_from("<HH", data, 12)
    fits = (palette == 1 and kind in _TGA_WITH_PALETTE) or (
        palette == 0 and kind in _TGA_WITHOUT and not any(data[3:8])
    )
    return fits and width > 0 < height and data[16] in (8, 15, 16, 24, 32) and data[17] < 0x40


def _by_brands(data: bytes) -> str:
    """ISO base media: HEIC, AVIF, Canon's CR3 and videos tell themselves by their brands, in any order."""
    length = min(int.from_bytes(data[:4]), 256)
    brands = [data[8:12], *(data[place : place + 4] for place in range(16, length, 4))]
    if b"crx " in brands:
        return "raw"
    if any(brand in (b"avif", b"avis") for brand in brands):
        return "avif"
    if b"jxl " in brands:
        return "jpegxl"
    return "heic" if any(brand in _HEIC_BRANDS for brand in brands) else "video"


def _without_comments(start: bytes) -> bytes:
    """The text, of UTF-16 as well, whose first words are those of its root."""
    return _COMMENT.sub(b"", start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b""))[:1024]


def _by_text(text: bytes) -> str:
    if b"<" not in text[:64]:
        return "not_jpeg"
    if _SVG.search(text):
        return "svg"
    if _WEB_PAGE.search(text):
        return "web_page"
    return "svg" if b"<?xml" in text[:16] else "not_jpeg"


def _is_pnm(data: bytes) -> bool:
    return bool(_PNM.match(data))


def _is_dxf(data: bytes) -> bool:
    return bool(_DXF.match(data[:64]))


_TESTS: dict[str, Callable[[bytes], bool]] = {
    "ico": _is_icon,
    "emf": _is_emf,
    "pcx": _is_pcx,
    "pnm": _is_pnm,
    "tga": _is_tga,
    "dwg": _is_dxf,
}


# TIFF's tags that tell a negative: DNGVersion; and what cameras write of themselves (SubIFDs with Make).
_DNG_VERSION, _SUB_IFDS, _MAKE = 0xC612, 0x014A, 0x010F


def _is_raw(data: bytes) -> bool:
    if data[8:10] == b"CR" or data[2:3] == b"+":
        return data[8:10] == b"CR"
    tags = set(_tiff_tags(data))
    return _DNG_VERSION in tags or {_SUB_IFDS, _MAKE} <= tags


def _tiff_tags(data: bytes) -> Iterator[int]:
    """The tags of the first directory, as far as it is there."""
    order = "<" if data.startswith(b"II") else ">"
    try:
        (place,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, place)
        for entry in range(min(count, 200)):
            yield struct.unpack_from(f"{order}H", data, place + 2 + 12 * entry)[0]
    except struct.error:
        return
