"""The pages of the SAT's validator, as its server writes them: JSF, PrimeFaces Mobile, ids that change.

All taxpayers here are made up.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape

IDENTITY, PLACE, FISCAL = (
    "Datos de Identificación",
    "Datos de Ubicación (domicilio fiscal, vigente)",
    "Características fiscales (vigente)",
)
NOT_FOUND = "No se encontró información de la cédula de identificación fiscal para los datos proporcionados"
PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n<meta http-equiv="Content-Type" content="text/html" />\n'

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Taxpayer:
    """What the validator says of somebody: label and value, list by list."""

    rfc: str
    identity: Pairs
    place: Pairs
    # Name and first day of each current régimen.
    regimes: Pairs


def company(rfc: str, name: str = "PANADERÍA LA ÑAPA & HIJOS") -> Taxpayer:
    """What the page says about a persona moral."""
    identity = (
        ("Denominación o Razón Social", name),
        ("Régimen de capital", "SA DE CV"),
        ("Fecha de constitución", "12-03-2019"),
        ("Fecha de Inicio de operaciones", "12-03-2019"),
        ("Situación del contribuyente", "ACTIVO"),
        ("Fecha del último cambio de situación", "12-03-2019"),
    )
    return Taxpayer(rfc, identity, PLACE_OF_ALL, (("Régimen General de Ley Personas Morales", "12-03-2019"),))


def person(
    rfc: str, name: tuple[str, str, str] = ("JOSÉ", "NÚÑEZ", "PEÑA"), born: str = "01-01-1980"
) -> Taxpayer:
    """A persona física, with what must never be kept: CURP and date of birth."""
    given, first, second = name
    identity = (
        ("CURP", f"{rfc[:10]}HGTXXS09"),
        ("Nombre", given),
        ("Apellido Paterno", first),
        ("Apellido Materno", second),
        ("Fecha Nacimiento", born),
        ("Fecha de Inicio de operaciones", "01-01-2020"),
        ("Situación del contribuyente", "ACTIVO"),
        ("Fecha del último cambio de situación", "01-01-2020"),
    )
    regimes = (
        (
            "Régimen de las Personas Físicas con Actividades Empresariales y Profesionales",
            "01-01-2020",
        ),
        ("Régimen de Arrendamiento", "15-06-2021"),
    )
    return Taxpayer(rfc, identity, PLACE_OF_ALL, regimes)


PLACE_OF_ALL: Pairs = (
    ("Entidad Federativa", "GUANAJUATO"),
    ("Municipio o delegación", "LEON"),
    ("Colonia", "CENTRO"),
    ("Tipo de vialidad", "AVENIDA"),
    ("Nombre de la vialidad", "DE LOS ÑANDÚES"),
    ("Número exterior", "12-B"),
    ("Número interior", ""),
    ("CP", "37000"),
    ("Correo electrónico", "contacto@example.com"),
    ("AL", "GUANAJUATO 2"),
)


@dataclass(frozen=True)
class Look:
    """How a page is written: what may differ from one answer to the next and mean nothing."""

    prolog: bool = True
    # The number that JSF begins its ids with.
    first_id: int = 10
    # Labels break over lines in the HTML.
    broken_labels: bool = True
    without: Collection[str] = ()


USUAL = Look()


def found(taxpayer: Taxpayer, look: Look = USUAL) -> str:
    """The page of a taxpayer."""
    lists = (
        (IDENTITY, [taxpayer.identity]),
        (PLACE, [taxpayer.place]),
        # Two empty tables stand before the régimenes, which are the fifth of the page.
        (FISCAL, [(), (), _regimes(taxpayer.regimes)]),
    )
    said = f"El RFC: {escape(taxpayer.rfc)}, tiene asociada la siguiente información."
    body = [f'<ul data-role="listview"><li class="ui-li">{said}</li></ul>']
    number = look.first_id
    for title, tables in lists:
        if title in look.without:
            continue
        body.append(f'<ul data-role="listview"><li data-role="list-divider">{title}</li><li>')
        for pairs in tables:
            body.append(_table(pairs, look, number))
            number += 3
        body.append("</li></ul>")
    return _page("\n".join(body), look)


def _regimes(regimes: Pairs) -> Pairs:
    return tuple(pair for name, since in regimes for pair in (("Régimen", name), ("Fecha de alta", since)))


def not_found(look: Look = USUAL) -> str:
    """The page for numbers that belong to nobody."""
    return _page(
        '<div class="ui-messages ui-widget"><div class="ui-messages-info"><ul><li>'
        '<span class="ui-messages-info-summary"></span>'
        f'<span class="ui-messages-info-detail">{NOT_FOUND}</span></li></ul></div></div>',
        look,
    )


def other() -> str:
    """Any other page of the SAT's: nothing of the validator in it."""
    return (
        "<!DOCTYPE html><html><head><title>SAT</title></head><body><h1>Portal en mantenimiento</h1>"
        "<table><tr><td>Teléfono</td><td>55 627 22 728</td></tr></table></body></html>"
    )


def _page(body: str, look: Look) -> str:
    prolog = PROLOG if look.prolog else ""
    style = '<link rel="stylesheet" href="/app/qr/javax.faces.resource/x.css;jsessionid=hB1!7" />'
    head = f"<head><title>Validador QR</title>{style}</head>"
    form = f'<form id="ubicacionForm" name="ubicacionForm" method="post">{body}</form>'
    return (
        f'{prolog}<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml">{head}'
        f'<body><div data-role="page"><div data-role="content">{form}</div></div></body></html>'
    )


def _table(pairs: Iterable[tuple[str, str]], look: Look, number: int) -> str:
    rows = "".join(_row(index, label, value, look) for index, (label, value) in enumerate(pairs))
    empty = '<tr class="ui-widget-content ui-datatable-empty-message"><td colspan="2"></td></tr>'
    name = f"ubicacionForm:j_idt{number}"
    return (
        f'<table id="{name}" class="ui-panelgrid ui-widget"><tbody><tr><td>'
        f'<div id="{name}:j_idt{number + 1}" class="ui-datatable ui-widget"><table><thead></thead>'
        f'<tbody id="{name}:j_idt{number + 1}_data" class="ui-datatable-data ui-widget-content">'
        f"{rows or empty}</tbody></table></div>"
        f'<script type="text/javascript">PrimeFaces.cw("DataTable",{{id:"{name}"}});</script>'
        "</td></tr></tbody></table>"
    )


def _row(index: int, label: str, value: str, look: Look) -> str:
    said = f"{escape(label)}:"
    if look.broken_labels:
        said = "\n" + said.replace(" ", "\n                ", 1) + "\n"
    return (
        f'<tr data-ri="{index}" class="ui-widget-content" role="row">'
        f'<td role="gridcell"><span style="font-weight: bold;">{said}</span></td>'
        f'<td role="gridcell">{escape(value)}</td></tr>'
    )
