"""A piece of the SAT's catalogues, cut out of the real ones, for every test that meets a postal code."""

from functools import cache
from typing import Any

from companies.models import SatNeighborhood, SatPostalCode
from companies.sat import catalogues
from companies.sat.catalogues import Rows

# 20000 is Aguascalientes, 64000 Monterrey; 01001 has neither municipio nor colonias, 36991 no colonia.
POSTAL_CODES = frozenset({"37000", "37160", "06000", "06600", "20000", "64000", "01001"})
CUT = {SatPostalCode: 0, SatNeighborhood: 0}


@cache
def whole() -> Rows:
    """Everything, read once."""
    return catalogues.read()


@cache
def piece() -> Rows:
    """All states, municipios, localidades, countries and régimenes, but a few postal codes."""
    return {
        model: [row for row in rows if model not in CUT or row[CUT[model]] in POSTAL_CODES]
        for model, rows in whole().items()
    }


def load_piece(**kwargs: Any) -> None:
    """Loads the piece; as a receiver of post_migrate, after each flush too."""
    catalogues.load(piece())
