"""What reaches typst is what was said, whatever it looks like."""

import json

import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companies.documents.typesetting import literal, printable


@settings(deadline=None)
@given(st.text())
@example('") #panic("')
@example("\\")
@example('\\"')
@example("\\u{0}\n#read(`x`)")
def test_a_text_is_the_same_within_typst(text: str) -> None:
    said = str(printable(text))

    found = typst.query(f"#metadata({literal(said)}) <it>".encode(), "<it>", field="value", one=True)

    assert json.loads(found) == said
