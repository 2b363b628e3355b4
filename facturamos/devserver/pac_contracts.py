"""What the stand-ins for PACs do: Finkok's and Timbox' public SOAP contracts, with their checks."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
# Who the demo is to both; one secret, so that another adapter needs no other settings.
USER, SECRET = "DEMO010101AA1", "secreto-de-demostracion"
SUBJECT = "Manifiesto de conocimiento y autorización al PAC la entrega de los CFDI certificados al SAT"
_CADENA_FIELDS = 6

type Values = Mapping[str, str]


@dataclass
class PacBooks:
    """What a PAC has: each letter as often as it was sent."""

    contracts: dict[str, tuple[str, str]] = field(default_factory=dict)
    cadenas: dict[str, str] = field(default_factory=dict)
    # One entry for each letter that was taken, by what names it; a second one is a letter sent twice.
    taken: list[str] = field(default_factory=list)


def element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


# --- Finkok


def get_contracts_snid(books: PacBooks, asked: Values) -> str:
    """Two texts, made for the taxpayer."""
    if asked.get("snid") != SECRET:
        return element("success", "false") + element("error", "SNID invalido")
    whom = f"{asked['name']} (RFC {asked['taxpayer_id']})"
    contract = (
        f"CONTRATO DE PRESTACIÓN DE SERVICIOS (de demostración)\n\n{whom} autoriza al proveedor a certificar "
        "sus CFDI & a entregar al SAT una copia de cada uno.\n"
    )
    privacy = (
        f"AVISO DE PRIVACIDAD (de demostración)\n\n{whom} conoce para qué se usan sus datos <personales>.\n"
    )
    return "".join(
        element(name, value)
        for name, value in (
            ("success", "true"),
            ("contract", base64.b64encode(contract.encode()).decode()),
            ("privacy", base64.b64encode(privacy.encode()).decode()),
            ("error", ""),
        )
    )


def sign_contract(books: PacBooks, asked: Values) -> str:
    """Takes both, when they are signed as they should be."""
    if asked.get("snid") != SECRET:
        return element("success", "false") + element("message", "SNID invalido")
    sent = asked.get("contract_xml", ""), asked.get("privacy_xml", "")
    try:
        holders = {_checked(base64.b64decode(each)) for each in sent}
    except (ValueError, TypeError, AttributeError, InvalidSignature, etree.XMLSyntaxError):
        return element("success", "false") + element("message", "La firma del documento no es valida")
    if len(holders) != 1:
        return element("success", "false") + element("message", "El RFC de los documentos no coincide")
    rfc = holders.pop()
    books.contracts[rfc] = sent
    books.taken.append(rfc)
    return element("success", "true") + element("message", "Contrato firmado correctamente")


def get_documents(books: PacBooks, asked: Values) -> str:
    """Gives back what was signed."""
    both = books.contracts.get(asked.get("taxpayer_id", ""))
    if asked.get("snid") != SECRET or both is None:
        return element("success", "false") + element("error", "No se encontraron documentos")
    return element("success", "true") + element("contract", both[0]) + element("privacy", both[1])


def _checked(xml: bytes) -> str:
    """The RFC of a signed contract. Raises what cryptography and lxml raise where it is none."""
    root = etree.fromstring(xml)
    signature = root.find(f"{{{XMLDSIG}}}Signature")
    info = signature.find(f"{{{XMLDSIG}}}SignedInfo")
    certificate = x509.load_der_x509_certificate(_decoded(signature, "X509Certificate"))
    _verify(certificate, _decoded(signature, "SignatureValue"), _canonical(info))
    digest = _decoded(signature, "DigestValue")
    root.remove(signature)
    if digest != hashlib.sha1(_canonical(root), usedforsecurity=False).digest():
        raise ValueError("digest")
    return str(root.find("contrato").get("rfc"))


def _canonical(node: etree._Element) -> bytes:
    return bytes(etree.tostring(node, method="c14n", exclusive=True))


def _decoded(node: etree._Element, name: str) -> bytes:
    return base64.b64decode(node.findtext(f".//{{{XMLDSIG}}}{name}") or "")


def _verify(certificate: x509.Certificate, signature: bytes, signed: bytes) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("not RSA")
    key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303


# --- Timbox


def firmar_manifiesto_sello(books: PacBooks, asked: Values) -> str:
    """Takes a cadena, when it is signed as it should be."""
    if (asked.get("username"), asked.get("password")) != (USER, SECRET):
        return _refused("MAN001", "Los datos de autentificación enviados son incorrectos.")
    cadena, signature = asked.get("cadena", ""), asked.get("sello", "")
    fields = cadena.removeprefix("||").removesuffix("||").split("|")
    if cadena != f"||{'|'.join(fields)}||" or len(fields) != _CADENA_FIELDS:
        return _refused("MAN007", "La Cadena es inválida revisar la siguiente estructura")
    try:
        certificate = x509.load_pem_x509_certificate(asked.get("certificado", "").encode())
    except ValueError:
        return _refused("MAN006", "Parámetro Certificado inválido.")
    if _number(certificate) != fields[2]:
        return _refused("MAN014", "NoCertificado de la cadena no corresponde con el certificado.")
    if not certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_agreement:
        return _refused("MAN015", "El certificado utilizado es un CSD, se requiere el certificado FIEL")
    try:
        _verify(certificate, base64.b64decode(signature), cadena.encode())
    except (InvalidSignature, ValueError):
        return _refused("MAN016", "Resultado de la digestión del sello debe ser igual a la cadena.")
    books.cadenas[fields[1]] = cadena
    books.taken.append(cadena)
    return _taken(cadena, signature, fields)


def _number(certificate: x509.Certificate) -> str:
    serial = certificate.serial_number
    return serial.to_bytes((serial.bit_length() + 7) // 8).decode("ascii", "replace")


def _refused(code: str, message: str) -> str:
    return element("code", code) + element("message", message)


def _taken(cadena: str, signature: str, fields: list[str]) -> str:
    head = element("rfc", fields[1]) + element("fecha", fields[3]) + element("asunto", SUBJECT)
    letter = (
        f"<encabezado_firma>{head}</encabezado_firma>"
        f"<contenido><![CDATA[Por medio del presente, <b>{fields[0]}</b>…]]></contenido>"
        + element("firma", signature)
        + element("cadena_original", cadena)
        + f"<certificado_firma>{element('no_serie', fields[2])}</certificado_firma>"
    )
    return (
        element("code", "200")
        + element("message", "Manifiesto firmado y enviado exitosamente")
        + f"<manifiesto_sello>{letter}</manifiesto_sello>"
    )


METHODS = {
    each.__name__: each
    for each in (get_contracts_snid, sign_contract, get_documents, firmar_manifiesto_sello)
}
NAMESPACES = {"firmar_manifiesto_sello": "urn:WashOut"}
FINKOK_NAMESPACE = "http://facturacion.finkok.com/firmar"


def answer(books: PacBooks, request: bytes) -> tuple[str, str]:
    """The method that a SOAP request names, and the answer's envelope. Raises ValueError where it is none."""
    try:
        body = etree.fromstring(request).find("{http://schemas.xmlsoap.org/soap/envelope/}Body")
        question = body[0]
    except (etree.XMLSyntaxError, TypeError, IndexError):
        raise ValueError("no SOAP") from None
    method = etree.QName(question).localname
    if method not in METHODS:
        raise ValueError(method)
    asked = {etree.QName(each).localname: each.text or "" for each in question}
    return method, envelope(method, METHODS[method](books, asked))


def envelope(method: str, inner: str) -> str:
    namespace = NAMESPACES.get(method, FINKOK_NAMESPACE)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<soap:Body><tns:{method}_response xmlns:tns="{namespace}"><tns:{method}_result>{inner}'
        f"</tns:{method}_result></tns:{method}_response></soap:Body></soap:Envelope>"
    )


def of_another(text: str) -> str:
    """The same answer about somebody else's letter."""
    return re.sub(r"(?<=<firma>|tract>|ivacy>)[^<]+", base64.b64encode(b"x" * 256).decode(), text)
