"""Reasons to look twice at what was read: two values, a page that was cut, a stamp beside a value."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from companies.csf.cells import LabelledCell
from companies.csf.folding import fold
from companies.csf.owner_and_date import CsfEvidence
from companies.csf.placed_words import is_whole
from companies.csf.result import CsfResult, ValueState
from companies.csf.values import FIELDS_OF


def doubting(read: CsfResult, fields: Collection[str], doubt: str) -> CsfResult:
    """The report with a reason to look twice at some of its values."""
    values = {
        name: replace(value, state=ValueState.DOUBTFUL, doubt=doubt)
        if name in fields and value.value
        else value
        for name, value in read.values.items()
    }
    return replace(read, values=values)


def unsure(cells: Iterable[LabelledCell], evidence: CsfEvidence) -> set[str]:
    """The fields of our models that may have lost a part, or hold words of somebody else's.

    A name that stands in the head as well has a witness.
    """
    fields = {field for cell in cells if not cell.is_sure for field in FIELDS_OF.get(cell.key, ())}
    return fields - {"name"} if evidence.head_name else fields


def cut_off(cells: Iterable[LabelledCell], evidence: CsfEvidence) -> set[str]:
    """The fields of our models of which the page does not show all, be it a label or a part of a street."""
    cut = {field for cell in cells if not cell.is_whole for field in FIELDS_OF.get(cell.key, ())}
    from_head = not any(cell.key in FIELDS_OF and "name" in FIELDS_OF[cell.key] for cell in cells)
    return cut | ({"name"} if from_head and not is_whole(evidence.words_of_head_name) else set())


def contradicted(cells: Iterable[LabelledCell]) -> set[str]:
    """The fields of our models of which a document says two things."""
    said: dict[str, set[str]] = {}
    for cell in cells:
        if cell.key and cell.text:
            said.setdefault(cell.key, set()).add(fold(cell.text))
    return {field for key, values in said.items() if len(values) > 1 for field in FIELDS_OF.get(key, ())}
