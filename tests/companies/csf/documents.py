"""The same as running text, the SAT's other documents, and files that are none of them."""

import io

import typst
from PIL import Image

from companies.documents.typesetting import literal
from facturamos.qr import qr_svg
from tests.companies.csf.canvas import Canvas, file_of, qr_picture, wrapped
from tests.companies.csf.constancias import Csf, Domicile


def lines_of(csf: Csf) -> list[str]:
    """Every printed line, as a program writes it that knows no tables; «\\f» is a page's end."""
    return [
        "CÉDULA DE IDENTIFICACIÓN FISCAL",
        csf.rfc,
        "Registro Federal de Contribuyentes",
        csf.full_name if csf.head_name is None else csf.head_name,
        "Nombre, denominación o razón social",
        "idCIF: 15010000001",
        "VALIDA TU INFORMACIÓN FISCAL",
        "CONSTANCIA DE SITUACIÓN FISCAL",
        "Lugar y Fecha de Emisión",
        csf.place_and_date,
        csf.rfc,
        "Datos de Identificación del Contribuyente:",
        *(f"{label} {value}".strip() for label, value in csf.who),
        *_address_lines(csf),
        "Página [1] de [3]",
        "\f",
        "Actividades Económicas:",
        "Orden Actividad Económica Porcentaje Fecha Inicio Fecha Fin",
        "1 Panificación tradicional 100 12/03/2019",
        "Regímenes:",
        "Régimen Fecha Inicio Fecha Fin",
        *(" ".join(filter(None, row)) for row in csf.regimes),
        "Obligaciones:",
        "Descripción de la Obligación Descripción Vencimiento Fecha Inicio Fecha Fin",
        "Pago definitivo mensual de IVA. A más tardar el día 17 12/03/2019",
        "Página [2] de [3]",
        "\f",
        "Sus datos personales son incorporados y protegidos en los sistemas del SAT",
        "Cadena Original Sello:",
        csf.chain,
        "Sello Digital: d2VsbCwgd2hhdCBkaWQgeW91IGV4cGVjdA==",
    ]


def _address_lines(csf: Csf) -> list[str]:
    if csf.address is None:
        return []
    rows = (" ".join(f"{label} {value}".strip() for label, value in row) for row in csf.address.rows)
    return [csf.layout.heading, *rows]


def typeset(lines: list[str], qr: str = "") -> bytes:
    """Lines as a PDF with a text layer, one below the other."""
    quoted = [literal(line) for line in lines]
    body = "".join(f"#{line}\\\n" if line != '"\f"' else "#pagebreak(weak: true)\n" for line in quoted)
    picture = ""
    if qr:
        picture = f'#image(bytes({literal(qr_svg(qr).decode())}), format: "svg", width: 4cm)\n'
    made = typst.compile(f'#set page("us-letter")\n#set text(9pt)\n{picture}{body}'.encode())
    assert isinstance(made, bytes)
    return made


# --- the SAT's other documents


def cedula_of(csf: Csf) -> bytes:
    """The Cédula de Datos Fiscales: name, RFC, régimen and postal code, and no more of the address."""
    canvas = Canvas()
    canvas.text(200, 90, "CÉDULA DE DATOS FISCALES", bold=True, size=12)
    y = 140.0
    for label, value in (
        ("RFC:", csf.rfc),
        ("Nombre, denominación o razón social:", csf.full_name),
        ("Código Postal:", csf.address.postal_code if csf.address else ""),
        ("Régimen fiscal:", " ".join(name for name, _, end in csf.regimes if not end)),
        ("Fecha de emisión:", f"{csf.issued:%d/%m/%Y}"),
    ):
        canvas.text(60, y, label, bold=True)
        for number, line in enumerate(wrapped(value, 8, 300)):
            canvas.text(230, y + 9 * number, line)
        y += 24 + 9 * (len(wrapped(value, 8, 300)) - 1)
    if csf.qr_content:
        canvas.qr(csf.qr_content, 60, y + 130, 105)
    return canvas.pdf()


def validator_of(csf: Csf) -> bytes:
    """The page of the SAT's validator, printed from a browser: three lists of label and value."""
    canvas, home = Canvas(), csf.address or Domicile()
    canvas.text(60, 60, f"El RFC: {csf.rfc}, tiene asociada la siguiente información.")
    name = (
        [("Denominación o Razón Social:", csf.name), ("Régimen de capital:", "SA DE CV")]
        if isinstance(csf.name, str)
        else [
            ("CURP:", "NUPJ800101HGTXXS09"),
            *zip(("Nombre:", "Apellido Paterno:", "Apellido Materno:"), csf.name, strict=True),
            ("Fecha Nacimiento:", "01-01-1980"),
        ]
    )
    lists = {
        "Datos de Identificación": [
            *name,
            ("Fecha de Inicio de operaciones:", "12-03-2019"),
            ("Situación del contribuyente:", csf.status),
            ("Fecha del último cambio de situación:", "12-03-2019"),
        ],
        "Datos de Ubicación (domicilio fiscal, vigente)": [
            ("Entidad Federativa:", home.state),
            ("Municipio o delegación:", home.municipality),
            ("Colonia:", home.neighborhood),
            ("Tipo de vialidad:", home.street_type),
            ("Nombre de la vialidad:", home.street),
            ("Número exterior:", home.exterior_number),
            ("Número interior:", home.interior_number),
            ("CP:", home.postal_code),
            ("Correo electrónico:", "correo@example.com"),
            ("AL:", "GUANAJUATO 2"),
        ],
        "Características fiscales (vigente)": [
            pair
            for regime, start, end in csf.regimes
            if not end
            for pair in (("Régimen:", regime), ("Fecha de alta:", start.replace("/", "-")))
        ],
    }
    y = 90.0
    for heading, pairs in lists.items():
        canvas.text(60, y, heading, bold=True, size=10)
        for label, value in pairs:
            y += 18
            canvas.text(60, y, label, bold=True)
            for number, line in enumerate(wrapped(value, 8, 260)):
                y += 9 if number else 0
                canvas.text(280, y, line)
        y += 30
    return canvas.pdf()


# --- files that are none


def scan(qr: str = "") -> bytes:
    """A PDF that is a photograph, perhaps of a page with a QR code."""
    page = Image.new("L", (1275, 1650), "white")
    if qr:
        page.paste(qr_picture(qr), (120, 260))
    out = io.BytesIO()
    page.rotate(1.5, fillcolor="white").save(out, "PDF", resolution=150)
    return out.getvalue()


def locked() -> bytes:
    """A PDF that asks for a password: its encryption dictionary answers to none that we know."""
    secret = "00" * 32
    return file_of(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
            f"<< /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >>".encode(),
        ],
        f"/Encrypt 4 0 R /ID [<{secret}> <{secret}>] ",
    )
