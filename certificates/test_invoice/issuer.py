"""The issuer as its invoices name it. Apart from `cfdi`, with which satcfdi is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class InvoiceIssuer:
    """What a CFDI says of its Emisor, and from where it is issued."""

    rfc: str
    name: str
    tax_regime: str
    expedition_place: str
