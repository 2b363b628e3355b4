"""A CFDI 4.0 of the issuer that is worth nothing: built, held against the SAT's schema, sealed, verified.

Pure. The schema, the transformation that gives the cadena original and the postal codes are the SAT's own,
as `satcfdi` ships them; it takes half a second to import, so only the worker does, when the work is there.
"""

import pickle
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree
from satcfdi import catalogs
from satcfdi.create.cfd import cfdi40
from satcfdi.transform import SCHEMA_ROOT, xslt_transform

from certificates.test_invoice.issuer import InvoiceIssuer
from certificates.x509.certificate import Certificate
from certificates.x509.private_key import PrivateKey

type Tree = etree._Element

SCHEMA = Path(SCHEMA_ROOT, "www.sat.gob.mx", "sitio_internet", "cfd", "4", "cfdv40.xsd")
SERIES, FOLIO = "MUESTRA", "1"
MARK = "MUESTRA SIN VALIDEZ FISCAL"
NOTE = f" {MARK}: prueba de su configuración. No se timbró ni se envió a nadie. "
# Público en general by name is for global invoices alone: the customer is generic, and called by the mark.
CUSTOMER = cfdi40.Receptor(
    rfc="XAXX010101000",
    nombre=MARK,
    domicilio_fiscal_receptor="",
    regimen_fiscal_receptor="616",
    uso_cfdi="S01",
)
VAT = Decimal("0.160000")


@dataclass(frozen=True)
class SealedInvoice:
    """A sealed sample: the whole XML, its cadena original and the seal in base64."""

    xml: bytes
    chain: str
    seal: str


def build(issuer: InvoiceIssuer, certificate: Certificate, moment: datetime) -> Tree:
    """The XML tree of an income with one concept and IVA, still without its seal.

    `moment` is written as the clock shows it at the place of issue.
    """
    receipt = cfdi40.Comprobante(
        emisor=cfdi40.Emisor(rfc=issuer.rfc, nombre=issuer.name, regimen_fiscal=issuer.tax_regime),
        lugar_expedicion=issuer.expedition_place,
        receptor={**CUSTOMER, "DomicilioFiscalReceptor": issuer.expedition_place},
        conceptos=_concept(),
        forma_pago="03",
        metodo_pago="PUE",
        serie=SERIES,
        folio=FOLIO,
        fecha=moment.replace(microsecond=0, tzinfo=None),
    )
    receipt["NoCertificado"] = certificate.number
    receipt["Certificado"] = b64encode(certificate.der).decode()
    receipt["Sello"] = ""
    tree = receipt.to_xml()
    tree.addprevious(etree.Comment(NOTE))
    return tree


def _concept() -> cfdi40.Concepto:
    vat = cfdi40.Traslado(impuesto="002", tipo_factor="Tasa", tasa_o_cuota=VAT)
    return cfdi40.Concepto(
        clave_prod_serv="01010101",
        cantidad=Decimal(1),
        clave_unidad="ACT",
        descripcion=MARK,
        valor_unitario=Decimal("100.00"),
        impuestos=cfdi40.Impuestos(traslados=vat),
    )


@cache
def schema() -> etree.XMLSchema:
    """The SAT's schema, compiled once a process: that takes 0.1 s, a validation 2 ms."""
    return etree.XMLSchema(etree.parse(SCHEMA))


def faults(tree: Tree) -> tuple[str, ...]:
    """The attributes that the SAT's schema refuses, as it names them; none when the XML is valid."""
    checker = schema()
    if checker.validate(tree):
        return ()
    # libxml2 tells the attribute in its message alone: "…, attribute 'RegimenFiscal': …".
    return tuple(dict.fromkeys(_attribute(error.message) for error in checker.error_log))


def _attribute(message: str) -> str:
    _, found, rest = message.partition("attribute '")
    return rest.partition("'")[0] if found else ""


def is_postal_code(code: str) -> bool:
    """Whether c_CodigoPostal has it: the schema itself takes any five digits. Nothing is unpickled."""
    row = catalogs.conn.execute(
        "SELECT 1 FROM C756_c_CodigoPostal WHERE key = ?", (pickle.dumps(code, protocol=4),)
    ).fetchone()
    return row is not None


def chain_of(tree: Tree) -> str:
    """The cadena original, by the SAT's transformation."""
    return str(xslt_transform(tree.tag, tree.get("Version"))(tree))


def seal(tree: Tree, key: PrivateKey) -> SealedInvoice:
    """Seals the cadena original and writes the seal into the XML. Raises der.Unreadable."""
    chain = chain_of(tree)
    signature = b64encode(key.sign(chain.encode())).decode()
    tree.set("Sello", signature)
    whole = etree.tostring(tree.getroottree(), xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return SealedInvoice(whole, chain, signature)


def verify(xml: bytes, certificate: Certificate) -> bool:
    """Whether the seal in `xml` is that of its cadena original under the certificate's public key."""
    tree = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    public = rsa.RSAPublicNumbers(certificate.exponent, certificate.modulus).public_key()
    try:
        public.verify(
            b64decode(tree.get("Sello")), chain_of(tree).encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except InvalidSignature:
        return False
    return True
