"""Constancias printed at the coordinates of the SAT's original, wrapped and broken as there."""

import math
from collections.abc import Iterable

from companies.csf.folding import fold
from tests.companies.csf.canvas import Canvas, width_of, wrapped
from tests.companies.csf.constancias import LAST_QR, Csf, Domicile

# A page's content may be turned, and the page's /Rotate turn it back: the matrix for each turn.
TURNED = {90: "0 1 -1 0 792 0", 180: "-1 0 0 -1 612 792", 270: "0 -1 1 0 0 612"}


def pdf_of(csf: Csf) -> bytes:
    """The printed CSF, with its QR code on the first page."""
    printer = _Printer(csf)
    printer.print_all()
    layout = csf.layout
    return printer.canvas.pdf(
        rotate=layout.rotate or (layout.turned and 360 - layout.turned if layout.turned != 180 else 180),
        crop=layout.crop,
        turned=TURNED[layout.turned] if layout.turned else _lying(layout.askew, layout.scale),
    )


def _lying(degrees: float, scale: float) -> str:
    """The matrix of a page that was scanned askew, or printed smaller."""
    if not degrees and scale == 1:
        return ""
    cos, sin = (part(math.radians(degrees)) * scale for part in (math.cos, math.sin))
    return f"{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} 12 12"


class _Printer:
    """Prints one Constancia, section after section; knows how far down the page it is."""

    LEFT, RIGHT, VALUES, BOTTOM = 43.2, 311.9, 235.0, 740.0
    TOP = 126.0

    def __init__(self, csf: Csf) -> None:
        self.csf, self.layout = csf, csf.layout
        self.canvas = Canvas(mode=3 if self.layout.ocr else 0)
        self.y, self.printed, self.page = self.TOP, 0, 0

    def print_all(self) -> None:
        """All of it."""
        if self.layout.cover:
            self.text(60, 90, self.layout.cover)
            self.canvas.next_page()
        self.begin_page()
        self.head()
        self.identification()
        if address := self.csf.address:
            self.domicile(address)
        self.next_page()
        self.activities()
        self.regimes()
        self.obligations()
        self.chain()

    # --- texts

    def text(self, x: float, y: float, text: str, *, bold: bool = False, size: float = 8) -> None:
        """A text as it is, or as an OCR layer has it: word by word, none quite where it should be."""
        text = text if self.layout.colons or not bold else text.removesuffix(":")
        text = text.upper() if self.layout.capitals else text
        if self.layout.letters:
            for letter in text:
                self.canvas.text(x, y, letter, bold=bold, size=size)
                x += width_of(letter, size) * (1.06 if bold else 1)
            return
        if not self.layout.ocr:
            self.canvas.text(x, y, text, bold=bold, size=size)
            return
        for word in text.split():
            self.printed += 1
            self.canvas.text(
                x, y + (self.printed % 5 - 2) * 0.4, fold(word) if word.isupper() else _bare(word), size=size
            )
            x += width_of(f"{word} ", size)

    def begin_page(self) -> None:
        """The number that every page bears, and perhaps a watermark."""
        self.page += 1
        self.text(500, 774, f"Página [{self.page}] de [3]", size=7.9)
        for page, x, y, text in self.layout.stamps:
            if page == self.page:
                self.text(x, y, text, size=10)
        if self.layout.watermark:
            self.canvas.aslant(150, 600, self.layout.watermark, 40)
        self.y = self.TOP

    def next_page(self) -> None:
        """Goes on at the top of a new page."""
        self.canvas.next_page()
        self.begin_page()

    # --- the first page

    def head(self) -> None:
        """The Cédula on the left, place and date on the right."""
        csf, text = self.csf, self.text
        if csf.qr_content:
            self.canvas.qr(csf.qr_content, 54, 290, 105)
        text(68.7, 126, "CÉDULA DE IDENTIFICACIÓN FISCAL", bold=True, size=10.1)
        text(189, 185, csf.rfc)
        if self.layout.split_head:
            text(186, 196, "Registro Federal de", size=7.9)
            text(194, 205, "Contribuyentes", size=7.9)
        else:
            text(176, 196, "Registro Federal de Contribuyentes", size=7.9)
        name = csf.full_name if csf.head_name is None else csf.head_name
        for number, line in enumerate(wrapped(name, 8, 120)):
            text(161, 215 + 8.5 * number, line)
        y = max(247, 215 + 8.5 * len(wrapped(name, 8, 120)) + 6)
        text(165, y, "Nombre, denominación o razón", size=7.9)
        text(211, y + 8, "social")
        text(186, y + 19, "idCIF: 15010000001")
        text(171, y + 27, "VALIDA TU INFORMACIÓN")
        text(207, y + 37, "FISCAL")
        text(334, 179, "CONSTANCIA DE SITUACIÓN FISCAL", bold=True, size=12)
        text(382, 218, "Lugar y Fecha de Emisión", size=10.1)
        for number, line in enumerate(wrapped(csf.place_and_date, 10.3, 250)):
            text(308, 231 + 12 * number, line, bold=True, size=10.3)
        text(410, 287, csf.rfc)

    def identification(self) -> None:
        """Labels on the left, values in a column of their own."""
        self.text(202, 320, "Datos de Identificación del Contribuyente:", bold=True, size=10.1)
        self.y = 342
        for label, value in self.csf.who:
            lines = wrapped(value, 8, 330)
            middle = 4.5 * (len(lines) - 1) if self.layout.centred else 0
            self.text(self.LEFT, self.y + middle, label, bold=True, size=7.9)
            for number, line in enumerate(lines):
                self.text(self.VALUES, self.y - 0.5 + 9 * number, line)
            self.y += 21.8 + 9 * (len(lines) - 1)

    def domicile(self, address: Domicile) -> None:
        """A table of two columns; a cell's label and value run on, and wrap below the label."""
        self.text(230, self.y + 10, self.layout.heading, bold=True, size=10.1)
        self.y += 33
        rows = address.rows
        last = next(number for number, row in enumerate(rows) if row[0][0] == "Y Calle:")
        for number, row in enumerate(rows):
            if self.y > self.BOTTOM or (number == last and self.layout.break_before_last_row):
                self.next_page()
            heights = [
                self.cell(x, right, *pair) for (x, right), pair in zip(self.columns, row, strict=False)
            ]
            self.y += 21.8 + 9 * (max(heights) - 1)

    @property
    def columns(self) -> tuple[tuple[float, float], ...]:
        """From where to where the two cells of a row go."""
        return (self.LEFT, 306.0), (self.RIGHT, 575.0)

    def cell(self, left: float, right: float, label: str, value: str) -> int:
        """Prints a cell; returns its lines."""
        labels = wrapped(label, 7.9, 110 if self.layout.narrow_labels else 1000)
        for number, line in enumerate(labels):
            self.text(left, self.y + 9 * number, line, bold=True, size=7.9)
        start = left + width_of(labels[-1], 7.9) * 1.06 + self.layout.gap
        lines = wrapped(value, 8, right - left, right - start)
        for number, line in enumerate(lines):
            down = 9 * (number + len(labels) - 1)
            self.text(start if number == 0 else left, self.y - 0.6 + down, line)
        return len(labels) + len(lines) - 1

    # --- the tables

    def activities(self) -> None:
        """«Actividades Económicas», which looks like the table of régimenes and is none."""
        self.table_head(
            "Actividades Económicas:", 241, ((45, "Orden"), (176, "Actividad Económica"), (377, "Porcentaje"))
        )
        for number, line in enumerate(
            wrapped("Panificación tradicional y elaboración de pasteles finos", 8, 150)
        ):
            self.text(85, self.y + 9 * number, line)
        for x, text in ((38, "1"), (372, "100"), (448, "12/03/2019")):
            self.text(x, self.y, text)
        self.y += 43

    def table_head(self, heading: str, x: float, columns: Iterable[tuple[float, str]]) -> None:
        """A heading, and the names of the columns below it."""
        self.text(x, self.y, heading, bold=True, size=10.1)
        self.y += 19
        if heading == "Regímenes:" and self.layout.break_below_heading:
            self.next_page()
        for left, name in (*columns, (440, "Fecha Inicio"), (516, "Fecha Fin")):
            self.text(left, self.y, name, bold=True, size=10.1)
        self.y += 17

    def regimes(self) -> None:
        """The table of régimenes."""
        if self.layout.new_page_for_regimes:
            self.next_page()
        self.table_head("Regímenes:", 272, ((215, "Régimen"),))
        for number, (name, start, end) in enumerate(self.csf.regimes):
            if number and self.layout.break_inside_regimes:
                self.next_page()
            lines = wrapped(name, 8, self.layout.regime_width)
            for row, line in enumerate(lines):
                self.text(41, self.y + 9 * row, line)
            down = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[self.layout.dates] * 9 * (len(lines) - 1)
            self.text(448, self.y + down, start)
            self.text(516, self.y + down, end)
            self.y += 16 + 9 * (len(lines) - 1)

    def obligations(self) -> None:
        """«Obligaciones», with dates of its own."""
        self.y += 14
        self.table_head(
            "Obligaciones:", 262, ((43, "Descripción de la Obligación"), (250, "Descripción Vencimiento"))
        )
        self.text(43, self.y, "Pago definitivo mensual de IVA.")
        self.text(250, self.y, "A más tardar el día 17 del mes inmediato posterior")
        self.text(448, self.y + 9, "12/03/2019")
        self.y += 30

    def chain(self) -> None:
        """The small print, the chain and the seal."""
        self.text(
            42,
            self.y,
            "Sus datos personales son incorporados y protegidos en los sistemas del SAT",
            bold=True,
        )
        self.y += 16
        self.text(47, self.y, "Cadena Original Sello:", bold=True, size=7.9)
        for number, line in enumerate(wrapped(self.csf.chain, 8, 330)):
            self.text(147, self.y - 1 + 11 * number, line)
        self.text(47, self.y + 30, "Sello Digital:", bold=True, size=7.9)
        self.text(147, self.y + 29, "d2VsbCwgd2hhdCBkaWQgeW91IGV4cGVjdA==")
        self.next_page()
        if self.csf.qr_content:
            self.canvas.qr(LAST_QR.format(self.csf.rfc), 54, 300, 105)


def _bare(word: str) -> str:
    """Without accents and Ñ, as an OCR program writes that has never read Spanish; case stays."""
    return "".join(
        plain if char.isupper() else plain.lower() for char, plain in zip(word, fold(word), strict=True)
    )
