"""Finkok and Quadrum: two contracts of theirs, signed as XML, by SOAP. A token («snid») names the partner.

get_contracts_snid gives the texts, sign_contract takes the signed XML, get_documents gives it back: that is
how we know that they have it.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from certificates.letter.documents import SHA1, Letter, LetterDocument, SignedDocument
from certificates.letter.pacs import soap, xmldsig
from certificates.letter.pacs.interface import (
    SUPPORT_ASKS,
    Accepted,
    LetterTaxpayer,
    PacUnreachable,
    Parcel,
    Rejected,
    Standing,
)
from certificates.letter.pacs.soap import PacEndpoint
from certificates.letter.text import moment
from certificates.x509.certificate import Certificate
from facturamos.vault import Secret

NAMESPACE = "http://facturacion.finkok.com/firmar"
CONTRACT, PRIVACY = "Contrato de servicio", "Aviso de privacidad"
# A page that nobody could read.
MAX_TEXT = 200_000
# Their `message` and `error` are free words. Which say that they have it, that they have nothing, and that
# they are out of order; whatever else stands with `false` is a refusal.
_THERE = re.compile(
    r"\bya\b.{0,40}(firmad|registrad|exist|acepta)|already|duplicad|(previa|anterior)mente", re.I
)
_ABSENT = re.compile(
    r"\bno\b.{0,20}(encontr|exist|tiene|hay|cuenta con)|sin (contrato|documento)|not (found|exist)|does not",
    re.I,
)
_OUT_OF_ORDER = re.compile(
    r"intern[ao]|disponible|mantenimiento|m[aá]s tarde|servidor|conexi|tiempo|time.?out|server|unavail|later",
    re.I,
)
# What a refusal may hold, folded to lower case, and what that means.
_DATA = "Revise su RFC en «Datos fiscales» y firme otra vez."
_REASONS = (
    ("rfc", "El PAC dice que el RFC no es el de la carta.", _DATA),
    ("certificad", "El PAC no aceptó su certificado.", "Firme otra vez con su e.firma vigente."),
    ("firma", "El PAC no aceptó la firma.", "Firme otra vez con su e.firma."),
    ("snid", "El PAC no reconoce nuestra cuenta con él.", SUPPORT_ASKS),
)


@dataclass(frozen=True)
class Finkok:
    """Their service, with a partner's token."""

    endpoint: PacEndpoint
    snid: Secret
    sends: bool = True
    can_be_asked: bool = True

    def prepare(self, taxpayer: LetterTaxpayer, signer: Certificate, folio: str, now: datetime) -> Letter:
        """Their contract and their privacy notice, made for the taxpayer. Raises PacUnreachable."""
        values = {
            "snid": self.snid.text(),
            "taxpayer_id": taxpayer.rfc,
            "name": taxpayer.name,
            "address": taxpayer.address,
            "email": taxpayer.email,
        }
        answer = soap.call(
            self.endpoint, NAMESPACE, "get_contracts_snid", values, seconds=soap.SECONDS_OF_PAGE
        )
        if not answer.says("success"):
            raise PacUnreachable("refused", told=True)
        texts = ((CONTRACT, answer.text("contract")), (PRIVACY, answer.text("privacy")))
        return Letter(SHA1, tuple(_document(title, text, taxpayer.rfc, moment(now)) for title, text in texts))

    def submit(self, parcel: Parcel) -> Accepted | Rejected:
        """Sends both. That they are there is confirmed afterwards, by asking for them."""
        contract, privacy = (_encoded(each, parcel.certificate) for each in parcel.documents)
        values = {"snid": self.snid.text(), "privacy_xml": privacy, "contract_xml": contract}
        answer = soap.call(self.endpoint, NAMESPACE, "sign_contract", values, seconds=soap.SECONDS_OF_WORKER)
        if answer.says("success"):
            return Accepted(confirmed=False, message=answer.words("message"))
        said = answer.words("message") or answer.words("error")
        if not answer.text("success") or not said:
            raise PacUnreachable("not_understood", told=True)
        if _THERE.search(said):
            # Ours, or another of this taxpayer's: asking for it tells.
            return Accepted(confirmed=False, code="already", message=said)
        if _OUT_OF_ORDER.search(said):
            raise PacUnreachable("out_of_order", told=True)
        return _rejected(said)

    def standing(self, parcel: Parcel) -> Standing:
        """Whether they give back these very contracts."""
        values = {"snid": self.snid.text(), "taxpayer_id": parcel.taxpayer.rfc, "type": "xml"}
        answer = soap.call(self.endpoint, NAMESPACE, "get_documents", values, seconds=soap.SECONDS_OF_WORKER)
        if not answer.says("success"):
            # A server that is out of order says `false`, too: then nobody knows.
            said = answer.words("error") or answer.words("message")
            return Standing.ABSENT if answer.text("success") and _ABSENT.search(said) else Standing.UNKNOWN
        both = zip(parcel.documents, (answer.text("contract"), answer.text("privacy")), strict=True)
        same = all(signed.signature == _signature(_decoded(text)) for signed, text in both)
        return Standing.THERE if same else Standing.UNKNOWN


def _document(title: str, encoded: str, rfc: str, when: str) -> LetterDocument:
    try:
        text = _decoded(encoded).decode()
        canonical = xmldsig.document(rfc, when, text)
    except ValueError:
        raise PacUnreachable("not_understood", told=True) from None
    if not text.strip() or len(text) > MAX_TEXT:
        raise PacUnreachable("not_understood", told=True)
    return LetterDocument(title, text, xmldsig.signed_info(canonical), canonical)


def _decoded(encoded: str) -> bytes:
    """Nothing where it is not base64."""
    try:
        return base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def signed_file(signed: SignedDocument, certificate: bytes) -> bytes:
    """A signed contract as Finkok takes it."""
    document = signed.document
    return xmldsig.assembled(document.digest_of, document.signed, signed.signature, certificate)


def _encoded(signed: SignedDocument, certificate: bytes) -> str:
    return base64.b64encode(signed_file(signed, certificate)).decode()


def _signature(xml: bytes) -> bytes:
    """The signature in a signed contract; nothing where there is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        found = etree.fromstring(xml, parser).findtext(f".//{{{xmldsig.XMLDSIG}}}SignatureValue")
    except (etree.XMLSyntaxError, ValueError):
        return b""
    return _decoded(found or "")


def _rejected(said: str) -> Rejected:
    folded = said.lower()
    for word, reason, action in _REASONS:
        if word in folded:
            return Rejected(word, said, reason, action)
    return Rejected("other", said, "El PAC no aceptó la carta.", SUPPORT_ASKS)
