"""Constancias at the SAT's coordinates, drawn by lot: every value comes out right."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from companies.csf import messages
from companies.csf.folding import fold
from companies.csf.reading import read_csf
from companies.csf.result import CsfResult, ValueState
from companies.csf.understanding import TEXTS
from tests.companies.csf.constancias import QR, TODAY, Csf, Domicile, Layout, Regime, with_old_labels
from tests.companies.csf.documents import lines_of, typeset
from tests.companies.csf.pdfs import pdf_of

type Taxpayer = tuple[str, str | tuple[str, str, str]]

COUNT = 150
COMPANIES: tuple[Taxpayer, ...] = (
    ("TDV010203AB1", "TEXTILES DEL VALLE"),
    ("H&E951128469", "H & E"),
    ("ÑAN010203AB1", "ÑANDÚ"),
    (
        "IDT190312QW8",
        "INTEGRADORA DE DESARROLLOS TECNOLÓGICOS Y SOLUCIONES LOGÍSTICAS PARA LA INDUSTRIA ALIMENTARIA "
        "DEL BAJÍO Y OCCIDENTE DE LA REPÚBLICA MEXICANA",
    ),
    (
        "APE850712LM3",
        "ASOCIACIÓN DE PADRES DE FAMILIA DE LA ESCUELA SECUNDARIA TÉCNICA NO. 12 «JOSÉ MA. MORELOS»",
    ),
    ("S&N1001017K2", "SÁNCHEZ & NÚÑEZ, CONSULTORES 2000+"),
    ("RED200229ZZ9", "RED/CENTRO: COMUNICACIÓN (MÉXICO)"),
)
PEOPLE: tuple[Taxpayer, ...] = (
    ("NUPI850317Q21", ("ISABEL", "NUÑO", "PEREZ")),
    ("GOMA900101AB0", ("MARÍA DE LOS ÁNGELES GUADALUPE", "GÓMEZ DE LA TORRE", "MARTÍNEZ DEL RÍO Y CAMPO")),
    ("XIXA700202BC1", ("ANA", "XI", "")),
    ("DEPJ651231CD2", ("JUAN", "DE LA PEÑA", "O'FARRILL")),
    ("ÑAÑM800808DE3", ("MARTÍN", "ÑÁÑEZ", "IBARGÜENGOITIA")),
)
TAXPAYERS = {True: COMPANIES, False: PEOPLE}
# As printed and as filled in.
STREETS = (
    ("CALLE", "ALMENDROS", "CALLE ALMENDROS"),
    ("CALLE", "CALLE 5 DE MAYO", "CALLE 5 DE MAYO"),
    ("CERRADA (CDA) O PRIVADA (PRIV)", "TAMBOREL", "CERRADA TAMBOREL"),
    ("CERRADA (CDA) O PRIVADA (PRIV)", "PRIVADA DE LA LUZ", "PRIVADA DE LA LUZ"),
    ("CERRADA (CDA) O PRIVADA (PRIV)", "PRIV. LUZ", "PRIV. LUZ"),
    ("CARRETERA (CARR.)", "TRANSPENINSULAR", "CARRETERA TRANSPENINSULAR"),
    ("AVENIDA (AV.)", "AV. INSURGENTES SUR", "AV. INSURGENTES SUR"),
    ("BOULEVARD (BLVD)", "ADOLFO LÓPEZ MATEOS", "BOULEVARD ADOLFO LÓPEZ MATEOS"),
    ("EJE VIAL", "EJE VIAL 3 ORIENTE", "EJE VIAL 3 ORIENTE"),
    ("OTRO (ESPECIFIQUE)", "RANCHO LA PERLA", "RANCHO LA PERLA"),
    ("OTRA NO ESPECIFICADA EN EL CATALOGO", "LOMA ALTA", "LOMA ALTA"),
    ("", "AMPLIACIÓN LIBRAMIENTO", "AMPLIACIÓN LIBRAMIENTO"),
    (
        "PROLONGACION",
        "PASEO DE LOS HÉROES DE LA INDEPENDENCIA NACIONAL Y DE LA REVOLUCIÓN DE 1910 PONIENTE",
        "PROLONGACION PASEO DE LOS HÉROES DE LA INDEPENDENCIA NACIONAL Y DE LA REVOLUCIÓN DE 1910 PONIENTE",
    ),
)
EXTERIORS = (
    ("118", "118"),
    ("", ""),
    ("SIN NUMERO", "S/N"),
    ("SIN NÚMERO", "S/N"),
    ("S/N", "S/N"),
    ("SN", "S/N"),
    ("MANZANA 14 LOTE 22 EDIFICIO B NORTE", "MANZANA 14 LOTE 22 EDIFICIO B NORTE"),
    ("KM 12.5", "KM 12.5"),
)
INTERIORS = ("", "LOCAL 3", "12 Y 13", "PISO 4 DESPACHO 402 TORRE NORTE")
NEIGHBORHOODS = (
    ("LOMAS VERDES", "LOMAS VERDES"),
    ("OTRA NO ESPECIFICADA EN EL CATALOGO", ""),
    ("", ""),
    (
        "UNIDAD HABITACIONAL EJÉRCITO CONSTITUCIONALISTA SEGUNDA SECCIÓN SUPERMANZANA III",
        "UNIDAD HABITACIONAL EJÉRCITO CONSTITUCIONALISTA SEGUNDA SECCIÓN SUPERMANZANA III",
    ),
)
LOCALITIES = (("", ""), ("TLALNEPANTLA DE BAZ", "TLALNEPANTLA DE BAZ"), ("30210010", ""), ("0001", ""))
PLACES = (
    ("54080", "TLALNEPANTLA DE BAZ", "MEXICO"),
    ("06000", "CUAUHTÉMOC", "CIUDAD DE MEXICO"),
    ("71510", "SAN JUAN BAUTISTA VALLE NACIONAL DE LA SIERRA MADRE DE OAXACA", "OAXACA"),
    ("91000", "XALAPA", "VERACRUZ DE IGNACIO DE LA LLAVE"),
)
BETWEEN = (
    ("", ""),
    ("PONIENTE 8", "NORTE 3"),
    ("AVENIDA MI AVENIDA", ""),
    ("CALLE DE LA CONSTITUCIÓN POLÍTICA DE LOS ESTADOS UNIDOS MEXICANOS", "CALLE DAKOTA"),
)
MORAL_REGIMES = (
    ("Régimen General de Ley Personas Morales", "601"),
    ("Régimen de Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras PM", "622"),
    ("Régimen Simplificado de Confianza.", "626"),
    ("Régimen de los Coordinados", "624"),
    ("Personas Morales con Fines no Lucrativos", "603"),
    ("Régimen de las Sociedades Cooperativas de Producción que optan por Diferir sus Ingresos", "620"),
)
FISICA_REGIMES = (
    ("Régimen de las Personas Físicas con Actividades Empresariales y Profesionales", "612"),
    ("Régimen de Sueldos y Salarios e Ingresos Asimilados a Salarios", "605"),
    ("Ingresos por Arrendamiento", "606"),
    ("Enajenación de Bienes", "607"),
    ("Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas.", "625"),
    ("Régimen Simplificado de Confianza", "626"),
    ("Régimen de los ingresos por dividendos (socios y accionistas)", "611"),
    ("Régimen de Incorporación Fiscal", "621"),
)
TURNS = (0, 0, 0, 0, 90, 180, 270)


@dataclass(frozen=True)
class Drawn:
    """A Constancia, and what must be read from it."""

    csf: Csf
    codes: tuple[str, ...]
    values: dict[str, str]


def drawn(seed: int) -> Drawn:
    """Everything by lot, the same for a seed."""
    lot = random.Random(seed)  # noqa: S311
    is_company = lot.random() < 0.5
    rfc, name = lot.choice(TAXPAYERS[is_company])
    regimes, codes = _regimes(lot, MORAL_REGIMES if is_company else FISICA_REGIMES)
    domicile, values = _domicile(lot)
    domicile = with_old_labels(domicile) if lot.random() < 0.4 else domicile
    csf = Csf(
        rfc=rfc,
        name=name,
        trade_name=lot.choice(
            ("", "LA ÑAPA", "COMERCIALIZADORA Y DISTRIBUIDORA DE MATERIAS PRIMAS " * 2)
        ).strip(),
        status=lot.choice(("ACTIVO", "REACTIVADO", "SUSPENDIDO")),
        issued=TODAY - timedelta(days=lot.randrange(700)),
        time=lot.choice(("", " 10:00:00", " 09:53:41")),
        place=lot.choice(
            ("LEON , GUANAJUATO", "TLALNEPANTLA DE BAZ , MEXICO", "BENITO JUAREZ , CIUDAD DE MEXICO")
        ),
        address=domicile,
        regimes=regimes,
        qr=lot.choice((QR, QR, None)),
        layout=_layout(lot),
    )
    return Drawn(csf, codes, {"name": csf.full_name, **values})


def _regimes(
    lot: random.Random, known: Sequence[tuple[str, str]]
) -> tuple[tuple[Regime, ...], tuple[str, ...]]:
    chosen = lot.sample(known, lot.randint(1, 4))
    ended = {name for name, _ in chosen[1:] if lot.random() < 0.5}
    rows = tuple((name, "01/01/2014", "31/12/2021" if name in ended else "") for name, _ in chosen)
    return rows, tuple(code for name, code in chosen if name not in ended)


def _domicile(lot: random.Random) -> tuple[Domicile, dict[str, str]]:
    kind, street, filled_street = lot.choice(STREETS)
    exterior, filled_exterior = lot.choice(EXTERIORS)
    neighborhood, filled_neighborhood = lot.choice(NEIGHBORHOODS)
    locality, filled_locality = lot.choice(LOCALITIES)
    postal_code, municipality, state = lot.choice(PLACES)
    between, and_between = lot.choice(BETWEEN)
    interior = lot.choice(INTERIORS)
    domicile = Domicile(
        postal_code=postal_code,
        street_type=kind,
        street=street,
        exterior_number=exterior,
        interior_number=interior,
        neighborhood=neighborhood,
        locality=locality,
        municipality=municipality,
        state=state,
        between=between,
        and_between=and_between,
    )
    streets = " y ".join(filter(None, (between, and_between)))
    return domicile, {
        "postal_code": postal_code,
        "street": filled_street,
        "exterior_number": filled_exterior,
        "interior_number": interior,
        "neighborhood": filled_neighborhood,
        "locality": filled_locality,
        "municipality": municipality,
        "state": state,
        "reference": f"Entre {streets}" if streets else "",
    }


def _layout(lot: random.Random) -> Layout:
    return Layout(
        heading=lot.choice(("Datos del domicilio registrado", "Datos de Ubicación:")),
        gap=lot.choice((0, 1.5, 4)),
        regime_width=lot.choice((120, 200, 395)),
        dates=lot.choice(("top", "middle", "bottom")),
        new_page_for_regimes=lot.random() < 0.3,
        break_below_heading=lot.random() < 0.2,
        break_inside_regimes=lot.random() < 0.2,
        break_before_last_row=lot.random() < 0.3,
        narrow_labels=lot.random() < 0.3,
        split_head=lot.random() < 0.5,
        centred=lot.random() < 0.3,
        cover=lot.choice(("", "", "ACUSE DE MOVIMIENTOS RFC: AAA010101AAA Nombre: OTRA EMPRESA")),
        rotate=lot.choice(TURNS),
        watermark=lot.choice(("", "", "COPIA SIMPLE")),
    )


@pytest.mark.parametrize("seed", range(COUNT))
def test_every_value_is_right(seed: int) -> None:
    wanted = drawn(seed)

    found = read_csf(pdf_of(wanted.csf))

    assert found.ok, found.message
    assert values_of(found) == wanted.values
    assert doubts_of(found) == {}
    assert found.not_found == ()
    assert (found.rfc, found.status, found.issued_on) == (
        wanted.csf.rfc,
        wanted.csf.status,
        wanted.csf.issued,
    )
    assert (found.regimes, found.unknown_regimes) == (wanted.codes, ())
    assert found.id_cif == ("15010000001" if wanted.csf.qr else "")


ODD: dict[str, dict[str, Any]] = {
    "askew": {"askew": 1.5},
    "askew the other way": {"askew": -2},
    "small": {"scale": 0.5},
    "capitals": {"capitals": True},
    "without colons": {"colons": False, "gap": 3},
    "without colons or gaps": {"colons": False},
    "letter by letter": {"letters": True},
    "letter by letter, turned": {"letters": True, "rotate": 180},
    "letter by letter, turned back": {"letters": True, "turned": 90},
    "narrow without colons": {"colons": False, "narrow_labels": True},
    "capitals without colons": {"colons": False, "capitals": True},
    "narrow capitals without colons": {"colons": False, "capitals": True, "narrow_labels": True},
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("seed", range(8))
def test_every_value_is_right_of_an_odd_print(seed: int, odd: str) -> None:
    wanted = drawn(seed)
    plain: dict[str, Any] = {"rotate": 0, "cover": "", "narrow_labels": False, "watermark": ""}
    layout = replace(wanted.csf.layout, **{**plain, **ODD[odd]})

    found = read_csf(pdf_of(replace(wanted.csf, layout=layout)))

    assert found.ok, found.message
    assert values_of(found) == wanted.values
    assert (found.regimes, found.issued_on) == (wanted.codes, wanted.csf.issued)


@pytest.mark.parametrize("seed", range(20))
def test_every_value_is_right_below_a_scan(seed: int) -> None:
    wanted = drawn(seed)
    layout = replace(wanted.csf.layout, ocr=True, narrow_labels=False, centred=False)

    found = read_csf(pdf_of(replace(wanted.csf, layout=layout)))

    assert found.ok, found.message
    assert values_of(found) == {name: _as_scanned(value) for name, value in wanted.values.items()}
    doubts = doubts_of(found)
    assert set(doubts.values()) <= {messages.NAME_WITHOUT_ACCENTS, messages.TEXT_WITHOUT_ACCENTS}
    # What lost the accents of the name lost those of the other texts, too; else each by itself.
    texts = {name for name in TEXTS if found.text(name)}
    assert set(doubts) - {"name"} == texts if "name" in doubts else set(doubts) <= texts
    assert found.regimes == wanted.codes
    assert (found.status, found.issued_on) == (wanted.csf.status, wanted.csf.issued)


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_every_value_is_right_in_running_text(seed: int) -> None:
    wanted = drawn(seed)

    found = read_csf(typeset(lines_of(wanted.csf)))

    assert found.ok, found.message
    assert values_of(found) == wanted.values
    assert (found.regimes, found.unknown_regimes) == (wanted.codes, ())


def values_of(found: CsfResult) -> dict[str, str]:
    return {name: value.value for name, value in found.values.items()}


def doubts_of(found: CsfResult) -> dict[str, str]:
    return {name: value.doubt for name, value in found.values.items() if value.state is ValueState.DOUBTFUL}


def _as_scanned(value: str) -> str:
    return f"Entre {fold(value[6:]).replace(' Y ', ' y ')}" if value.startswith("Entre ") else fold(value)


@pytest.mark.parametrize("day", [9, 28])
@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("place", ["LEON , GUANAJUATO", "BENITO JUAREZ , CIUDAD DE MEXICO", "LA PAZ"])
def test_the_date_in_the_head_is_a_witness_wherever_it_wraps(place: str, month: int, day: int) -> None:
    """The last line may be «2026» alone, and then stands under no part of its heading."""
    issued = date(2026, month, day)

    found = read_csf(pdf_of(Csf(place=place, issued=issued, chain_issued=issued - timedelta(days=40))))

    assert (found.ok, found.code, found.dates_disagree) == (True, "dates_disagree", True)
