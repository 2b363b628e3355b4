"""Reasons to look twice at a value."""

from companies.csf.cells import LabelledCell
from companies.csf.doubts import contradicted, cut_off, doubting, unsure
from companies.csf.owner_and_date import CsfEvidence
from companies.csf.placed_words import PdfWord, Seen
from companies.csf.result import CsfResult, CsfValue, ValueState

EVIDENCE = CsfEvidence({}, (), (), 8.0)


def cell(key: str, text: str, *, is_sure: bool = True, seen: Seen = Seen.WHOLE) -> LabelledCell:
    return LabelledCell(key, 0, [PdfWord(text, 50, 90, 10, seen)], is_sure=is_sure)


def test_only_what_has_a_value_is_doubted() -> None:
    read = CsfResult(True, "read", "", values={"street": CsfValue.of("HIDALGO"), "locality": CsfValue.of("")})

    found = doubting(read, {"street", "locality"}, "Mire otra vez.")

    assert found.value("street") == CsfValue("HIDALGO", ValueState.DOUBTFUL, "Mire otra vez.")
    assert found.value("locality") == CsfValue.of("")


def test_a_field_is_as_sure_as_each_cell_that_it_is_made_of() -> None:
    cells = [cell("street_type", "CALLE", is_sure=False), cell("street", "HIDALGO"), cell("locality", "LEON")]

    assert unsure(cells, EVIDENCE) == {"street"}


def test_and_as_whole() -> None:
    cells = [cell("between", "HIDALGO", seen=Seen.PARTLY), cell("locality", "LEON")]

    assert cut_off(cells, EVIDENCE) == {"reference"}


def test_two_values_of_one_field_contradict_each_other() -> None:
    cells = [
        cell("locality", "LEÓN"),
        cell("locality", "Leon"),
        cell("state", "JALISCO"),
        cell("state", "COLIMA"),
    ]

    assert contradicted(cells) == {"state"}
