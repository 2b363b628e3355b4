"""In what two names differ that a person would take for one."""

import pytest

from companies.sat.name_differences import NameDifference, differences


@pytest.mark.parametrize(
    ("ours", "theirs", "kinds"),
    [
        ("ABC AEROLÍNEAS", "ABC AEROLINEAS SA DE CV", {NameDifference.ACCENTS}),
        ("PINGÜINOS DE LEÓN", "PINGUINOS DE LEON SA", {NameDifference.ACCENTS}),
        ("DÍAZ Y CÍA.", "DÍAZ Y CÍA SC", {NameDifference.PUNCTUATION}),
        ("ABC", "A.B.C. SA DE CV", {NameDifference.PUNCTUATION}),
        ("LA FLOR", "LAFLOR", {NameDifference.BLANKS}),
        ("COCA-COLA", "COCA COLA", {NameDifference.PUNCTUATION, NameDifference.BLANKS}),
        ("DÍAZ Y CÍA.", "DIAZ Y CIA", {NameDifference.ACCENTS, NameDifference.PUNCTUATION}),
        ("Peña & Hijos, S.A.", "PEÑA & HIJOS", set()),
        ("PEÑA", "PENA", None),
        ("PEÑA & HIJOS", "PEÑA Y HIJOS", None),
        ("PEÑA & HIJOS", "PEÑA HIJOS", None),
        ("ABC AEROLÍNEAS", "ABC AEROLINEAS DEL NORTE", None),
    ],
)
def test_trifles_in_which_two_names_differ_are_named(
    ours: str, theirs: str, kinds: set[NameDifference] | None
) -> None:
    assert differences(ours, theirs) == kinds == differences(theirs, ours)
