"""Workbooks as many programs write them: every cell is read, and what has no value says so."""

from io import BytesIO
from typing import Any

import pytest
import xlsxwriter

from onboarding.backoffice.account_import.columns import known_headings
from onboarding.backoffice.account_import.reading import MAX_ROWS, ReadingChoice, Sheet, SheetRefused, read
from tests.onboarding.backoffice.account_import import hand_made
from tests.onboarding.backoffice.account_import.hand_made import (
    GOOD,
    HEADINGS,
    book,
    row,
    sheet,
    strings,
    styles,
)

TOP = row(1, *HEADINGS)


def lines(data: bytes) -> list[tuple[int, list[str]]]:
    return read(data, known_headings()).lines


def cells(*content: str, **more: Any) -> list[str]:
    """The cells of one row under the headings."""
    ((_, found),) = lines(book(sheet(TOP, f'<row r="2">{"".join(content)}</row>'), **more))
    return found


def code(data: bytes) -> str:
    with pytest.raises(SheetRefused) as refused:
        read(data, known_headings())
    return f"{refused.value.code}:{refused.value.detail}".rstrip(":")


# --- cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="inlineStr"><is><r><t>PEÑ</t></r><r><t>A</t></r><rPh><t>x</t></rPh></is></c>', "PEÑA"),
        ('<c t="str"><f>A1</f><v>PEÑA</v></c>', "PEÑA"),
        ('<c t="b"><v>1</v></c>', "VERDADERO"),
        ('<c t="n"><v>5512345678</v></c>', "5512345678"),
        ("<c><v>5.512345678E9</v></c>", "5512345678"),
        ("<c><v>6000.0</v></c>", "6000"),
        ("<c><v>12.5</v></c>", "12.5"),
        ('<c t="d"><v>2026-02-01T00:00:00Z</v></c>', "2026-02-01"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
        ("<c><f>A1&amp;B1</f></c>", "=A1&B1"),
        ("<c><f>SUM(A1)</f><v></v></c>", "=SUM(A1)"),
        ("<c><f>SUM(A1)</f><v/></c>", "=SUM(A1)"),
        ('<c><f t="shared" si="0"/></c>', "="),
        ("<c><f>SUM(A1)</f><v>7</v></c>", "7"),
        ('<c t="inlineStr"><is><t>a_x000D__x000A_b_x0041_</t></is></c>', "a bA"),
        ('<c t="inlineStr"><is><t xml:space="preserve">  a\u00a0\u200bb\ufeff </t></is></c>', "a b"),
        ('<c t="inlineStr"><is><t>MUN\u0303OZ</t></is></c>', "MUÑOZ"),
        ("<c><v>no es número</v></c>", "no es número"),
        ("<c><v>1e400</v></c>", "1e400"),
    ],
)
def test_a_cell_shows_its_value_or_why_it_has_none(cell: str, text: str) -> None:
    assert cells(cell) == [text]


def test_an_empty_text_is_a_result() -> None:
    assert cells('<c t="str"><f>IF(B2="","",B2)</f><v></v></c>', hand_made.inline("x")) == ["", "x"]


def test_a_zero_that_nothing_has_calculated_is_no_value() -> None:
    formula = "<c><f>A9</f><v>0</v></c>"
    assert cells(formula) == ["0"]
    assert cells(formula, calculation='<calcPr fullCalcOnLoad="1"/>') == ["=A9"]


def test_a_row_of_formulas_without_results_is_a_row() -> None:
    rows = [row(number, *[f"<c><f>X{number}</f></c>"] * 4) for number in (2, 3)]
    assert lines(book(sheet(TOP, *rows))) == [(2, ["=X2"] * 4), (3, ["=X3"] * 4)]


def test_a_program_that_does_not_calculate_leaves_no_row_out() -> None:
    buffer = BytesIO()
    written = xlsxwriter.Workbook(buffer)
    page = written.add_worksheet()
    page.write_row(0, 0, HEADINGS)
    for column in range(4):
        page.write_formula(1, column, f"=Z{column}")
    written.close()
    assert lines(buffer.getvalue()) == [(2, ["=Z0", "=Z1", "=Z2", "=Z3"])]


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("14", "46054", "2026-02-01"),
        ("16", "46054", "2026-02-01"),
        ("22", "46054.5", "2026-02-01T12:00:00"),
        ("20", "0.5", "12:00:00"),
        ("dd/mm/yyyy", "46054", "2026-02-01"),
        ("[$-80A]d\\-mmm;@", "46054", "2026-02-01"),
        ("[h]:mm", "0.25", "06:00:00"),
        ("yyyy", "1", "1900-01-01"),
        ("yyyy", "61", "1900-03-01"),
        ("0.00E+00", "5512345678", "5512345678"),
        ('"días" 0', "7", "7"),
        ("[Magenta]0", "7", "7"),
        ("General", "7", "7"),
        ("00000", "6000", "06000"),
        ("00000;@", "6000", "06000"),
        ("# ?/?", "12.5", "12 1/2"),
        ("12", "0.75", "3/4"),
        ("#,##0.00", "1200", "1200"),
        ("dd/mm/yyyy", "5512345678", "5512345678"),
        ("dd/mm/yyyy", "-3", "-3"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(code: str, number: str, text: str) -> None:
    assert cells(f'<c s="1"><v>{number}</v></c>', parts={"styles": styles(code)}) == [text]


def test_dates_of_a_mac_count_from_1904() -> None:
    dated = {"parts": {"styles": styles("14")}, "properties": '<workbookPr date1904="1"/>'}
    assert cells('<c s="1"><v>44592</v></c>', **dated) == ["2026-02-01"]
    assert cells('<c s="1"><v>0</v></c>', **dated) == ["1904-01-01"]


def test_shared_strings_with_pieces_and_pronunciation_are_read() -> None:
    shared = strings("x", "<r><t>LA </t></r><r><t>ÑAPA</t></r><rPh sb='0' eb='1'><t>ra</t></rPh>")
    assert cells('<c t="s"><v>1</v></c>', parts={"sharedStrings": shared}) == ["LA ÑAPA"]


# --- where cells are


def test_cells_without_references_stand_side_by_side() -> None:
    assert cells("<c/>", hand_made.inline("b"), hand_made.inline("d", "D2"), hand_made.inline("e")) == [
        *("", "b", "", "d", "e"),
    ]


def test_rows_without_numbers_follow_each_other() -> None:
    nameless = [
        row(1, *GOOD).replace(' r="1"', ""),
        '<row><c r="A9" t="inlineStr"><is><t>x</t></is></c></row>',
    ]
    assert [number for number, _ in lines(book(sheet(TOP, *nameless)))] == [2, 9]


def test_a_lone_row_at_the_end_of_the_sheet_is_not_lost() -> None:
    far = [row(number, *GOOD) for number in (2, 40_001, 45_000, 1_048_576)]
    assert [number for number, _ in lines(book(sheet(TOP, *far)))] == [2, 40_001, 45_000, 1_048_576]


def test_more_rows_than_the_limit_are_refused_with_their_number() -> None:
    rows = [f'<row r="{2 * number}"><c><v>1</v></c></row>' for number in range(1, MAX_ROWS + 3)]
    assert code(book(sheet(TOP, *rows))) == f"too_long:{MAX_ROWS + 2}"


def test_a_million_empty_rows_are_no_rows() -> None:
    styled = "".join(f'<row r="{number}" s="1"><c s="1"/></row>' for number in range(3, 200_000))
    assert lines(book(sheet(TOP, row(2, *GOOD), styled))) == [(2, list(GOOD))]


def test_a_cell_in_the_last_column_is_named() -> None:
    assert code(book(sheet(TOP, f'<row r="2">{hand_made.inline("x", "XFD2")}</row>'))) == "too_wide:2"


def test_empty_rows_and_a_title_may_stand_above_the_headings() -> None:
    found = read(
        book(sheet(row(3, "", "CLIENTES 2026"), row(5, "Al 31 de enero"), row(8, *HEADINGS), row(9, *GOOD))),
        known_headings(),
    )
    assert (found.headings, found.headings_row, found.above) == (list(HEADINGS), 8, 2)
    assert found.lines == [(9, list(GOOD))]


# --- what one does not see


def test_hidden_rows_are_read_and_told() -> None:
    rows = [row(2, *GOOD), row(3, *GOOD, more=' hidden="1"'), row(4, "", more=' hidden="1"')]
    found = read(book(sheet(TOP, *rows)), known_headings())
    assert ([number for number, _ in found.lines], found.hidden) == ([2, 3], [3])


def others(found: Sheet) -> list[tuple[str, int, bool, bool]]:
    return [(each.name, each.rows, each.has_headings, each.shown) for each in found.others]


def test_the_sheet_with_the_headings_is_read_and_the_others_are_told() -> None:
    pages = [
        sheet(row(1, "Portada")),
        sheet(TOP, row(2, *GOOD)),
        sheet(TOP, row(2, *GOOD)),
        sheet(row(1, "x")),
    ]
    data = book(*pages, names=("Portada", "Enero", "Febrero", "Listas"), states=("", "", "", "veryHidden"))
    found = read(data, known_headings())
    assert found.name == "Enero"
    assert others(found) == [
        *(("Portada", 1, False, True), ("Febrero", 2, True, True), ("Listas", 1, False, False)),
    ]
    assert read(data, known_headings(), ReadingChoice(sheet="Febrero")).name == "Febrero"


def test_rows_without_height_are_hidden() -> None:
    rows = [row(2, *GOOD), row(3, *GOOD, more=' ht="0" customHeight="1"'), row(4, *GOOD, more=' ht="15"')]
    assert read(book(sheet(TOP, *rows)), known_headings()).hidden == [3]


@pytest.mark.parametrize("how", ['hidden="1"', 'hidden="true" width="9.1"', 'width="0" customWidth="1"'])
def test_hidden_columns_are_read_and_told(how: str) -> None:
    columns = f'<cols><col min="1" max="1" width="9"/><col min="2" max="3" {how}/></cols>'
    beyond = '<cols><col min="9" max="16384" hidden="1"/></cols>'
    within = sheet(TOP, row(2, *GOOD)).replace("<sheetData>", f"{columns}<sheetData>")
    empty = sheet(TOP, row(2, *GOOD)).replace("<sheetData>", f"{beyond}<sheetData>")
    assert [read(book(each), known_headings()).hidden_columns for each in (within, empty)] == [
        [1, 2],
        [],
    ]


def test_a_hidden_sheet_is_never_read() -> None:
    data = book(sheet(TOP, row(2, *GOOD)), sheet(), names=("Oculta", "Hoja1"), states=("hidden", ""))
    assert code(data) == "no_rows"


def test_a_sheet_without_rows_is_named() -> None:
    assert code(book(sheet(TOP), names=("Clientes",))) == "no_rows:Clientes"


def test_cells_merged_downwards_count_for_each_of_their_rows() -> None:
    merged = (
        '<mergeCells><mergeCell ref="E2:E4"/><mergeCell ref="A1:A2"/><mergeCell ref="A5:C5"/></mergeCells>'
    )
    rows = [row(2, *GOOD, "601"), row(3, *GOOD), row(4, *GOOD, "603"), row(5, "x", "", "z")]
    found = read(book(sheet(row(1, *HEADINGS, "Régimen"), *rows, behind=merged)), known_headings())
    assert [line[4:] for _, line in found.lines] == [["601"], ["601"], ["603"], []]
    assert found.merged == ["E2:E4"]


def test_a_merged_range_to_the_end_of_the_sheet_makes_no_rows() -> None:
    behind = '<mergeCells><mergeCell ref="A2:A1048576"/></mergeCells>'
    assert len(lines(book(sheet(TOP, row(2, *GOOD), behind=behind)))) == 1


# --- other writers


def test_strict_workbooks_are_read() -> None:
    page = sheet(TOP, row(2, *GOOD), namespace=hand_made.STRICT)
    data = book(page, namespace=hand_made.STRICT, office=hand_made.STRICT_OFFICE)
    assert lines(data) == [(2, list(GOOD))]


def test_prefixed_names_are_read() -> None:
    page = sheet(TOP, row(2, *GOOD)).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    assert lines(book(page)) == [(2, list(GOOD))]


def test_parts_in_capitals_with_backslashes_or_from_the_root_are_found() -> None:
    page = sheet(TOP, row(2, *GOOD))
    workbook = (
        f'<workbook xmlns="{hand_made.MAIN}" xmlns:r="{hand_made.OFFICE}">'
        '<sheets><sheet name="A" sheetId="1" r:id="a"/></sheets></workbook>'
    )
    relations = (
        f'<Relationships xmlns="{hand_made.PACKAGE}"><Relationship Id="a" '
        f'Type="{hand_made.OFFICE}/worksheet" Target="/xl/worksheets/Sheet1.xml"/></Relationships>'
    )
    data = hand_made.archive(
        {
            "xl\\workbook.xml": workbook,
            "xl\\_rels\\workbook.xml.rels": relations,
            "xl\\worksheets\\sheet1.xml": page,
        }
    )
    assert lines(data) == [(2, list(GOOD))]


def test_a_workbook_without_relations_or_styles_is_read() -> None:
    page = sheet(TOP, f'<row r="2">{hand_made.inline("x")}<c s="7"><v>5</v></c></row>')
    workbook = f'<workbook xmlns="{hand_made.MAIN}"><sheets><sheet name="A" sheetId="1"/></sheets></workbook>'
    data = hand_made.archive({"xl/workbook.xml": workbook, "xl/worksheets/sheet1.xml": page})
    assert lines(data) == [(2, ["x", "5"])]


def test_charts_are_no_sheets() -> None:
    data = book(sheet(TOP, row(2, *GOOD)), names=("Datos",), parts={"chartsheet": "<x/>"})
    assert read(data, known_headings()).name == "Datos"


# --- damage


@pytest.mark.parametrize(
    "page",
    [
        sheet(TOP, row(3, *GOOD), row(2, *GOOD)),
        sheet(TOP, row(2, *GOOD), row(2, *GOOD)),
        sheet(TOP, row(0, *GOOD)),
        sheet(TOP, row(1_048_577, *GOOD)),
        sheet(TOP, '<row r="x"/>'),
        sheet(TOP, '<row r="2"><c r="2A"><v>1</v></c></row>'),
        sheet(TOP, '<row r="2"><c r="XFE2"><v>1</v></c></row>'),
        sheet(TOP, '<row r="2"><c t="s"><v>9</v></c></row>'),
        sheet(TOP, '<row r="2"><c t="s"><v>-1</v></c></row>'),
        sheet(TOP, '<row r="2"><c t="s"><v>x</v></c></row>'),
        sheet(TOP, '<row r="2"><c s="x"><v>1</v></c></row>'),
        sheet(TOP, "<row")[:-30],
    ],
)
def test_a_damaged_sheet_is_broken_and_nothing_worse(page: str) -> None:
    assert code(book(page, parts={"sharedStrings": strings("x")})) == "broken"


def test_entities_of_its_own_make_a_workbook_broken() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    page = sheet(TOP, row(2, '<c t="inlineStr"><is><t>&b;&f;</t></is></c>', "x"))
    assert code(book(bomb + page)) == "broken"
    assert code(book(page, parts={"sharedStrings": bomb + strings("&b;")})) == "broken"
