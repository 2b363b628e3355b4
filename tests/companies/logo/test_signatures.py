"""What people rename to .jpg is told by its bytes, whatever it is."""

import gzip
from io import BytesIO

import pytest
from PIL import Image, TiffImagePlugin

from companies.logo.image_types import MESSAGES
from companies.logo.signatures import type_of
from tests.companies import pictures


def brands(major: bytes, *others: bytes) -> bytes:
    """The first box of an ISO base media file, and another behind it."""
    content = b"ftyp" + major + bytes(4) + b"".join(others)
    return (4 + len(content)).to_bytes(4) + content + b"\0\0\0\x08avif"


def tiff(tags: dict[int, object], order: str = "<") -> bytes:
    """A TIFF of a picture with further tags."""
    out, info = (
        BytesIO(),
        TiffImagePlugin.ImageFileDirectory_v2(b"II*\0\0\0\0\0" if order == "<" else b"MM\0*\0\0\0\0"),
    )
    for tag, value in tags.items():
        info[tag] = value
    pictures.picture((64, 64)).save(out, "TIFF", tiffinfo=info)
    return out.getvalue()


def saved(kind: str, mode: str, **options: object) -> bytes:
    """The picture in another format and mode."""
    out = BytesIO()
    pictures.picture((64, 48), mode).save(out, kind, **options)
    return out.getvalue()


FILES = [
    (pictures.other("PNG"), "png"),
    (pictures.other("GIF"), "gif"),
    (pictures.other("WEBP"), "webp"),
    (pictures.other("BMP"), "bmp"),
    (pictures.other("TIFF"), "tiff"),
    (pictures.other("PDF"), "pdf"),
    (pictures.other("AVIF"), "avif"),
    (pictures.other("ICO"), "ico"),
    (pictures.other("EPS"), "eps"),
    (pictures.other("JPEG2000"), "jpeg2000"),
    (b"\xff\x4f\xff\x51\0\x29", "jpeg2000"),
    (b"\xff\x0a\xfa\x7f", "jpegxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "jpegxl"),
    (brands(b"heic", b"mif1", b"heic"), "heic"),
    (brands(b"mif1", b"heic"), "heic"),
    (brands(b"mif1"), "heic"),
    (brands(b"msf1", b"hevc"), "heic"),
    (brands(b"heix", b"MiHE", b"mif1"), "heic"),
    (brands(b"mif1", b"miaf", b"avif"), "avif"),
    (brands(b"avis", b"msf1"), "avif"),
    (brands(b"crx ", b"crx ", b"isom"), "raw"),
    (brands(b"qt  "), "video"),
    (brands(b"isom", b"mp42"), "video"),
    (tiff({0xC612: b"\1\4\0\0"}), "raw"),
    (tiff({0x010F: "NIKON CORPORATION", 0x014A: 8}), "raw"),
    (tiff({0x010F: "HP Scanjet"}), "tiff"),
    (b"II*\0\x10\0\0\0CR\2\0", "raw"),
    (b"MM\0*\0\0\0\x08\0\1\xc6\x12\0\1\0\0\0\4\1\4\0\0\0\0\0\0", "raw"),
    (b"MM\0*\xff\xff\xff\xff", "tiff"),
    (b"II*\0", "tiff"),
    (b"FUJIFILMCCD-RAW 0201", "raw"),
    (b"IIU\0\x18\0\0\0", "raw"),
    (b"IIRO\x08\0\0\0", "raw"),
    (b"II\xbc\1", "jpegxr"),
    (b"8BPS\0\1", "psd"),
    (b"%!PS-Adobe-3.0 EPSF-3.0", "eps"),
    (b"RIFF\0\0\0\0CDRvvrsn", "corel"),
    (b"PK\3\4", "zip"),
    (b"PK\3\4" + bytes(26) + b"word/document.xml", "office"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (b'\xef\xbb\xbf<?xml version="1.0"?><svg/>', "svg"),
    (b"\xef\xbb\xbf<svg/>", "svg"),
    (b"\xef\xbb\xbf<svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>", "svg"),
    (b"\xef\xbb\xbf<!--" + b" Licencia" * 300 + b" -->\n<svg>", "svg"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
    (b"<!-- Illustrator -->\n<!DOCTYPE svg>\n<SVG >", "svg"),
    ('<?xml version="1.0" encoding="UTF-16"?><svg >'.encode("utf-16"), "svg"),
    (b"<!DOCTYPE html><html><head><title>Logo</title>", "web_page"),
    (b"\n <html lang=es>", "web_page"),
    (pictures.other("TGA"), "tga"),
    (saved("TGA", "L"), "tga"),
    (saved("TGA", "P"), "tga"),
    (saved("TGA", "RGBA", compression="tga_rle"), "tga"),
    (pictures.other("PPM"), "pnm"),
    (saved("PPM", "L"), "pnm"),
    (saved("PPM", "1"), "pnm"),
    (b"P3\n2 2\n255\n", "pnm"),
    (b"P7\nWIDTH 4\n", "pnm"),
    (b"Pf\n2 2\n", "pnm"),
    (pictures.other("PCX"), "pcx"),
    (saved("PCX", "1"), "pcx"),
    (pictures.other("SGI"), "sgi"),
    (pictures.other("DDS"), "dds"),
    (pictures.other("ICNS"), "icns"),
    (saved("XBM", "1"), "xbm"),
    (b"/* XPM */\nstatic char", "xbm"),
    (b"qoif\0\0\0\x40", "qoi"),
    (b"BPG\xfb\0\0", "bpg"),
    (b"#?RADIANCE\n", "exr"),
    (b"v/1\1\2\0\0\0", "exr"),
    (b"\xff\x10\xff\x50\0", "jpegxs"),
    (b"\xff\xd8\xff\xf7\0\x0b\x08", "jpegls"),
    (b"\0\0\2\0\1\0\x20\x20\0\0\0\0\0\0\x30\1\0\0\x16\0\0\0", "ico"),
    (b"RIFF\0\0\0\0ACONanih", "ico"),
    (b"\1\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF\0\0\1\0", "emf"),
    (gzip.compress(b"\1\0\0\0\x6c\0\0\0" + bytes(32) + b" EMF\0\0\1\0", mtime=0), "emf"),
    (b"\xd7\xcd\xc6\x9a\0\0", "wmf"),
    (b"\1\0\x09\0\0\3\x1a\0", "wmf"),
    (gzip.compress(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>" * 90, mtime=0), "svg"),
    (gzip.compress(b"Hola", mtime=0), "zip"),
    (gzip.compress(gzip.compress(b"<svg />", mtime=0), mtime=0), "svg"),
    (b"\x1f\x8b\x08 broken", "zip"),
    (b"Rar!\x1a\7\1\0", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"gimp xcf v011\0", "xcf"),
    (b"%PDF-1.6\n%\xe2\xe3\xcf\xd3" + bytes(900) + b"/AIPrivateData1 9 0 R", "ai"),
    (b"8BPS\0\2", "psd"),
    (b"PK\3\4" + bytes(26) + b"content/riffData.cdr", "corel"),
    (b"PK\3\4" + bytes(26) + b"mimetypeapplication/x-vnd.corel.draw.document+zip", "corel"),
    (b"RIFF\0\0\0\0CMX1", "corel"),
    (b"CPT9FILE\1\0", "photopaint"),
    (b"\0\xffKA\x0b\0", "affinity"),
    (b"fig-kiwi\x0f\0", "figma"),
    (b"PK\3\4" + bytes(26) + b"canvas.fig", "figma"),
    (b"PK\3\4" + bytes(26) + b"pages/F2A0.json", "sketch"),
    (b"PK\3\4" + bytes(26) + b"mimetypeapplication/x-krita", "krita"),
    (b"PK\3\4" + bytes(26) + b"Document.archive", "procreate"),
    (b"\6\6\xed\xf5\xd8\x1d\x46\xe5\xbd\x31", "indesign"),
    (b"AC1032\0\0", "dwg"),
    (b"  0\r\nSECTION\r\n", "dwg"),
    (b"PDN3\x1b\0", "paint_net"),
    (b"Paint Shop Pro Image File\n\x1a", "paint_shop"),
    (b"CSFCHUNK\0\0", "clip_studio"),
    (b"AT&TFORM\0\0DJVU", "djvu"),
    (b"[InternetShortcut]\r\nURL=https://example.com/logo.jpg", "shortcut"),
    (b"L\0\0\0\1\x14\2\0\0\0", "shortcut"),
    (b"\0\5\x16\7\0\2\0\0Mac OS X", "mac_double"),
    (b"Hola", "not_jpeg"),
    (b"RIFF\0\0\0\0WAVE", "not_jpeg"),
    (b"\xff\xd8", "not_jpeg"),
    (b"\0" * 100, "not_jpeg"),
]


@pytest.mark.parametrize(("data", "kind"), FILES)
def test_a_file_is_told_by_its_first_bytes(data: bytes, kind: str) -> None:
    assert type_of(data) == kind


def test_no_type_is_without_its_example() -> None:
    assert {kind for _, kind in FILES} == set(MESSAGES)


@pytest.mark.parametrize("data", [data for data, _ in FILES])
def test_whatever_is_cut_short_is_still_something(data: bytes) -> None:
    for length in range(min(len(data), 300)):
        assert type_of(data[:length]) in MESSAGES


def test_an_image_that_pillow_reads_as_jpeg_is_none_of_these() -> None:
    assert Image.open(BytesIO(pictures.jpeg())).format == "JPEG"
    assert type_of(pictures.jpeg()) == "not_jpeg"  # is never asked
