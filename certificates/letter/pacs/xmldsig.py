"""A contract as Finkok wants it: XML with an enveloped signature (XML-DSig, exclusive c14n, RSA-SHA1). Pure.

What is signed is the canonical `SignedInfo`, which holds the digest of the canonical document. The white
space in it is that of the public sample, so that the same key gives the same signature; any other would give
another one, as valid.
"""

import base64
import hashlib

from lxml import etree

XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'

# Canonical already: every element closed apart, attributes in order, the namespace where it is first used.
_SIGNED_INFO = (
    f'<ds:SignedInfo xmlns:ds="{XMLDSIG}">'
    f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>\n    '
    f'<ds:SignatureMethod Algorithm="{XMLDSIG}rsa-sha1"></ds:SignatureMethod>\n  '
    '<ds:Reference URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{XMLDSIG}enveloped-signature"></ds:Transform>'
    f'</ds:Transforms><ds:DigestMethod Algorithm="{XMLDSIG}sha1"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
_SIGNATURE = (
    f'<ds:Signature xmlns:ds="{XMLDSIG}">{{signed_info}}'
    "<ds:SignatureValue>{signature}</ds:SignatureValue>"
    "<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
    "</ds:Signature>"
)
_END = b"</documento>"


def document(rfc: str, moment: str, text: str) -> bytes:
    """The contract in its canonical form. Raises ValueError where the text cannot stand in XML."""
    root = etree.Element("documento")
    contract = etree.SubElement(root, "contrato", rfc=rfc, fecha=moment)
    contract.text = text
    return bytes(etree.tostring(root, method="c14n", exclusive=True))


def signed_info(canonical: bytes) -> bytes:
    """What is signed for a document: its canonical `SignedInfo`."""
    digest = base64.b64encode(hashlib.sha1(canonical, usedforsecurity=False).digest()).decode()
    return _SIGNED_INFO.format(digest=digest).encode()


def assembled(canonical: bytes, info: bytes, signature: bytes, certificate: bytes) -> bytes:
    """The whole signed file: nothing of what was signed is written anew."""
    # As the element stands in a signature that declares the namespace, exclusive c14n gives it back.
    inner = info.replace(f' xmlns:ds="{XMLDSIG}"'.encode(), b"", 1).decode()
    element = _SIGNATURE.format(
        signed_info=inner,
        signature=base64.b64encode(signature).decode(),
        certificate=base64.b64encode(certificate).decode(),
    )
    return DECLARATION + canonical.removesuffix(_END) + element.encode() + _END
