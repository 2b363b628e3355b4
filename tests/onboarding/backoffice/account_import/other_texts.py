"""Texts with separators as other programs and people write them."""

import csv
from typing import Any

from tests.onboarding.backoffice.account_import.other_cases import (
    GROUPS,
    HEADINGS,
    ROWS,
    TABLE,
    TITLED,
    Case,
    changed,
)
from tests.onboarding.backoffice.account_import.other_writers import text


def one(name: str, written: str, becomes: str = "", *, field_name: str = "phone", **more: Any) -> Case:
    """A CSV in which one cell of the first client is written in another way."""
    place = (0, field_name)
    differs = {place: becomes} if becomes else {}
    return Case(f"csv: {name}", text(changed({place: written})), differs, **more)


BLANKS = [*TABLE[:2], [""] * 7, [""] * 7, TABLE[2], [], TABLE[3]]
QUOTED = text(TABLE, quoting=csv.QUOTE_ALL)
TWO_LINES = changed({(0, "name"): "PANADERÍA\nLA ÑAPA"})
SECOND = {(1, "full_name"): "Íñigo Güemes"}
ENGLISH = ("Company name", "Tax ID", "Contact", "E-mail", "Phone", "Lugar de expedición", "Tax regime")
INCHES = changed({(1, "name"): 'TUBOS 2"'})

TEXTS = (
    # --- CSV: letters, separators, line ends, quotes
    *(
        Case(f"csv: {encoding} {name}", text(TABLE, separator, encoding, end, before=mark))
        for encoding, separator, end, mark, name in (
            ("utf-8", ",", "\r\n", "\ufeff", "with its mark, as Excel saves it"),
            ("utf-8", ",", "\n", "", "of a program"),
            ("utf-8", ";", "\r\n", "", "semicolons"),
            ("utf-8", "\t", "\n", "", "tabs, copied out of a sheet"),
            ("utf-8", "|", "\n", "", "bars, of a database"),
            ("utf-8", ",", "\r", "", "line ends of old Macs"),
            ("cp1252", ";", "\r\n", "", "as Excel saves a CSV in Europe"),
            ("cp1252", ",", "\r\n", "", "as Excel saves a CSV in Mexico"),
            ("cp850", ",", "\r\n", "", "as MS-DOS"),
            ("mac_roman", ",", "\r", "", "as Macintosh"),
            ("utf-16", "\t", "\r\n", "", "as «Texto Unicode»"),
            ("utf-16-be", "\t", "\r\n", "\ufeff", "of the other byte order"),
            ("utf-16-le", ",", "\r\n", "", "without its mark"),
            ("utf-32", ",", "\n", "", "of pandas"),
        )
    ),
    Case("csv: every cell in quotes", QUOTED),
    Case("csv: nothing in quotes but text", text(TABLE, quoting=csv.QUOTE_NONNUMERIC)),
    Case("csv: separator told in a line of its own", text(TABLE, ";", before="sep=;\r\n"), numbers=(3, 4, 5)),
    Case("csv: mark and separator's line", text(TABLE, "\t", before="\ufeffsep=\t\n"), numbers=(3, 4, 5)),
    Case("csv: MS-DOS's end of the file", text(TABLE, encoding="cp850", after="\x1a")),
    Case("csv: no end of the last line", text(TABLE).rstrip(b"\r\n")),
    Case("csv: both kinds of line ends", text(TABLE).replace(b"\r\n", b"\n", 2)),
    Case("csv: carriage returns doubled", text(TABLE, end="\r\r\n"), numbers=(3, 5, 7)),
    Case("csv: a line end within a name", text(TWO_LINES)),
    Case(
        "csv: a Mac's line end within a name", text(TWO_LINES).replace(b"\n", b"\r").replace(b"\r\r", b"\r\n")
    ),
    Case("csv: separators behind the last column", text([(*each, "", "", "") for each in TABLE])),
    Case("csv: blank rows between", text(BLANKS), numbers=(2, 5, 7)),
    Case("csv: a title above", text(TITLED), says=("Los encabezados están en la fila 4",), numbers=(5, 6, 7)),
    Case("csv: each row saved into one cell", text([[text([each]).decode().strip()] for each in TABLE])),
    Case("csv: spaces behind the separators", text(TABLE).replace(b",", b", ")),
    Case("csv: UTF-8 saved twice", text(TABLE).decode("cp1252", "ignore").encode(), asks=("letters",)),
    Case(
        "csv: web entities",
        text(changed(SECOND)).replace("Í".encode(), b"&Iacute;").replace("ñ".encode(), b"&#241;"),
    ),
    Case("csv: letters and tildes apart", text(changed({(0, "name"): "PANADERI\u0301A LA N\u0303APA"}))),
    Case("csv: headings twice, as pages are printed", text([*TABLE, HEADINGS]), numbers=(2, 3, 4, 5)),
    Case("csv: a line of groups above the headings", text(GROUPS), numbers=(3, 4, 5), says=("fila 2",)),
    Case("csv: carets", text(TABLE, "^")),
    Case("csv: tildes", text(TABLE, "~")),
    Case("csv: numbered headings", text([[f"{at}. {each}" for at, each in enumerate(HEADINGS, 1)], *ROWS])),
    Case("csv: headings in English", text([ENGLISH, *ROWS])),
    Case("csv: headings over two lines", text([[each.replace(" ", "\n") for each in HEADINGS], *ROWS])),
    Case("csv: two tables side by side", text([(*each, "", *each) for each in TABLE]), asks=("columns",)),
    Case(
        "csv: quotes within a name",
        text(INCHES).replace(b'"TUBOS 2"""', b'TUBOS 2"'),
        {(1, "name"): 'TUBOS 2"'},
    ),
    # --- one cell, as people and programs write it
    one("apostrophe before a telephone", "'5512345678", "5512345678"),
    one("a telephone with a decimal", "5512345678.0", "5512345678"),
    one("a telephone with thousands", "5,512,345,678", "5512345678"),
    one("a telephone that Excel shortened", "5.51E+09", "!Excel acortó el teléfono"),
    one("a telephone shortened with all its digits", "5.512345678E+09", "5512345678"),
    one("a telephone too narrow to be shown", "########", "!La columna era muy angosta"),
    one("text that Excel must not change", '="5512345678"', "5512345678"),
    one("a postal code that must keep its zero", '="06000"', "06000", field_name="expedition_place"),
    Case("csv: the same without quotes of its own", text(TABLE).replace(b"5512345678", b'="5512345678"')),
    one(
        "a postal code with decimals",
        "6000.5",
        "!Aquí hay un número con decimales",
        field_name="expedition_place",
    ),
    one("a telephone with decimals", "551234567.8", "!Aquí hay un número con decimales"),
    one("two telephones", "5512345678 / 5587654321", "!Escriba el teléfono con sus 10 dígitos"),
    one("a postal code without its zero", "6000", "06000", field_name="expedition_place"),
    one("a postal code with a decimal", "6000.0", "06000", field_name="expedition_place"),
    one("a postal code with its name", "C.P. 06000", "06000", field_name="expedition_place"),
    one("an RFC in small letters with hyphens", "pna-190312-ab1", field_name="rfc"),
    one("an RFC with spaces that do not break", "PNA\u00a0190312\u00a0AB1", field_name="rfc"),
    one("an RFC behind a zero-width space", "\u200bPNA190312AB1\ufeff", field_name="rfc"),
    one("an RFC with dots", "PNA.190312.AB1", "PNA190312AB1", field_name="rfc"),
    one("an address with mailto", "mailto:begona@example.com", "begona@example.com", field_name="email"),
    one("an address with a name", "Begoña <begona@example.com>", "begona@example.com", field_name="email"),
    one("two addresses", "a@example.com; b@example.com", "!Aquí hay varios correos", field_name="email"),
    one("two régimenes", "601, 603", "!Aquí hay varios regímenes", field_name="tax_regime"),
    one("a régimen by its name", "General de Ley Personas Morales", "601", field_name="tax_regime"),
    one("an error of a formula", "#N/D", "!La celda tiene un error"),
    one("a formula", "=VLOOKUP(A2,Hoja2!A:B,2)", "!Tiene fórmulas sin resultado"),
    one("a date under a postal code", "05/10/2026", "!Aquí hay una fecha", field_name="expedition_place"),
    one("a name with tabs", "PANADERÍA\tLA\t ÑAPA", "PANADERÍA LA ÑAPA", field_name="name"),
)
