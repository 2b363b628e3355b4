"""Lugar de expedición and the addresses: when they differ, that may be right. A question, never an error."""

from companies.models import Address
from onboarding.wizard.doubts import Doubt, Proposal
from onboarding.wizard.progress import Progress

NAMES: dict[str, str] = {Address.Kind.FISCAL: "fiscal", Address.Kind.ISSUING: "de emisión"}
# The requirement that the SAT's catalogue has it.
UNKNOWN_PLACE = "lugar-desconocido"
# The button that takes the postal code of an address.
USE = "lugar"


def question(progress: Progress) -> list[Doubt]:
    """What to ask when the lugar de expedición is not the postal code of the addresses.

    That of the issuing address is right, whatever the fiscal one is.
    """
    place = progress.company.expedition_place
    stored = {kind: address for kind, address in progress.addresses.items() if address.pk}
    issuing = stored.get(Address.Kind.ISSUING)
    if not place or (issuing and issuing.postal_code == place):
        return []
    differing = [address for address in stored.values() if address.postal_code != place]
    if not differing:
        return []
    told = [f"el de su dirección {NAMES[it.kind]} es {it.postal_code}" for it in differing]
    return [
        Doubt(
            code="lugar-de-expedicion",
            about=(place, *(f"{it.kind} {it.postal_code}" for it in differing)),
            sentence=(
                f"¿Expide sus facturas desde el código postal {place}? {' y '.join(told).capitalize()}."
            ),
            heading="El lugar de expedición no es el de sus direcciones",
            proposals=tuple(_proposals(progress)),
            keep=Proposal("dejar-lugar-de-expedicion", f"Dejar {place}"),
            told_by=(UNKNOWN_PLACE,),
        )
    ]


def proposed(progress: Progress) -> str:
    """The postal code that invoices are rather issued from, where the SAT's catalogue has it; else empty."""
    stored = [address for address in progress.addresses.values() if address.pk and address.in_catalogue]
    by_kind = {address.kind: address.postal_code for address in stored}
    return by_kind.get(Address.Kind.ISSUING) or by_kind.get(Address.Kind.FISCAL, "")


def _proposals(progress: Progress) -> list[Proposal]:
    code = proposed(progress)
    usable = code and code != progress.company.expedition_place
    return [Proposal(USE, f"Usar {code}")] if usable else []
