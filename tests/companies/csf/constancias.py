"""What the tests' constancias say, and how they are to be printed."""

from dataclasses import dataclass, field, replace
from datetime import date

FISICA = "NUPJ800101AB2"
MORAL = "PNA190312AB1"
QR = "https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3=15010000001_{}"
LAST_QR = "https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=26&D2=1&D3=26_{}"
TODAY = date(2026, 11, 20)
MONTHS = (
    "ENERO",
    "FEBRERO",
    "MARZO",
    "ABRIL",
    "MAYO",
    "JUNIO",
    "JULIO",
    "AGOSTO",
    "SEPTIEMBRE",
    "OCTUBRE",
    "NOVIEMBRE",
    "DICIEMBRE",
)

type Pair = tuple[str, str]
type Regime = tuple[str, str, str]


@dataclass(frozen=True)
class Domicile:
    """An address as the SAT has it registered; `more` are labels that no form of ours asks for."""

    postal_code: str = "37000"
    street_type: str = "AVENIDA"
    street: str = "DE LOS ÑANDÚES"
    exterior_number: str = "12-B"
    interior_number: str = ""
    neighborhood: str = "CENTRO"
    locality: str = "LEON DE LOS ALDAMA"
    municipality: str = "LEON"
    state: str = "GUANAJUATO"
    between: str = "HIDALGO"
    and_between: str = "MORELOS"
    beside_the_last: tuple[Pair, ...] = ()
    more: tuple[tuple[Pair, ...], ...] = ()

    @property
    def rows(self) -> list[tuple[Pair, ...]]:
        """The cells of the table, two and two."""
        return [
            (("Código Postal:", self.postal_code), ("Tipo de Vialidad:", self.street_type)),
            (("Nombre de Vialidad:", self.street), ("Número Exterior:", self.exterior_number)),
            (("Número Interior:", self.interior_number), ("Nombre de la Colonia:", self.neighborhood)),
            (
                ("Nombre de la Localidad:", self.locality),
                ("Nombre del Municipio o Demarcación Territorial:", self.municipality),
            ),
            (("Nombre de la Entidad Federativa:", self.state), ("Entre Calle:", self.between)),
            (("Y Calle:", self.and_between), *self.beside_the_last),
            *self.more,
        ]


def with_old_labels(domicile: Domicile) -> Domicile:
    """With what the SAT printed beside and below an address until 2022, and prints again for some."""
    return replace(
        domicile,
        beside_the_last=(("Correo Electrónico:", "correo@example.com"),),
        more=(
            (("Tel. Fijo Lada:", "477"), ("Número:", "7123456")),
            (("Tel. Móvil Lada:", "477"), ("Número:", "7123457")),
            (("Estado del domicilio:", "LOCALIZADO - Domicilio Localizado"),),
            (("Estado del contribuyente en el domicilio:", "LOCALIZADO - Contribuyente Localizado"),),
        ),
    )


@dataclass(frozen=True)
class Layout:
    """How a Constancia is printed; as it is, like the SAT's usual one of three pages."""

    heading: str = "Datos del domicilio registrado"
    # Between a label and its value, in points.
    gap: float = 1.5
    regime_width: float = 395
    # The dates stand beside the first line of a régimen's name, its middle or its last.
    dates: str = "top"
    new_page_for_regimes: bool = False
    break_below_heading: bool = False
    break_inside_regimes: bool = False
    break_before_last_row: bool = False
    # Long labels break in two in narrow cells; the parts of the head do so in some years.
    narrow_labels: bool = False
    split_head: bool = False
    # Labels stand beside the middle of what wraps.
    centred: bool = False
    cover: str = ""
    # /Rotate of the pages as they are, and the same with content that is turned against it.
    rotate: int = 0
    turned: int = 0
    crop: str = ""
    watermark: str = ""
    # What somebody has put on it: the page, where, and what.
    stamps: tuple[tuple[int, float, float, str], ...] = ()
    # Degrees by which a page lies askew, and how large it is.
    askew: float = 0
    scale: float = 1
    # Labels in capitals, or without their colons; each letter by itself.
    capitals: bool = False
    colons: bool = True
    letters: bool = False
    # The invisible text over a scan: without accents, each word by itself, never quite on the line.
    ocr: bool = False


@dataclass(frozen=True)
class Csf:
    """What to print. A person's name has three parts; `regimes` are name, start and end."""

    rfc: str = MORAL
    name: str | tuple[str, str, str] = "PANADERÍA LA ÑAPA & HIJOS"
    head_name: str | None = None
    trade_name: str = ""
    status: str = "ACTIVO"
    issued: date = TODAY
    # Behind the date in the chain, since 2026.
    time: str = " 10:00:00"
    place: str = "LEON , GUANAJUATO"
    # None where the page was cut off above it.
    address: Domicile | None = Domicile()
    regimes: tuple[Regime, ...] = (("Régimen General de Ley Personas Morales", "12/03/2019", ""),)
    chain_rfc: str = ""
    chain_issued: date | None = None
    qr: str | bytes | None = QR
    layout: Layout = field(default=Layout())

    @property
    def full_name(self) -> str:
        """The name in one piece."""
        return self.name if isinstance(self.name, str) else " ".join(filter(None, self.name))

    @property
    def who(self) -> list[Pair]:
        """The table of identification."""
        name = (
            [
                ("Denominación/Razón Social:", self.name),
                ("Régimen Capital:", "SOCIEDAD ANONIMA DE CAPITAL VARIABLE"),
            ]
            if isinstance(self.name, str)
            else [
                ("CURP:", "NUPJ800101HGTXXS09"),
                *zip(("Nombre (s):", "Primer Apellido:", "Segundo Apellido:"), self.name, strict=True),
            ]
        )
        return [
            ("RFC:", self.rfc),
            *name,
            ("Fecha inicio de operaciones:", "12 DE MARZO DE 2019"),
            ("Estatus en el padrón:", self.status),
            ("Fecha de último cambio de estado:", "12 DE MARZO DE 2019"),
            ("Nombre Comercial:", self.trade_name),
        ]

    @property
    def place_and_date(self) -> str:
        """Where and when it was issued, in words."""
        return f"{self.place} A {self.issued.day:02} DE {MONTHS[self.issued.month - 1]} DE {self.issued.year}"

    @property
    def chain(self) -> str:
        """The cadena original."""
        when = f"{self.chain_issued or self.issued:%Y/%m/%d}{self.time}"
        return f"||{when}|{self.chain_rfc or self.rfc}|CONSTANCIA DE SITUACIÓN FISCAL|2000010888||"

    @property
    def qr_content(self) -> str | bytes | None:
        """What the code on its first page says."""
        return self.qr.format(self.rfc) if isinstance(self.qr, str) else self.qr


PERSON = Csf(
    rfc=FISICA,
    name=("JOSÉ", "NÚÑEZ", "PEÑA"),
    regimes=(
        ("Régimen de las Personas Físicas con Actividades Empresariales y Profesionales", "01/01/2020", ""),
    ),
)
