"""What is no CSV and no workbook of today: every kind of file that people upload instead, by its bytes.

No Django here: the child that takes sheets apart imports this module.
"""

import codecs
import re
import zipfile
from collections.abc import Collection

ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
# The beginnings that tell a kind; the longest search is a few bytes.
BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh9", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"{\\rtf", "document"),
    (b"\x09\x08\x10\x00\x00\x06", "old_excel"),  # a workbook stream without its container
    (b"\x09\x04\x06\x00", "old_excel"),
    (b"\x09\x02\x06\x00", "old_excel"),
    (b"\x09\x00\x04\x00", "old_excel"),
    (b"MZ", "not_sheet"),
    (b"\x7fELF", "not_sheet"),
    (b"\x30\x82", "certificate"),
)
IMAGE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"hevc")
# The start of a text that is none of ours. Blanks and a byte order mark may come before it.
TEXTS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    # SYLK. A CSV may well begin with «ID;Producto».
    (re.compile(rb"ID;P[A-Z0-9]*(;[A-Z])*\r?\n[A-Z];"), "old_excel"),
    (re.compile(rb"<(!doctype html|html|head|body|table|meta|style|div)\b", re.IGNORECASE), "html"),
    (re.compile(rb"mime-version:", re.IGNORECASE), "html"),  # Excel's «página web de un solo archivo»
    (re.compile(rb"(<\?xml[^>]*>\s*)?(<\?mso-application[^>]*>\s*)?<(ss:)?Workbook\b"), "xml_excel"),
    (re.compile(rb"<\?xml[^>]*>\s*<office:document"), "open_document"),
    (re.compile(rb"(<\?xml[^>]*>\s*)?<cfdi:"), "cfdi"),
    (re.compile(rb"<\?xml\b"), "xml"),
    (re.compile(rb'\{\s*"(url|doc_id|resource_key)"'), "google_shortcut"),
    (re.compile(rb"[\[{]\s*[\[{\"]"), "json"),
    (re.compile(rb"BEGIN:VCARD", re.IGNORECASE), "contacts"),
    (re.compile(rb"-----BEGIN "), "certificate"),
)
BLANKS = b" \t\r\n\xef\xbb\xbf\xff\xfe"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


# The streams that old Office files hold, and what each makes of the file.
STREAMS: tuple[tuple[bytes, str], ...] = (
    (_utf16("EncryptedPackage"), "locked"),
    (_utf16("Workbook"), "old_excel"),
    (_utf16("WordDocument"), "document"),
    (_utf16("PowerPoint Document"), "document"),
    (_utf16("__substg1.0_"), "mail"),
)
# Parts of archives that have a meaning of their own. The first that is met counts.
PARTS: tuple[tuple[str, str], ...] = (
    (r"word/.*", "document"),
    (r"ppt/.*", "document"),
    (r"(.*/)?Index/.*\.iwa|(.*/)?Index\.zip", "numbers"),
    (r"META-INF/manifest\.xml|mimetype", "open_document"),
)


def kind_of(data: bytes) -> str:
    """The code of what `data` is when it cannot be a sheet of ours; empty when it may be one."""
    if not data.strip(BLANKS + b"\x00\x1a"):
        return "empty"
    if data.startswith(OLE):
        return next((code for mark, code in STREAMS if mark in data), "old_excel")
    if PDF in data[:1024]:
        return "pdf"
    if data[4:8] == b"ftyp":
        return "image" if data[8:12] in IMAGE_BRANDS else "not_sheet"
    if data.startswith(b"RIFF"):
        return "image" if data[8:12] == b"WEBP" else "not_sheet"
    return _by_beginning(data) or _by_text(data)


def _by_beginning(data: bytes) -> str:
    for beginning, code in BEGINNINGS:
        # «BM…» and «MZ…» may begin a text as well: bytes that no text has must follow.
        if data.startswith(beginning) and (len(beginning) > 2 or b"\0" in data[:64]):
            return code
    return ""


def _by_text(data: bytes) -> str:
    start = data[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "replace").encode()
    start = start.lstrip(BLANKS)
    return next((code for pattern, code in TEXTS if pattern.match(start)), "")


def archive_kind(names: Collection[str]) -> tuple[str, str]:
    """What an archive is when it is no workbook, by the names in it; and a sheet that lies in it."""
    if "xl/workbook.bin" in names:
        return "xlsb", ""
    if any(name.startswith("xl/worksheets/") or name == "xl/workbook.xml" for name in names):
        return "", ""
    for pattern, code in PARTS:
        if any(re.fullmatch(pattern, name) for name in names):
            return code, ""
    # A Mac puts its own notes beside every file.
    own = sorted(name for name in names if not name.startswith("__MACOSX/") and not name.endswith("/"))
    sheets = [name for name in own if name.lower().endswith((".xlsx", ".xlsm", ".csv", ".xls", ".ods"))]
    inside = (sheets or own or [""])[0].rpartition("/")[2]
    return "archive", inside[:80]


def is_encrypted(parts: Collection[zipfile.ZipInfo]) -> bool:
    """Whether an archive asks for a password."""
    return any(part.flag_bits & 1 for part in parts)
