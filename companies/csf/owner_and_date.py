"""Whose a Constancia is (RFC, name) and its date: it says each in several places, and they must agree.

Anyone can edit a PDF, and an OCR layer misreads: one witness alone is no proof, and two that disagree are a
reason to look twice.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import islice

from companies.csf import messages
from companies.csf.folding import fold
from companies.csf.placed_words import PdfLine, PdfWord, is_hidden
from companies.csf.qr import SatQr
from companies.csf.result import NOT_FOUND, CsfValue, ValueState
from companies.csf.values import checked, in_capitals
from companies.sat import rfc as rfcs
from companies.sat import without_legal_form
from companies.sat.rfc import RFC, InvalidRFC, Persona

RFC_SHAPE = re.compile(r"(?<![A-ZÑ&0-9])[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}(?![A-ZÑ&0-9])")
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
# How the month is written, too (RAE).
_ALSO_SEPTEMBER = "SETIEMBRE"
# What an OCR program takes for each other.
LOOKALIKES = str.maketrans("ÑOQDILSBZG", "N000115826")
# ||2026/11/06 10:00:00|RFC|CONSTANCIA DE SITUACIÓN FISCAL|number||; before 2026 without the time.
CHAIN = re.compile(
    r"\|\|\s*(\d{4})[/-](\d{2})[/-](\d{2})(?:[ T]*\d{1,2}:\s?\d{2}(?::\s?\d{2})?[^|]{0,8})?\s*"
    r"\|\s*([^|]{1,40}?)\s*\|\s*CONSTANCIA\s+DE\s+SITUACI"
)
_WRITTEN_DATE = re.compile(
    rf"\b(\d{{1,2}})\s+DE\s+({'|'.join((*MONTHS, _ALSO_SEPTEMBER))})\s+DEL?\s+(\d{{4}})\b"
)
_FIGURES = re.compile(r"\b(\d{2})[/-](\d{2})[/-](\d{4})\b")
_PLACE = "LUGAR Y FECHA DE EMISION"
_RFC_BELOW = "REGISTRO FEDERAL DE"
# With a colon it is a label, and the name stands behind it.
_NAME_ABOVE = re.compile(r"NOMBRE, DENOMINACION O RAZON(?! ?SOCIAL ?:)")
# The place and date of issue wrap into this many lines at most.
LINES_OF_A_PLACE = 6
# Of so many constancias in one file.
MOST_PLACES = 3
# Where an accent or a tilde may have stood: an N before a vowel, -ÍA, -ÓN and the like.
_MAY_HAVE_LOST = re.compile(r"N[AEIOU]|I[AO]|[AEIO]N\b")
# The same in an address, where nothing else tells: also «LÓPEZ» and «FÉLIX», «MÉXICO» and «PENÍNSULA».
_PLACE_MAY_HAVE_LOST = re.compile(
    rf"{_MAY_HAVE_LOST.pattern}|[AEIOU][B-DF-HJ-NP-TV-Z]+(?:[AEIO]Z|[EI]X|(?:IC|IM|UL)[AO]S?)\b"
)
# These have none to lose.
_KINDS_OF_STREETS = re.compile(
    r"\b(?:ANDADOR|AVENIDA|BOULEVARD|CALZADA|CARRETERA|CERRADA|CIRCUITO|PRIVADA|RETORNO)\b"
)
_ACCENTED = re.compile(r"[ÁÉÍÓÚÜÑáéíóúüñ]")
# A document is issued in one moment; midnight may lie between its two dates.
SAME_MOMENT = timedelta(days=1)


class Disagreement(Exception):
    """The RFC is not the same everywhere."""


@dataclass(frozen=True)
class CsfEvidence:
    """All that a document says of itself: behind its labels, in its head, in its chain and in its QR code."""

    labelled: Mapping[str, str]
    # The lines above «Datos de Identificación del Contribuyente», and those of the whole document.
    head: Sequence[PdfLine]
    lines: Sequence[PdfLine]
    # What parts two cells of a line, in points.
    gap: float
    code: SatQr | None = None

    @cached_property
    def text(self) -> str:
        """The whole document on one line."""
        return " ".join(line.text for line in self.lines)

    @cached_property
    def without_accents(self) -> bool:
        """Whether it has none of the accents that the SAT's own labels have: an OCR layer's text."""
        return bool(self.lines) and not _ACCENTED.search(self.text)

    def has_lost_accents(self, persona: Persona) -> bool:
        """Whether the name may lack accents that this text has lost, and with it what stands beside it."""
        parts = (self.labelled.get(key) for key in self._name_keys(persona))
        name = " ".join(filter(None, parts)) or self.head_name
        return self.without_accents and bool(_MAY_HAVE_LOST.search(name.upper()))

    def may_lack_accents(self, text: str) -> bool:
        """Whether this text has lost its accents, and a part of an address may be without one therefore."""
        rest = _KINDS_OF_STREETS.sub("", text.upper())
        return self.without_accents and bool(_PLACE_MAY_HAVE_LOST.search(rest))

    # --- whose it is

    def owner(self) -> RFC | None:
        """The RFC; None where there is none. Raises Disagreement.

        Only what has the shape of an RFC is a witness.
        """
        shown = [self.labelled.get("rfc", ""), *(line.text for line in self.head), *self._chained_owners]
        found = {witness for text in shown for witness in _rfcs(text)}
        if self.code:
            found.add(self.code.rfc)
        if self.without_accents:
            found = _as_printed(found, self.code.rfc if self.code else "")
        if len(found) > 1:
            raise Disagreement
        try:
            return rfcs.parse(found.pop()) if found else None
        except InvalidRFC:
            return None

    @cached_property
    def chains(self) -> list[re.Match[str]]:
        """Every cadena original in it: one, if nobody has put two documents together."""
        return [*CHAIN.finditer(fold(self.text))]

    @property
    def _chained_owners(self) -> Iterator[str]:
        # Folded text is as long as the original, which still has its Ñ.
        return (self.text[match.start(4) : match.end(4)] for match in self.chains)

    # --- when it was issued

    def issued_on(self) -> date | None:
        """The date of issue. Raises Disagreement where head and chain give different ones."""
        chained = [found for match in self.chains if (found := _date(*match.groups()[:3]))]
        known = [*chained, *self._dates_in_head(), *self._labelled_date]
        if known and max(known) - min(known) > SAME_MOMENT:
            raise Disagreement
        return known[0] if known else None

    @property
    def _labelled_date(self) -> list[date]:
        # The short forms have it behind a label; a Constancia's runs on below.
        found = date_in(self.labelled.get("issued_on", ""))
        return [found] if found else []

    def _dates_in_head(self) -> Iterator[date]:
        """«BENITO JUAREZ , CIUDAD DE MEXICO A 06 DE NOVIEMBRE DE 2026», which may wrap beside other text."""
        labels = (
            (number, part)
            for number, line in enumerate(self.head)
            for part in line.segments(self.gap)
            if part.folded.startswith(_PLACE)
        )
        for number, label in islice(labels, MOST_PLACES):
            below = self.head[number : number + 1 + LINES_OF_A_PLACE]
            if found := date_in(" ".join(part.text for part in self._column(label, below))):
                yield found

    def _column(self, label: PdfLine, lines: Sequence[PdfLine]) -> list[PdfLine]:
        """What stands below a label, or below what does: the last line of a date may be «2026» alone."""
        column = [label]
        for part in (part for line in lines for part in line.segments(self.gap) if part is not label):
            if any(part.overlaps(above) for above in column):
                column.append(part)
        return column

    # --- what it is called

    def name(self, persona: Persona) -> CsfValue:
        """The name in the table, with the one in the head as its witness."""
        parts = [self.labelled.get(key) for key in self._name_keys(persona)]
        whole, stated, shown = None not in parts, " ".join(filter(None, parts)), self.head_name
        if not stated:
            only_above = _doubtful(shown, messages.NAME_ONLY_IN_HEAD)
            return only_above if shown else (CsfValue.of("") if whole else NOT_FOUND)
        doubt = self._doubt_of_name(stated, shown, persona, whole=whole)
        if doubt or shown:
            return CsfValue(stated, ValueState.DOUBTFUL, doubt) if doubt else CsfValue.of(stated)
        return checked("name", stated, stated, capitals=self.capitals)

    @property
    def capitals(self) -> bool:
        """Whether its values are in capitals, as they should be."""
        return in_capitals(self.labelled.values())

    def _name_keys(self, persona: Persona) -> tuple[str, ...]:
        if persona is Persona.MORAL or "business_name" in self.labelled:
            return ("business_name",)
        return ("given_names", "first_surname", "second_surname")

    def _doubt_of_name(self, stated: str, shown: str, persona: Persona, *, whole: bool) -> str:
        if shown and not _same(stated, shown, persona):
            return messages.NAME_DIFFERS.format(shown)
        if shown and _plain(stated) == _plain(shown) and _letters(stated) != _letters(shown):
            return messages.NAME_DIFFERS_IN_ACCENTS.format(shown)
        if shown and _plain(stated) == _plain(shown) and _spaced(stated) != _spaced(shown):
            return messages.NAME_DIFFERS_IN_SPACES.format(shown)
        if not (whole or shown):
            return messages.NAME_INCOMPLETE
        return messages.NAME_WITHOUT_ACCENTS if self.has_lost_accents(persona) else ""

    @cached_property
    def head_name(self) -> str:
        """The name in the Cédula de Identificación Fiscal on the first page; empty when it is not there."""
        words = self.words_of_head_name
        return "" if is_hidden(words) else " ".join(word.text for word in words)

    @cached_property
    def words_of_head_name(self) -> tuple[PdfWord, ...]:
        """The words of that name, also those that the page no longer shows."""
        parts = [(number, part) for number, line in enumerate(self.head) for part in line.segments(self.gap)]
        above = next((n for n, part in parts if part.folded.startswith(_RFC_BELOW)), None)
        below = next(((n, part) for n, part in parts if _NAME_ABOVE.match(part.folded)), None)
        if above is None or below is None:
            return ()
        between = [part for n, part in parts if above < n < below[0] and part.overlaps(below[1])]
        return tuple(word for part in between if part.folded != "CONTRIBUYENTES" for word in part.words)


def _rfcs(text: str) -> list[str]:
    """What has the shape of an RFC; the chain writes an & as in HTML, some years."""
    return RFC_SHAPE.findall(html.unescape(text).upper())


def _as_printed(found: set[str], in_qr: str) -> set[str]:
    """The RFC that an OCR program has read in several ways, if that is all they differ in.

    The QR code knows best, then the check digit.
    """
    if len({rfc.translate(LOOKALIKES) for rfc in found}) != 1:
        return found
    sound = {in_qr} if in_qr else {rfc for rfc in found if rfcs.check_digit(rfc[:-1]) == rfc[-1]}
    return sound if len(sound) == 1 else found


def date_in(text: str) -> date | None:
    """The first date that is written as «06 DE NOVIEMBRE DE 2026» or 06/11/2026."""
    folded = fold(text)
    if match := _WRITTEN_DATE.search(folded):
        month = match[2].replace(_ALSO_SEPTEMBER, "SEPTIEMBRE")
        return _date(match[3], str(MONTHS.index(month) + 1), match[1])
    if match := _FIGURES.search(folded):
        return _date(match[3], match[2], match[1])
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _same(stated: str, shown: str, persona: Persona) -> bool:
    """Whether both say the same, but for accents and the form of the company."""
    if _plain(stated) == _plain(shown):
        return True
    proposed = (_plain(without_legal_form.propose(name, persona)) for name in (stated, shown))
    return persona is Persona.MORAL and len(set(proposed)) == 1


def _letters(name: str) -> str:
    return re.sub(r"\W", "", name.upper())


def _spaced(name: str) -> list[str]:
    return fold(name).split()


def _plain(name: str) -> str:
    return re.sub(r"[^\w&]", "", fold(name))


def _doubtful(value: str, doubt: str) -> CsfValue:
    return CsfValue(value, ValueState.DOUBTFUL, doubt)
