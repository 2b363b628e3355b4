"""Asking a PAC by SOAP: one question to one host, its answer as a tree of names and texts.

Hostile answers end here: what is not XML, declares a DOCTYPE, or is too large is no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.sax.saxutils import escape

from lxml import etree

from certificates.letter.pacs.interface import PacUnreachable
from facturamos.text import clean
from mailing import https
from mailing.https import HttpsFailed, HttpsLimits, HttpsRequest, StandIn

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
# Contracts come back whole, in base64.
MAX_BYTES = 4 * 1024 * 1024
# Of all PACs' answers, none has more than a dozen names.
MAX_NAMES = 100
# While a person waits for the text, and while nobody does.
SECONDS_OF_PAGE, SECONDS_OF_WORKER = 8.0, 20.0


@dataclass(frozen=True)
class PacEndpoint:
    """Where a PAC is asked: a fixed host, from the settings."""

    host: str
    port: int
    path: str
    stand_in: StandIn | None = None


@dataclass(frozen=True)
class SoapAnswer:
    """What came back, by the local names of its elements; of a repeated one the first counts."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """An element's text, or nothing."""
        return self.values.get(name, "")

    def words(self, name: str) -> str:
        """An element's text as people may read it: without what turns or hides what stands beside it."""
        return clean(self.text(name))

    def says(self, name: str) -> bool:
        """Whether an element is a boolean that is true."""
        return self.text(name).strip().lower() in ("true", "1")


def call(
    endpoint: PacEndpoint, namespace: str, method: str, values: Mapping[str, str], *, seconds: float
) -> SoapAnswer:
    """Asks once, within so many seconds. Raises PacUnreachable."""
    request = HttpsRequest(
        endpoint.host,
        endpoint.path,
        "POST",
        port=endpoint.port,
        headers={"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{method}"'},
        body=envelope(namespace, method, values),
    )
    try:
        answer = https.ask(
            request, stand_in=endpoint.stand_in, limits=HttpsLimits(total=seconds, body=MAX_BYTES)
        )
    except HttpsFailed as failed:
        raise PacUnreachable(failed.code, told=failed.told) from None
    # A fault comes with 500, and is an answer.
    if answer.status not in (200, 500):
        raise PacUnreachable(f"http_{answer.status}", told=True)
    return read(answer.content)


def envelope(namespace: str, method: str, values: Mapping[str, str]) -> bytes:
    """The question. Characters that XML cannot hold are left out."""
    inner = "".join(f"<{name}>{escape(_clean(value))}</{name}>" for name, value in values.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE}" xmlns:pac="{namespace}"><soapenv:Body>'
        f"<pac:{method}>{inner}</pac:{method}></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _clean(value: str) -> str:
    return "".join(char for char in value if char in "\t\n" or char >= " ")


def read(content: bytes) -> SoapAnswer:
    """An answer's elements. Raises PacUnreachable."""
    # One element after the other, each forgotten once it was read: a million of them take no memory.
    elements = etree.iterparse(
        BytesIO(content),
        events=("end",),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    found: dict[str, str] = {}
    try:
        for _, element in elements:
            if len(found) < MAX_NAMES:
                found.setdefault(etree.QName(element).localname, element.text or "")
            _forget(element)
    except (etree.XMLSyntaxError, ValueError):
        raise PacUnreachable("not_soap", told=True) from None
    root = elements.root
    if root.getroottree().docinfo.doctype or etree.QName(root).text != f"{{{ENVELOPE}}}Envelope":
        raise PacUnreachable("not_soap", told=True)
    return SoapAnswer(found)


def _forget(element: etree._Element) -> None:
    """What it holds, and all that stands before it."""
    element.clear(keep_tail=True)
    while (before := element.getprevious()) is not None:
        element.getparent().remove(before)
