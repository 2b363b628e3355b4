"""The words of a PDF's page with their places: turned, cut, or printed letter by letter.

Work on hostile data: it runs in the child process of companies/csf/reading.py.
"""

import ctypes
import math
import statistics
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium_c

from companies.csf.placed_words import ADVANCE, USUAL_SIZE, PdfWord, Seen, lines_of

# The SAT's has about five thousand; a page full of text as many.
MAX_CHARACTERS = 60_000
# No name and no number is one word as long as this.
MAX_WORD = 120
# Text at another angle than most, in radians, is a stamp or a watermark.
ASLANT = 0.2
# Nobody prints so near to the edge, in points: a page was cut there.
NEAR_EDGE = 3.0
# As long as a word of the SAT's is, in points: where less room is left, the next one may have stood.
LONG_WORD = 90.0
# So many words tell how a page was printed. Running text has fewer short ones than this part.
FEW_WORDS, MOST_ARE_SHORT = 5, 0.7
# More room between two letters, in parts of the type's size, parts two words.
LETTER_GAP = 0.15
# fi, fl and the like, which some programs print as one character.
LIGATURES = ("\ufb00", "\ufb06")
# What a browser prints before an item of a list.
BULLETS = frozenset("•◦▪▫‣●○■□")


class _Placed(NamedTuple):
    """A word in the page's own coordinates: where its first and last characters begin, the last one's box."""

    text: str
    first: tuple[float, float]
    last: tuple[float, float]
    box: tuple[float, float, float, float]
    # The direction in which its first character stands.
    upright: float = 0.0

    @property
    def angle(self) -> float:
        """Its direction; exact enough for a page that was scanned askew."""
        if self.first == self.last:
            return self.upright
        return math.atan2(self.last[1] - self.first[1], self.last[0] - self.first[0])

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """Those of the last character's box."""
        left, right, bottom, top = self.box
        return (left, bottom), (left, top), (right, bottom), (right, top)

    def seen(self, box: tuple[float, float, float, float]) -> Seen:
        """How much of it stands within the visible part of the page."""
        ends = [_within(box, point, -NEAR_EDGE) for point in (self.first, *self.corners)]
        if all(ends):
            return Seen.WHOLE
        return (
            Seen.PARTLY if any(_within(box, point, 0) for point in (self.first, *self.corners)) else Seen.NOT
        )


def _within(box: tuple[float, float, float, float], point: tuple[float, float], margin: float) -> bool:
    left, bottom, right, top = box
    x, y = point
    return left - margin <= x <= right + margin and bottom - margin <= y <= top + margin


def words_on(page: Any) -> list[PdfWord]:
    """The words of a page, upright whichever way the page and its text are turned. Runs in the child."""
    box = page.get_bbox()
    text = page.get_textpage()  # its raw handle is closed with it
    found = [*_placed(text.raw)]
    by_letters = _is_letter_by_letter(found)
    if by_letters:
        found = [*_letters(text.raw)]
    angle = _usual([word.angle for word in found if by_letters or len(word.text) > 2])
    upright = (word for word in found if len(word.text) <= 2 or abs(_turn(word.angle - angle)) < ASLANT)
    if by_letters:
        upright = (word for word in found if abs(_turn(word.angle - angle)) < ASLANT)
    cos, sin = math.cos(angle), math.sin(angle)
    words = [_turned(word, cos, sin, word.seen(box)) for word in upright]
    return _continued(_joined(words) if by_letters else words, _sides(box, cos, sin))


# --- a page that was printed letter by letter


def _is_letter_by_letter(words: list[_Placed]) -> bool:
    """Whether the reader could make no words of most of the text, or made them backwards.

    On a page that is turned it takes letters that were printed one by one for what they are.
    """
    if len(words) < FEW_WORDS:
        return False
    short = sum(len(word.text) <= 2 for word in words)
    long = [word for word in words if len(word.text) > 2]
    backwards = sum(abs(_turn(word.angle - word.upright)) > math.pi / 4 for word in long)
    # «C:» is no label, but a label's colon that has slipped behind the first letter of its value.
    slipped = sum(len(word.text) == 2 and word.text[0].isalpha() and word.text[1] == ":" for word in words)
    return short > len(words) * MOST_ARE_SHORT or backwards > len(long) / 2 or slipped > 0


def _letters(page: Any) -> Iterator[_Placed]:
    """Every printed character as a word of its own; the spaces come from their distances."""
    measure = _Measure(page)
    for index in range(min(pdfium_c.FPDFText_CountChars(page), MAX_CHARACTERS)):
        char = _char(pdfium_c.FPDFText_GetUnicode(page, index))
        if char and not char.isspace() and not pdfium_c.FPDFText_IsGenerated(page, index):
            yield measure.placed(char, index, index, loose=True)


def _joined(letters: list[PdfWord]) -> list[PdfWord]:
    """Letters put together to words where nothing parts them; a label's colon ends a word."""
    widths = [letter.right - letter.left for letter in letters]
    size = statistics.median(widths) / ADVANCE if widths else USUAL_SIZE
    words: list[PdfWord] = []
    for line in lines_of(letters, 0, size):
        # A label's colon may stand over the first letter of its value.
        first, *others = sorted(line.words, key=lambda letter: letter.left + letter.right)
        begun = [first]
        for letter in others:
            before = begun[-1]
            ends_label = before.text == ":" and begun[-2:-1] and not begun[-2].text.isdigit()
            if ends_label or letter.left - before.right > LETTER_GAP * size:
                words.append(_one(begun))
                begun = []
            begun.append(letter)
        words.append(_one(begun))
    return words


def _one(letters: list[PdfWord]) -> PdfWord:
    seen = {letter.seen for letter in letters}
    return PdfWord(
        unicodedata.normalize("NFC", "".join(letter.text for letter in letters))[:MAX_WORD],
        letters[0].left,
        letters[-1].right,
        letters[0].y,
        seen.pop() if len(seen) == 1 else Seen.PARTLY,
    )


# --- a page that was cut


def _sides(box: tuple[float, float, float, float], cos: float, sin: float) -> tuple[float, float]:
    """From where to where the visible page goes, along the upright text."""
    left, bottom, right, top = box
    along = [x * cos + y * sin for x in (left, right) for y in (bottom, top)]
    return min(along), max(along)


def _continued(words: list[PdfWord], sides: tuple[float, float]) -> list[PdfWord]:
    """Marks what may go on beyond an edge that cuts words, if nothing beyond it is in the file.

    A program that cuts pages may have dropped the words that stood outside.
    """
    left, right = sides
    out = [word for word in words if word.seen is not Seen.WHOLE]
    beyond_left = any(word.seen is Seen.NOT and word.right < left for word in out)
    beyond_right = any(word.seen is Seen.NOT and word.left > right for word in out)
    cut_left = not beyond_left and any(word.left < left + NEAR_EDGE for word in out)
    cut_right = not beyond_right and any(word.right > right - NEAR_EDGE for word in out)
    if not (cut_left or cut_right):
        return words
    marked: list[PdfWord] = []
    for line in lines_of(words, 0, USUAL_SIZE):
        row = list(line.words)
        if cut_left and row[0].left < left + LONG_WORD:
            row[0] = _doubted(row[0])
        if cut_right and row[-1].right > right - LONG_WORD:
            row[-1] = _doubted(row[-1])
        marked += row
    return marked


def _doubted(word: PdfWord) -> PdfWord:
    return replace(word, seen=Seen.PARTLY) if word.seen is Seen.WHOLE else word


# --- which way is up


def _usual(angles: list[float]) -> float:
    """The direction of most of the text."""
    if not angles:
        return 0.0
    quarter = statistics.mode(round(angle / (math.pi / 2)) % 4 for angle in angles) * math.pi / 2
    return quarter + statistics.median(
        turn for angle in angles if abs(turn := _turn(angle - quarter)) <= math.pi / 4
    )


def _turn(angle: float) -> float:
    """An angle between -180 and 180 degrees, in radians."""
    return math.remainder(angle, math.tau)


def _turned(word: _Placed, cos: float, sin: float, seen: Seen) -> PdfWord:
    def along(x: float, y: float) -> float:
        return x * cos + y * sin

    x, y = word.first
    end = max(along(*corner) for corner in word.corners)
    return PdfWord(word.text, round(along(x, y), 2), round(end, 2), round(x * sin - y * cos, 2), seen)


def _placed(page: Any) -> Iterator[_Placed]:
    """The words of a page in no particular order; the colon of a label ends a word."""
    measure = _Measure(page)
    text, begun = "", 0
    count = min(pdfium_c.FPDFText_CountChars(page), MAX_CHARACTERS)
    for index in range(count + 1):
        char = _char(pdfium_c.FPDFText_GetUnicode(page, index)) if index < count else " "
        if not text:
            begun = index
        ends_label = char == ":" and (text[-1:].isalpha() or text.endswith(")"))
        if not char.isspace():
            text += char
        if text and (ends_label or char.isspace()):
            yield measure.placed(text, begun, index if ends_label else index - 1)
            text = ""


@cache
def _char(code: int) -> str:
    """One character; nothing for what nobody sees, which no form and no database would take."""
    char = chr(code)
    if char in BULLETS:
        return " "
    if LIGATURES[0] <= char <= LIGATURES[1]:
        return unicodedata.normalize("NFKC", char)
    return char if char.isspace() or char.isprintable() or unicodedata.combining(char) else ""


class _Measure:
    """Asks where characters of a page's text stand."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.box = tuple(ctypes.c_double() for _ in range(4))
        self.loose = pdfium_c.FS_RECTF()

    def placed(self, text: str, first: int, last: int, *, loose: bool = False) -> _Placed:
        """A word from its first character to its last; `loose` takes in the room around that one."""
        word = unicodedata.normalize("NFC", text)[:MAX_WORD]
        box = self._loose_box(last) if loose else self._box(last)
        # Counted clockwise there.
        upright = -pdfium_c.FPDFText_GetCharAngle(self.page, first)
        return _Placed(word, self._origin(first), self._origin(last), box, upright)

    def _box(self, index: int) -> tuple[float, float, float, float]:
        pdfium_c.FPDFText_GetCharBox(self.page, index, *self.box)
        left, right, bottom, top = (edge.value for edge in self.box)
        return left, right, bottom, top

    def _loose_box(self, index: int) -> tuple[float, float, float, float]:
        pdfium_c.FPDFText_GetLooseCharBox(self.page, index, self.loose)
        return self.loose.left, self.loose.right, self.loose.bottom, self.loose.top

    def _origin(self, index: int) -> tuple[float, float]:
        pdfium_c.FPDFText_GetCharOrigin(self.page, index, self.x, self.y)
        return self.x.value, self.y.value
