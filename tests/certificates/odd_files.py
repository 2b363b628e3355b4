"""What lies on people's disks beside a .cer and a .key, made here byte by byte; and the file type of each."""

import base64
import zipfile
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from certificates.file_types import FileType
from certificates.testing import CA, integer, oid, seq, tlv
from tests.certificates.conftest import rsa_key

DATA_OID, SIGNED_DATA_OID = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
END = b"\0\0"


def request() -> bytes:
    """A .req, as the SAT's program makes before there is a certificate."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(rsa_key(), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def pfx() -> bytes:
    """A .pfx in DER."""
    return pkcs12.serialize_key_and_certificates(
        None, rsa_key(), None, None, serialization.BestAvailableEncryption(b"x")
    )


def open_ended(tag: int, *contents: bytes) -> bytes:
    """An element of BER whose length is not known beforehand."""
    return bytes([tag, 0x80]) + b"".join(contents) + END


def ber_pfx() -> bytes:
    """A .pfx as Java and old Windows write it."""
    safe = open_ended(0x30, oid(DATA_OID), open_ended(0xA0, open_ended(0x24, tlv(0x04, b"x" * 1000))))
    return open_ended(0x30, integer(3), safe)


def ber_signed(content: bytes) -> bytes:
    """A CMS message as Certifica writes it: BER, the content in parts."""
    inside = open_ended(0x30, oid(DATA_OID), open_ended(0xA0, open_ended(0x24, tlv(0x04, content))))
    digests = tlv(0x31, seq(oid("1.3.14.3.2.26")))
    return open_ended(
        0x30, oid(SIGNED_DATA_OID), open_ended(0xA0, open_ended(0x30, integer(1), digests, inside))
    )


def der_signed(content: bytes) -> bytes:
    """The same in DER."""
    inside = seq(oid(DATA_OID), tlv(0xA0, tlv(0x04, content)))
    digests = tlv(0x31, seq(oid("1.3.14.3.2.26")))
    return seq(oid(SIGNED_DATA_OID), tlv(0xA0, seq(integer(1), digests, inside)))


def zipped(*names: str) -> bytes:
    """A .zip with files of these names."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"x" * 100)
    return packed.getvalue()


def revocations(ca: CA) -> bytes:
    """A .crl."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "AC")])
    issued = x509.load_der_x509_certificate(ca.certificate).not_valid_before_utc
    builder = x509.CertificateRevocationListBuilder().issuer_name(subject)
    builder = builder.last_update(issued).next_update(issued.replace(year=2040))
    return builder.sign(rsa_key(9), hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def p7b(ca: CA) -> bytes:
    """Certificates alone, as Windows exports them."""
    certificate = x509.load_der_x509_certificate(ca.certificate)
    return pkcs7.serialize_certificates([certificate], serialization.Encoding.DER)


def public_key() -> bytes:
    """A public key in DER."""
    return (
        rsa_key()
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def pem(data: bytes, label: str) -> bytes:
    """A block of PEM."""
    return b"-----BEGIN %b-----\n%b-----END %b-----\n" % (
        label.encode(),
        base64.encodebytes(data),
        label.encode(),
    )


def converted_key() -> bytes:
    """A key that OpenSSL encrypted in its old manner."""
    return rsa_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.BestAvailableEncryption(b"12345678a"),
    )


def ssh_key() -> bytes:
    """What ssh-keygen makes."""
    return rsa_key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )


# --- by their first bytes

PLAIN: dict[str, tuple[bytes, FileType]] = {
    "nothing": (b"", FileType.EMPTY),
    "zeros": (b"\0" * 1298, FileType.BLANK),
    "blanks": (b" \r\n\t\r\n", FileType.BLANK),
    "acuse.pdf": (b"%PDF-1.7\n", FileType.PDF),
    "acuse-con-lineas.pdf": (b"\r\n\r\n%PDF-1.4\n", FileType.PDF),
    "foto.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF", FileType.JPEG),
    "captura.png": (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    "foto.heic": (b"\0\0\0\x18ftypheic\0\0\0\0", FileType.HEIC),
    "foto.avif": (b"\0\0\0\x1cftypavif\0\0\0\0", FileType.AVIF),
    "foto.webp": (b"RIFF\x24\0\0\0WEBPVP8 ", FileType.IMAGE),
    "logo.gif": (b"GIF89a", FileType.IMAGE),
    "escaneo.tif": (b"II*\0\x08\0\0\0", FileType.IMAGE),
    "dibujo.bmp": (b"BM\x36\x10\0\0\0\0\0\0\x36", FileType.IMAGE),
    "logo.svg": (b'<?xml version="1.0"?>\n<svg xmlns="x">', FileType.IMAGE),
    "video.mp4": (b"\0\0\0\x20ftypisom", FileType.MEDIA),
    "nota.mp3": (b"ID3\x04\0", FileType.MEDIA),
    "nota.wav": (b"RIFF\x24\0\0\0WAVEfmt ", FileType.MEDIA),
    "viejo.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileType.OLD_OFFICE),
    "carta.rtf": (rb"{\rtf1\ansi", FileType.WORD),
    "carta.docx": (zipped("[Content_Types].xml", "word/document.xml"), FileType.WORD),
    "datos.xlsx": (zipped("[Content_Types].xml", "xl/workbook.xml"), FileType.EXCEL),
    "platica.pptx": (zipped("[Content_Types].xml", "ppt/presentation.xml"), FileType.DOCUMENT),
    "llave.pages": (zipped("Index/Document.iwa"), FileType.DOCUMENT),
    "certifica.jar": (zipped("META-INF/MANIFEST.MF", "mx/gob/sat/A.class"), FileType.PROGRAM),
    "certifica.exe": (b"MZ\x90\0\x03\0", FileType.PROGRAM),
    "certifica.jnlp": (b'<?xml version="1.0"?>\n<jnlp spec="1.0">', FileType.PROGRAM),
    "sellos.zip": (zipped("00001000000512345678.cer", "CSD_Matriz.KEY"), FileType.ZIP_PAIR),
    "carpeta.zip": (zipped("Sellos/a.cer", "Sellos/b.key", "Sellos/acuse.pdf"), FileType.ZIP_PAIR),
    "llave.zip": (zipped("CSD_Matriz.key"), FileType.ZIP_KEY),
    "grande.zip": (b"PK\x03\x04" + b"x" * 20_000, FileType.ZIP),
    "vacio.zip": (zipped(), FileType.ZIP_OTHER),
    "solicitud.zip": (zipped("CSD_Matriz_PNA190312AB1.req"), FileType.ZIP_REQUEST),
    "solicitud-sdg.zip": (zipped("CSD_PNA190312AB1.sdg", "acuse.pdf"), FileType.ZIP_REQUEST),
    "solicitud-y-llave.zip": (zipped("a.req", "CSD_Matriz.key"), FileType.ZIP_KEY),
    "certificado.zip": (zipped("00001000000512345678.cer"), FileType.ZIP_CERTIFICATE),
    "fotos.zip": (zipped("foto.jpg"), FileType.ZIP_OTHER),
    "zip-en-zip.zip": (zipped("sellos.zip"), FileType.ZIP),
    "de-mac.zip": (zipped("a.req", "__MACOSX/._a.cer", "__MACOSX/._a.key"), FileType.ZIP_REQUEST),
    "cortado.zip": (zipped("acuse.pdf", "a.cer")[:60], FileType.ZIP),
    "foto-nueva.avif": (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", FileType.AVIF),
    "sellos.rar": (b"Rar!\x1a\x07\x01\0", FileType.RAR),
    "sellos.7z": (b"7z\xbc\xaf\x27\x1c", FileType.ARCHIVE),
    "sellos.tar.gz": (b"\x1f\x8b\x08", FileType.ARCHIVE),
    "sellos.tar": (b"sellos.cer".ljust(257, b"\0") + b"ustar\0" + b"\0" * 200, FileType.ARCHIVE),
    "sello.cer.lnk": (b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0", FileType.SHORTCUT),
    "SAT.url": (b"[InternetShortcut]\r\nURL=https://www.sat.gob.mx/\r\n", FileType.SHORTCUT),
    "SAT.webloc": (
        b'<?xml version="1.0"?>\n<plist version="1.0"><dict><key>URL</key><string>x</string>',
        FileType.SHORTCUT,
    ),
    "alias": (b"book\0\0\0\0mark\0\0\0\0", FileType.SHORTCUT),
    ".DS_Store": (b"\0\0\0\x01Bud1\0\0\x10\0", FileType.MAC),
    "._sello.cer": (b"\0\x05\x16\x07\0\x02\0\0Mac OS X", FileType.MAC),
    "almacen.jks": (b"\xfe\xed\xfe\xed\0\0\0\x02", FileType.KEYSTORE),
    "factura.xml": (
        b'<?xml version="1.0" encoding="utf-8"?>\n<cfdi:Comprobante xmlns:cfdi="x">',
        FileType.CFDI,
    ),
    "factura-con-marca.xml": (b"\xef\xbb\xbf<cfdi:Comprobante Version='4.0'>", FileType.CFDI),
    "otro.xml": (b'<?xml version="1.0"?><catalogo/>', FileType.XML),
    "descarga.html": (b"\r\n<!DOCTYPE html>\n<html><head>", FileType.HTML),
    "descarga-sin-doctype.html": (b"<html>\n<body>Su sesi\xf3n ha expirado", FileType.HTML),
    "grande.html": (b"<!doctype html>" + b" " * 20_000 + b"x", FileType.HTML),
    "correo.eml": (b"Return-Path: <a@b.mx>\r\nReceived: from x\r\n", FileType.MAIL),
    "id_rsa.pub": (b"ssh-rsa AAAAB3NzaC1yc2E a@b", FileType.SSH_KEY),
    "llave.ppk": (b"PuTTY-User-Key-File-3: ssh-rsa", FileType.SSH_KEY),
    "clave.gpg": (b"\x99\x01\x0d\x04\x5f\0\0\0\x01", FileType.PGP),
    "clave.asc": (
        b"-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: GnuPG\n\nmQENBF8=\n=abcd\n"
        b"-----END PGP PUBLIC KEY BLOCK-----\n",
        FileType.PGP,
    ),
    "contrasena.txt": ("Mi contraseña es…".encode(), FileType.TEXT),
    "contrasena-bloc-de-notas.txt": ("Mi contraseña".encode("utf-16"), FileType.TEXT),
    "no-es-uno.pem": (
        b"-----BEGIN CERTIFICATE-----\nno es uno\n-----END CERTIFICATE-----\n",
        FileType.TEXT,
    ),
    "enorme": (b"x" * 16_385, FileType.TOO_BIG),
    "ruido": (b"\x00\x01\x02", FileType.OTHER),
    "ber": (b"\x30\x80\x00\x00", FileType.OTHER),
    "corto": (b"\x30\x03\x02\x01\x00", FileType.OTHER),
}


def structured(ca: CA) -> dict[str, tuple[bytes, FileType]]:
    """Those that are told by their structure, in DER, BER and PEM."""
    return {
        "solicitud.req": (request(), FileType.REQUEST),
        "solicitud.csr": (pem(request(), "CERTIFICATE REQUEST"), FileType.REQUEST),
        "solicitud.sdg": (ber_signed(zipped("CSD_Matriz_PNA190312AB1.req")), FileType.SDG),
        "solicitud-der.sdg": (der_signed(zipped("CSD_Matriz_PNA190312AB1.req")), FileType.SDG),
        "renovacion.ren": (ber_signed(request()), FileType.REN),
        "renovacion-der.ren": (der_signed(request()), FileType.REN),
        "renovacion-en-base64.ren": (base64.encodebytes(ber_signed(request())), FileType.REN),
        "firmado.p7m": (ber_signed(b"hola"), FileType.SIGNED),
        "cifrado.p7m": (
            seq(oid("1.2.840.113549.1.7.3"), tlv(0xA0, seq(integer(0)))),
            FileType.SIGNED,
        ),
        "cadena.p7b": (p7b(ca), FileType.PKCS7),
        "cadena-pem.p7b": (pem(p7b(ca), "PKCS7"), FileType.PKCS7),
        "par.pfx": (pfx(), FileType.PKCS12),
        "par-de-java.pfx": (ber_pfx(), FileType.PKCS12),
        "par-grande.pfx": (ber_pfx() + b"\0" * 20_000, FileType.PKCS12),
        "publica.der": (public_key(), FileType.PUBLIC_KEY),
        "publica.pem": (pem(public_key(), "PUBLIC KEY"), FileType.PUBLIC_KEY),
        "lista.crl": (revocations(ca), FileType.REVOCATIONS),
        "convertida.pem": (converted_key(), FileType.CONVERTED_KEY),
        "id_rsa": (ssh_key(), FileType.SSH_KEY),
        # certutil -encode frames whatever it is given as a certificate.
        "certutil.txt": (pem(request(), "CERTIFICATE"), FileType.REQUEST),
    }
