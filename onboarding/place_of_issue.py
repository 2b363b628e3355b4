"""Lugar de expedición and the addresses: when they differ, that may be right. A question, never an error."""

from companies.models import Address
from onboarding.progress import Progress

NAMES = {Address.Kind.FISCAL: "fiscal", Address.Kind.ISSUING: "de emisión"}


def question(progress: Progress) -> str:
    """What to ask when the lugar de expedición is the postal code of none or one of the addresses."""
    place = progress.company.expedition_place
    differing = [
        f"el de su dirección {NAMES[address.kind]} es {address.postal_code}"  # type: ignore[index]
        for address in progress.addresses.values()
        if place and address.pk and address.postal_code != place
    ]
    if not differing:
        return ""
    return (
        f"¿Expide sus facturas desde el código postal {place}? {' y '.join(differing).capitalize()}. "
        "Si es correcto, no tiene que hacer nada."
    )
