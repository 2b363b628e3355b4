"""What proves a signature: a constancia for people, and a package with which anybody verifies it by OpenSSL.

Made from the kept row alone, so that it says the same whenever it is asked for.
"""

import base64
import io
import zipfile
from collections.abc import Iterator
from datetime import UTC

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from lxml import etree

from certificates.letter.documents import SHA1, SignedDocument
from certificates.letter.pacs.finkok import signed_file
from certificates.models import LetterSignature
from certificates.x509.pem import as_pem
from companies.documents.sample import Entry
from companies.documents.signature import SignatureRecord, SignedText, signature_pdf

CONSTANCIA, README = "constancia-de-firma.pdf", "LEEME.txt"
CERTIFICATE, KEY = "certificado.cer", "llave-publica.pem"
# What openssl calls them.
_NAMES = {SHA1: "sha1"}
_USUAL = "sha256"


def signed_documents(signature: LetterSignature) -> list[SignedDocument]:
    """The documents with their signatures."""
    return [SignedDocument.from_json(row) for row in signature.documents]


def commands(signature: LetterSignature) -> tuple[str, ...]:
    """What to type where the package was unpacked."""
    digest = _NAMES.get(signature.algorithm, _USUAL)
    lines = [f"openssl x509 -inform DER -in {CERTIFICATE} -pubkey -noout -out {KEY}"]
    for number, signed in enumerate(signed_documents(signature), 1):
        lines.append(
            f"openssl dgst -{digest} -verify {KEY} -signature firma-{number}.bin firmado-{number}.bin"
        )
        if signed.document.digest_of:
            lines.append(f"openssl dgst -{digest} -binary leido-{number}.bin | openssl base64")
    return tuple(lines)


def constancia(signature: LetterSignature) -> bytes:
    """The PDF for people, with how to verify it."""
    local = timezone.localtime(signature.signed_at)
    return signature_pdf(
        SignatureRecord(
            site=settings.SITE_NAME,
            company=signature.name,
            rfc=signature.rfc,
            facts=tuple(Entry(label, value) for label, value in facts(signature) if value),
            documents=tuple(_text(signed) for signed in signed_documents(signature)),
            commands=commands(signature),
            digest_note=_note(signature),
            date=_moment(signature),
            made_at=local,
        )
    )


def facts(signature: LetterSignature) -> list[tuple[str, str]]:
    """Who, when, from where, for which PAC: label and value."""
    return [
        ("Folio", str(signature.pk)),
        ("Firmada", f"{_moment(signature)} ({signature.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ})"),
        ("RFC", signature.rfc),
        ("Nombre en el certificado", signature.name),
        ("RFC del representante", signature.representative),
        ("Certificado (e.firma)", signature.number),
        ("PAC", signature.pac_name),
        ("RFC del PAC", signature.pac_rfc),
        ("Autorización del PAC", signature.pac_authorization),
        ("Algoritmo", f"RSA PKCS#1 v1.5 con {signature.algorithm}"),
        ("Enviada por", signature.sent_by),
        ("Desde la dirección", signature.address),
        ("Con el navegador", signature.browser),
    ]


def _moment(signature: LetterSignature) -> str:
    # Django's Mexican Spanish begins months with a capital; people's does not.
    local = timezone.localtime(signature.signed_at)
    return date_format(local, r"j \d\e F \d\e Y, H:i:s").lower() + " h"


def _text(signed: SignedDocument) -> SignedText:
    row = signed.to_json()
    digests = (
        Entry("SHA-256 del texto", row["text_sha256"]),
        Entry("SHA-256 de lo firmado", row["signed_sha256"]),
    )
    return SignedText(signed.document.title, signed.document.text, digests)


def _note(signature: LetterSignature) -> str:
    if any(signed.document.digest_of for signed in signed_documents(signature)):
        return (
            "Lo firmado (firmado-….bin) contiene la huella del documento que se leyó (leido-….bin): la que "
            "imprime el último comando de cada documento."
        )
    return "Lo firmado (firmado-….bin) es la cadena que aparece al final del texto."


def readme(signature: LetterSignature) -> str:
    """How to verify it, and what each file is."""
    said = "\n".join(f"{label}: {value}" for label, value in facts(signature) if value)
    typed = "\n".join(f"    {line}" for line in commands(signature))
    return (
        f"Evidencia de la firma de la Carta Manifiesto\n\n{said}\n\n"
        f"Para verificarla, con OpenSSL, en esta carpeta:\n\n{typed}\n\n"
        f"{_note(signature)}\n\n"
        "texto-….txt es lo que leyó la persona; leido-….bin, el documento cuya huella se firmó;\n"
        "firmado-….bin, los bytes firmados; firma-….bin, la firma. evidencia.xml dice lo mismo que la\n"
        "constancia, para programas. documento-….xml, si lo hay, es el contrato como lo pide el PAC.\n"
    )


def xml(signature: LetterSignature) -> bytes:
    """The same as XML, for programs."""
    root = etree.Element(
        "evidencia",
        folio=str(signature.pk),
        fecha=f"{signature.signed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        rfc=signature.rfc,
        representante=signature.representative,
        certificado=signature.number,
        algoritmo=signature.algorithm,
        pac=_printable(signature.pac_name),
        rfcPac=signature.pac_rfc,
        autorizacionPac=signature.pac_authorization,
        nombre=_printable(signature.name),
        enviadaPor=_printable(signature.sent_by),
        direccion=signature.address,
        navegador=_printable(signature.browser),
    )
    for row in signature.documents:
        digests = {"sha256Texto": row["text_sha256"], "sha256Firmado": row["signed_sha256"]}
        document = etree.SubElement(root, "documento", titulo=row["title"], **digests)
        etree.SubElement(document, "texto").text = base64.b64encode(row["text"].encode()).decode()
        for name, key in (("firmado", "signed"), ("leido", "digest_of"), ("firma", "signature")):
            etree.SubElement(document, name).text = row[key]
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _printable(text: str) -> str:
    """Without what no XML holds."""
    return "".join(char for char in text if char.isprintable())


def package(signature: LetterSignature) -> bytes:
    """All of it in a ZIP; the same bytes whenever it is asked for."""
    when = timezone.localtime(signature.signed_at).timetuple()[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _files(signature):
            archive.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _files(signature: LetterSignature) -> Iterator[tuple[str, bytes]]:
    certificate = bytes(signature.certificate)
    yield README, readme(signature).encode()
    yield CONSTANCIA, constancia(signature)
    yield "evidencia.xml", xml(signature)
    yield CERTIFICATE, certificate
    yield "certificado.pem", as_pem(certificate).encode()
    for number, signed in enumerate(signed_documents(signature), 1):
        document = signed.document
        yield f"texto-{number}.txt", document.text.encode()
        yield f"firmado-{number}.bin", document.signed
        yield f"firma-{number}.bin", signed.signature
        if document.digest_of:
            yield f"leido-{number}.bin", document.digest_of
        if signature.adapter == "finkok":
            yield f"documento-{number}.xml", signed_file(signed, certificate)
