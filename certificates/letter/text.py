"""The letter's own text, for PACs that give none. Pure."""

from datetime import datetime
from string import Template

from certificates.letter.pacs.interface import LetterTaxpayer, Pac
from certificates.x509.certificate import Certificate

# What a text may have filled in.
PLACES = {
    *("name", "rfc", "represented", "pac", "pac_rfc", "authorization", "rule", "folio", "moment", "number"),
}
RULE = "la Resolución Miscelánea Fiscal vigente"


def written(
    template: str, taxpayer: LetterTaxpayer, pac: Pac, signer: Certificate, folio: str, now: datetime
) -> str:
    """The whole text as the person reads it, with the company's and the PAC's data."""
    places = _places(taxpayer, pac, signer, folio, now)
    return Template(template).safe_substitute(places)


def unknown_places(template: str) -> list[str]:
    """What a text wants filled in that nobody fills in. An amount («$100») is none."""
    return sorted(set(Template(template).get_identifiers()) - PLACES)


def _places(
    taxpayer: LetterTaxpayer, pac: Pac, signer: Certificate, folio: str, now: datetime
) -> dict[str, str]:
    represented = f", por su representante con RFC {signer.representative}" if signer.representative else ""
    rule = f"la regla {pac.rule} de {RULE}" if pac.rule[:1].isdigit() else pac.rule or RULE
    return {
        "name": taxpayer.name,
        "rfc": taxpayer.rfc,
        "represented": represented,
        "pac": pac.name,
        "pac_rfc": pac.rfc,
        "authorization": pac.authorization,
        "rule": rule,
        "folio": folio,
        "moment": moment(now),
        "number": signer.number,
    }


def moment(now: datetime) -> str:
    """As the PACs write it, without a zone."""
    return now.strftime("%Y-%m-%dT%H:%M:%S")
