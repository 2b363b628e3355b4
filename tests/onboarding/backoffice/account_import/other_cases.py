"""What a sheet of another writer holds, and what is to come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

HEADINGS = (
    *("Nombre", "RFC", "Nombre completo del contacto", "Correo electrónico", "Teléfono"),
    *("Lugar de expedición", "Régimen fiscal"),
)
FIELDS = ("name", "rfc", "full_name", "email", "phone", "expedition_place", "tax_regime")
ROWS = (
    (
        "PANADERÍA LA ÑAPA",
        "PNA190312AB1",
        "Begoña Ibáñez",
        "begona@example.com",
        "5512345678",
        "06000",
        "601",
    ),
    ("MUÑOZ Y PEÑA", "MUP190312AB2", "Íñigo Güemes", "inigo@example.com", "4771234567", "37000", "626"),
    ("AZÚCAR É HIJOS", "AEH190312AB3", "Ángel Ríos", "angel@example.com", "3312345678", "64000", "603"),
)
TABLE = (HEADINGS, *ROWS)
Place = tuple[int, str]
TITLED = [("DISTRIBUIDORA DEL BAJÍO, S.A.",), ("Clientes al 29 de noviembre",), (), *TABLE]
GROUPS = [("Empresa", "", "Contacto", "", "", "Fiscal", ""), *TABLE]


@dataclass(frozen=True)
class Case:
    """One file, and what is to come of it. Rows are counted from 0."""

    name: str
    data: bytes
    differs: Mapping[Place, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    # The numbers by which the spreadsheet shows the three.
    numbers: tuple[int, ...] = (2, 3, 4)


def changed(places: Mapping[Place, str]) -> list[list[str]]:
    """The table with other texts in some cells."""
    table = [list(each) for each in TABLE]
    for (number, name), value in places.items():
        table[number + 1][FIELDS.index(name)] = value
    return table
