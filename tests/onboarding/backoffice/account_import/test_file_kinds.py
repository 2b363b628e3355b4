"""Whatever is no sheet is named, with what to do."""

import pytest

from onboarding.backoffice.account_import.forms import MESSAGES, sentences_of
from onboarding.backoffice.account_import.reading import SheetRefused, read
from tests.onboarding.backoffice.account_import.hand_made import archive

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def stream(name: str) -> bytes:
    """An old Office file with a stream of this name in its directory."""
    return OLE + name.encode("utf-16-le") + bytes(200)


def parts(*names: str) -> bytes:
    return archive(dict.fromkeys(names, "x"))


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "empty", "vacío"),
        (b" \r\n\t\r\n", "empty", "vacío"),
        (b"\xef\xbb\xbf\r\n", "empty", "vacío"),
        (b"\xff\xfe\r\x00\n\x00", "empty", "vacío"),
        (stream("Workbook"), "old_excel", ".xls"),
        (stream("Book"), "old_excel", ".xls"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(60), "old_excel", ".xls"),
        (b"ID;PWXL;N;E\r\nP;PGeneral\r\n", "old_excel", ".xls"),
        (stream("EncryptedPackage"), "locked", "contraseña"),
        (stream("WordDocument"), "document", "documento"),
        (stream("PowerPoint Document"), "document", "documento"),
        (stream("__substg1.0_0037001F"), "mail", "correo"),
        (parts("[Content_Types].xml", "xl/workbook.bin", "xl/worksheets/sheet1.bin"), "xlsb", ".xlsb"),
        (parts("mimetype", "content.xml", "META-INF/manifest.xml"), "open_document", ".ods"),
        (b'<?xml version="1.0"?>\n<office:document xmlns:office="x"/>', "open_document", ".ods"),
        (parts("Index/Document.iwa", "Metadata/Properties.plist"), "numbers", "Numbers"),
        (parts("clientes.numbers/Index/Document.iwa"), "numbers", "Numbers"),
        (parts("word/document.xml", "[Content_Types].xml"), "document", "documento"),
        (parts("ppt/presentation.xml"), "document", "documento"),
        (parts("__MACOSX/._x", "enero/clientes.xlsx", "leeme.txt"), "archive", "«clientes.xlsx»"),
        (parts("foto.jpg"), "archive", "«foto.jpg»"),
        (b"PK\x05\x06" + bytes(18), "archive", "comprimido"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(20), "archive", "comprimido"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(20), "archive", "comprimido"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00" + bytes(20), "archive", "comprimido"),
        (b"%PDF-1.7\n1 0 obj", "pdf", "PDF"),
        (b"\r\n%PDF-1.4", "pdf", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image", "imagen"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image", "imagen"),
        (b"GIF89a" + bytes(20), "image", "imagen"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image", "imagen"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image", "imagen"),
        (b"BM\x36\x00\x00\x00\x00\x00\x00\x00", "image", "imagen"),
        (b"II*\x00\x08\x00\x00\x00", "image", "imagen"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "not_sheet", "No es un CSV"),
        (b"{\\rtf1\\ansi", "document", "documento"),
        (b"<html><table><tr><td>Nombre</td></tr></table></html>", "html", "página web"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", "html", "página web"),
        (b"<TABLE border=1><TR><TD>RFC</TD></TR></TABLE>", "html", "página web"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "html", "página web"),
        (
            b'<?xml version="1.0"?>\r\n<?mso-application progid="Excel.Sheet"?>\r\n<Workbook>',
            "xml_excel",
            "2003",
        ),
        (b'<?xml version="1.0" encoding="UTF-8"?><cfdi:Comprobante Version="4.0">', "cfdi", "factura"),
        (b'<?xml version="1.0"?><clientes/>', "xml", "XML"),
        (b'{"url": "https://docs.google.com/spreadsheets/d/x", "doc_id": "x"}', "google_shortcut", "Google"),
        (b'[{"rfc": "X"}]', "json", "JSON"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "contacts", ".vcf"),
        (b"-----BEGIN CERTIFICATE-----\n", "certificate", "certificado"),
        (b"MZ\x90\x00\x03\x00", "not_sheet", "No es un CSV"),
        (b"Nombre,RFC\r\nA\x00B,C\r\n", "not_sheet", "No es un CSV"),
        (b"PK\x03\x04" + bytes(100), "broken", "dañado"),
    ],
)
def test_it_is_named(data: bytes, code: str, says: str) -> None:
    with pytest.raises(SheetRefused) as refused:
        read(data)
    assert refused.value.code == code
    assert code in MESSAGES
    (sentence,) = sentences_of(refused.value)
    assert says in sentence
    assert "{" not in sentence


@pytest.mark.parametrize(
    "text",
    [
        "ID;Producto\r\n1;x\r\n",
        "BMW,RFC\r\nx,y\r\n",
        "MZ,RFC\nx,y\n",
        "BM\nx\n",
        "{x},RFC\na,b\n",
        "<nombre>,RFC\na,b\n",
    ],
)
def test_a_csv_that_begins_like_something_else_is_read(text: str) -> None:
    assert len(read(text.encode()).lines) == 1


def test_a_locked_archive_is_named() -> None:
    data = bytearray(archive({"xl/workbook.xml": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    with pytest.raises(SheetRefused) as refused:
        read(bytes(data))
    assert refused.value.code == "locked"
