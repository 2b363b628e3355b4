"""Constancias as the SAT prints them, and files that are none: made here, with a text layer."""

import io
from dataclasses import dataclass, field
from datetime import date

import typst
from PIL import Image

from companies.papers.typesetting import literal
from facturamos.qr import qr_svg

FISICA = "NUPJ800101AB2"
MORAL = "PNA190312AB1"
QR = "https://siat.sat.gob.mx/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3=15010000001_{}"
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


@dataclass(frozen=True)
class Csf:
    """What to print. `lines` are the address's, as they share lines; `regimes` are name, start and end."""

    rfc: str = MORAL
    who: tuple[str, ...] = (
        "Denominación/Razón Social: PANADERÍA LA ÑAPA & HIJOS",
        "Régimen Capital: SOCIEDAD ANONIMA DE CAPITAL VARIABLE",
    )
    status: str = "ACTIVO"
    issued: date = TODAY
    lines: tuple[str, ...] = (
        "Código Postal:37000 Tipo de Vialidad: AVENIDA",
        "Nombre de Vialidad: DE LOS ÑANDÚES Número Exterior: 12-B",
        "Número Interior: Nombre de la Colonia: CENTRO",
        "Nombre de la Localidad: LEON DE LOS ALDAMA",
        "Nombre del Municipio o Demarcación Territorial: LEON",
        "Nombre de la Entidad Federativa: GUANAJUATO Entre Calle: HIDALGO",
        "Y Calle: MORELOS",
    )
    regimes: tuple[tuple[str, str, str], ...] = (
        ("Régimen General de Ley Personas Morales", "12/03/2019", ""),
    )
    chain_rfc: str = ""
    qr: str | None = QR
    # Pages between the address and the régimenes.
    filler: int = 0
    extra: tuple[str, ...] = field(default=())


PERSON = Csf(
    rfc=FISICA,
    who=(
        "CURP: NUPJ800101HGTXXS09",
        "Nombre (s): JOSÉ",
        "Primer Apellido: NÚÑEZ",
        "Segundo Apellido: PEÑA",
    ),
    regimes=(
        ("Régimen de las Personas Físicas con Actividades Empresariales y Profesionales", "01/01/2020", ""),
    ),
)


def lines_of(csf: Csf) -> list[str]:
    """Every printed line; «\\f» is a page's end."""
    page = iter(range(1, 9))

    def end() -> list[str]:
        return [f"Página [{next(page)}] de [3]", "\f"]

    return [
        "CÉDULA DE IDENTIFICACIÓN FISCAL",
        csf.rfc,
        "Registro Federal de Contribuyentes",
        "Nombre, denominación o razón social",
        "idCIF: 15010000001",
        "VALIDA TU INFORMACIÓN FISCAL",
        "CONSTANCIA DE SITUACIÓN FISCAL",
        f"LEON , GUANAJUATO A {csf.issued.day:02} DE {MONTHS[csf.issued.month - 1]} DE {csf.issued.year}",
        "Datos de Identificación del Contribuyente:",
        f"RFC: {csf.rfc}",
        *csf.who,
        "Fecha inicio de operaciones: 12 DE MARZO DE 2019",
        f"Estatus en el padrón: {csf.status}",
        "Fecha de último cambio de estado: 12 DE MARZO DE 2019",
        "Nombre Comercial:",
        "Datos del domicilio registrado",
        *csf.lines,
        *end(),
        "Actividades Económicas:",
        "Orden Actividad Económica Porcentaje Fecha Inicio Fecha Fin",
        "1 Panificación tradicional 100 12/03/2019",
        *(["…", *end()] * csf.filler),
        "Regímenes:",
        "Régimen Fecha Inicio Fecha Fin",
        *(" ".join(filter(None, row)) for row in csf.regimes),
        "Obligaciones:",
        "Descripción de la Obligación Descripción Vencimiento Fecha Inicio Fecha Fin",
        "Pago definitivo mensual de IVA. A más tardar el día 17 12/03/2019",
        *end(),
        "Sus datos personales son incorporados y protegidos en los sistemas del SAT",
        "Cadena Original Sello:",
        f"||{csf.issued:%Y/%m/%d}|{csf.chain_rfc or csf.rfc}|CONSTANCIA DE SITUACIÓN FISCAL|2000010888||",
        "Sello Digital: d2VsbCwgd2hhdCBkaWQgeW91IGV4cGVjdA==",
        *csf.extra,
    ]


def pdf_of(csf: Csf) -> bytes:
    """The printed CSF, with its QR code on the first page."""
    return typeset(lines_of(csf), csf.qr.format(csf.rfc) if csf.qr else "")


def typeset(lines: list[str], qr: str = "") -> bytes:
    """Lines as a PDF with a text layer."""
    quoted = [literal(line) for line in lines]
    body = "".join(f"#{line}\\\n" if line != '"\f"' else "#pagebreak(weak: true)\n" for line in quoted)
    picture = ""
    if qr:
        picture = f'#image(bytes({literal(qr_svg(qr).decode())}), format: "svg", width: 4cm)\n'
    made = typst.compile(f'#set page("us-letter")\n#set text(9pt)\n{picture}{body}'.encode())
    assert isinstance(made, bytes)
    return made


def scan() -> bytes:
    """A PDF that is a photograph."""
    out = io.BytesIO()
    Image.new("RGB", (850, 1100), "white").save(out, "PDF")
    return out.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password: its encryption dictionary answers to none that we know."""
    secret = "00" * 32
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
        f"<< /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    trailer = f"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<{secret}> <{secret}>] >>"
    out += f"xref\n0 5\n0000000000 65535 f \n{table}trailer\n{trailer}\n".encode()
    return out + f"startxref\n{out.index(b'xref')}\n%%EOF\n".encode()
