"""A mail address that looks like a slip of the finger: «ana@gmail.con». A question, never an error."""

from collections.abc import Iterable

from django.http import QueryDict

from mailing.addresses import likely_meant
from onboarding.wizard.doubts import Doubt, Proposal

# The buttons that take what was probably meant: one for each field.
CORRECT = "corregir-"


def questions(addresses: Iterable[tuple[str, str, str]]) -> list[Doubt]:
    """What to ask about saved addresses: of each its field, the field's label, and the address."""
    return [
        _question(field, label, address, meant)
        for field, label, address in addresses
        if (meant := likely_meant(address))
    ]


def _question(field: str, label: str, address: str, meant: str) -> Doubt:
    return Doubt(
        code=f"correo-{field}",
        about=(field, address),
        sentence=f"{label}: ¿es {meant}? Usted escribió {address}.",
        heading=f"Revise «{label}»",
        facts=(("Escribió", address), ("¿Quiso escribir?", meant)),
        proposals=(Proposal(f"{CORRECT}{field}", f"Usar {meant}"),),
        keep=Proposal(f"dejar-correo-{field}", f"Dejar {address}"),
        # The page tells of an address that somebody else wrote before it is sent.
        asked_when_shown=True,
    )


def amended(data: QueryDict, prefix: str, along: tuple[str, ...] = ()) -> QueryDict:
    """What was sent, with what was probably meant where its button was pressed.

    `along` are fields that often hold the same address, and are corrected with it then.
    """
    action = data.get("accion", "")
    if not action.startswith(CORRECT):
        return data
    data = data.copy()
    pressed = f"{prefix}-{action.removeprefix(CORRECT)}"
    typed = str(data.get(pressed, "")).strip()
    meant = likely_meant(typed)
    for name in (pressed, *(f"{prefix}-{each}" for each in along)):
        if meant and str(data.get(name, "")).strip() == typed:
            data[name] = meant
    return data
