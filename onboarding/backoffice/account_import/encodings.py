"""Which letters the bytes of a CSV are: every reading is scored by how likely its words are in Spanish.

Excel writes a CSV as Windows, «MS-DOS» or «Macintosh» and says nowhere which, and in each of them nearly
every byte is some letter of the others. What tells them apart is where a letter stands: «MU¥OZ», «AZéCAR»
and «Jos╔» are no words. Where that does not decide, `sure` is False and a person is asked.

No Django here: the child that takes sheets apart imports this module.
"""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial

SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
# Of names from elsewhere: Citroën, François, São.
FOREIGN = frozenset("àâäãåæçèêëìîïòôöõøùûýÿßœšžÀÂÄÃÅÆÇÈÊËÌÎÏÒÔÖÕØÙÛÝŸŒŠŽ")
# Marks that a text may well have, around its words.
MARKS = frozenset("¿¡«»“”‘’–—…°ºª€´\xa0")
RARE_MARKS = frozenset("£©®™·•§¢¥¤¹²³×÷½¼¾¬†‡¶¦±")
# Within a word: O’Higgins, O´Donnell, Col·legi.
WITHIN = frozenset("’´·")
LOST = "\ufffd"

# Points for one letter, from certainly wrong to certainly right.
WRONG, ODD, HARDLY, DULL, RIGHT = -2.0, -1.0, -0.3, 0.1, 1.0
# A reading is beyond doubt when it scores so much itself, and so much more than the next one.
ENOUGH, AHEAD = 0.05, 0.6
# A repair is proposed only where it makes Spanish words.
CONVINCING = 0.3
# Different words that are looked at; samples that a person is shown, and how long each may be.
MOST_WORDS, SAMPLES, SAMPLE_LENGTH = 20_000, 3, 160
# Where MS-DOS ends a text.
DOS_END = "\x1a"
# Bytes that may happen to be well-formed UTF-8.
FEW = 6

UTF8, WINDOWS, MAC, DOS = "utf-8", "cp1252", "mac_roman", "cp850"
MIXED, TWICE = "mixed", "twice"
# Bytes a letter. What is left at the end of a file is half a letter, or a line end that some program added.
WIDTHS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
WIDE = tuple(WIDTHS)
# What a person is asked to choose among.
NAMES = {
    UTF8: "UTF-8",
    WINDOWS: "Windows (ANSI)",
    MAC: "Macintosh",
    DOS: "MS-DOS",
    MIXED: "UTF-8 con letras de Windows",
    TWICE: "UTF-8 guardado dos veces",
    **{wide: f"Unicode ({wide[:6].upper()})" for wide in WIDE},
}

# A word with something beyond ASCII. Looked for at the beginnings of words alone and never further than a
# word is long, so that its time is linear.
_ENDS = r"""\ \t\r\n,;|"0-9"""
_WORD = re.compile(rf"""(?<![^{_ENDS}])[^{_ENDS}\x80-\U0010ffff]{{0,80}}+[^\x00-\x7f][^{_ENDS}]{{0,80}}""")
_STRAY = re.compile("[\udc80-\udcff]+")
_LINE = re.compile(r"\r\n|\r|\n")
# The mark of UTF-32 begins as that of UTF-16 does: the longer ones first.
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class DecodedText:
    """A text, the reading that made it, whether it is beyond doubt, and the other readings to choose from."""

    text: str
    reading: str
    sure: bool = True
    others: tuple[str, ...] = ()


def decode(data: bytes, wanted: str = "") -> DecodedText:
    """The text of a CSV, in the reading that was `wanted` or else in the likeliest one."""
    if wide := _wide(data):
        whole = data[: len(data) - len(data) % WIDTHS[wide]]
        return DecodedText(whole.decode(wide, "replace").removeprefix("\ufeff").rstrip(DOS_END), wide)
    data = data.rstrip(DOS_END.encode()).removeprefix(b"\xef\xbb\xbf")
    if data.isascii():
        return DecodedText(data.decode("ascii"), UTF8)
    readings = {name: text for name in _possible(data) if (text := _read(data, name)) is not None}
    scored = sorted(readings, key=lambda name: -_score(readings[name]).mean)
    if wanted in readings:
        best, sure = wanted, True
    else:
        best = scored[0]
        sure = _beyond_doubt(best, readings, scored)
    others = [name for name in scored if readings[name] != readings[best]]
    return DecodedText(readings[best], best, sure, tuple(dict.fromkeys(others)))


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32, by its mark or by the zeros that a Western text in it is full of; else empty."""
    for mark, wide in _WIDE:
        if data.startswith(mark):
            return wide
    start = data[:4000]
    zeros = [start[place::4].count(0) * 10 > len(start[place::4]) * 9 for place in range(4)]
    if zeros.count(True) == 3:
        return "utf-32-be" if zeros[0] else "utf-32-le"
    low, high = start[::2].count(0), start[1::2].count(0)
    if max(low, high) * 3 < len(start) or min(low, high) * 10 > max(low, high):
        return ""
    return "utf-16-le" if high > low else "utf-16-be"


def _possible(data: bytes) -> tuple[str, ...]:
    try:
        data.decode()
    except UnicodeDecodeError:
        return (MIXED, WINDOWS, MAC, DOS) if _mostly_utf8(data) else (WINDOWS, MAC, DOS)
    return (UTF8, TWICE, WINDOWS, MAC, DOS) if _by_chance(data) else (UTF8, TWICE)


def _by_chance(data: bytes) -> bool:
    """Whether a text is UTF-8 by mere chance, as «Íñigo» of MS-DOS is: a few pairs that make no word."""
    beyond = data.translate(None, bytes(range(0x80)))
    return len(beyond) <= FEW and max(beyond) < 0xE0 and _score(data.decode()).mean < 0


def _mostly_utf8(data: bytes) -> bool:
    """Whether more than half of what is beyond ASCII is well-formed UTF-8: in other texts hardly any is."""
    stray = sum(map(len, _STRAY.findall(_escaped(data))))
    return stray * 2 < len(data.translate(None, bytes(range(0x80))))


def _read(data: bytes, reading: str) -> str | None:
    """The text in one reading; None where there is nothing to read so."""
    if reading == MIXED:
        return _STRAY.sub(_stray, _escaped(data))
    if reading == TWICE:
        text = data.decode()
        repaired = repair_twice(text)
        return repaired if repaired != text else None
    return data.decode(reading, "replace")


def _stray(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode(WINDOWS, "replace")


# --- text that was read wrongly once and then saved


@cache
def _twice() -> tuple[tuple[re.Pattern[str], str], ...]:
    """How «Ñ» looks whose UTF-8 was taken for another reading's letters: «Ã‘», «√ë», «├æ»."""
    patterns = []
    for codec in (WINDOWS, "latin-1", MAC, DOS):
        lead = "".join(bytes([each]).decode(codec) for each in (0xC2, 0xC3))
        rest = "".join(bytes([each]).decode(codec, "ignore") for each in range(0x80, 0xC0))
        patterns.append((re.compile(f"[{re.escape(lead)}][{re.escape(rest)}]"), codec))
    return tuple(patterns)


def repair_twice(text: str) -> str:
    """`text` without the letters that were made two of; as it is when there are none."""
    for pattern, codec in _twice():
        text = pattern.sub(partial(_joined, codec=codec), text)
    return text


def _joined(pair: re.Match[str], codec: str) -> str:
    letter = pair[0].encode(codec).decode("utf-8", "ignore")
    return letter if letter in SPANISH | MARKS | FOREIGN else pair[0]


def looks_odd(text: str) -> bool:
    """Whether something in a text stands where it hardly belongs: «MU¥OZ», «Jos╔»."""
    return not text.isascii() and any(points <= ODD for points in _points(text))


def looks_wrong(text: str) -> bool:
    """Whether something in a text is no letter of any word."""
    return not text.isascii() and any(points <= WRONG for points in _points(text))


def likelier(text: str) -> str:
    """What a text was before it was read wrongly («MU¥OZ» was «MUÑOZ»); empty when nothing is likely."""
    if not looks_odd(text):
        return ""
    found = [repair_twice(text)]
    for wrong in (WINDOWS, MAC, DOS):
        for right in (WINDOWS, MAC, DOS):
            try:
                found.append(text.encode(wrong).decode(right))
            except UnicodeError:
                continue
    best = max(found, key=lambda each: _score(each).mean)
    good = _score(best)
    return best if good.worst > HARDLY and good.mean > CONVINCING else ""


# --- how likely a text is


@dataclass(frozen=True)
class _Likelihood:
    mean: float
    worst: float


def _score(text: str) -> _Likelihood:
    """The mean and the worst of the points of all letters beyond ASCII; a text without any is neither."""
    total, count, worst = 0.0, 0, RIGHT
    for word, times in Counter(_WORD.findall(text)).most_common(MOST_WORDS):
        for points in _points(word):
            total, count, worst = total + points * times, count + times, min(worst, points)
    return _Likelihood(total / count if count else 0.0, worst)


def _points(word: str) -> Iterator[float]:
    for position, char in enumerate(word):
        if char > "\x7f":
            yield _point(word, position, char)


def _point(word: str, position: int, char: str) -> float:
    left, right = word[:position], word[position + 1 :]
    inside = left[-1:].isalpha() and right[:1].isalpha()
    if char in MARKS or char in RARE_MARKS:
        if inside:
            return HARDLY if char in WITHIN else ODD
        return DULL if char in MARKS else HARDLY
    if not _is_latin(char):
        return WRONG
    run = _letters_at_end(left) + char + _letters_at_end(right[::-1])[::-1]
    if not (run.islower() or run.isupper() or (run[0].isupper() and run[1:].islower())):
        return ODD
    if char in SPANISH:
        return RIGHT if len(run) > 1 else DULL
    return DULL if char in FOREIGN else HARDLY


@lru_cache(maxsize=2048)
def _is_latin(char: str) -> bool:
    # ƒ and ı are what an É or an Õ of other readings looks like.
    return char in SPANISH or char in FOREIGN or ("LATIN" in unicodedata.name(char, "") and char not in "ƒı")


def _letters_at_end(text: str) -> str:
    """The letters that a text ends with."""
    kept = len(text)
    while kept and text[kept - 1].isalpha():
        kept -= 1
    return text[kept:]


def _beyond_doubt(best: str, readings: dict[str, str], scored: list[str]) -> bool:
    if best == UTF8 and WINDOWS not in readings:
        return TWICE not in readings
    if best in (MIXED, TWICE):
        return False
    own, rest = _score(readings[best]), [name for name in scored[1:] if readings[name] != readings[best]]
    ahead = all(own.mean - _score(readings[name]).mean >= AHEAD for name in rest)
    return own.mean >= ENOUGH and own.worst > ODD and ahead


def samples(data: bytes, readings: tuple[str, ...], separator: str) -> dict[str, list[str]]:
    """For each reading the same few rows, those that tell most: what the choice changes stands in them."""
    texts = {name: _LINE.split(text) for name in readings if (text := _plain(data, name)) is not None}
    first = next(iter(texts.values()))
    # A line that is no UTF-8 is what makes a doubt of a text that else is.
    stray = {number for number, line in enumerate(_LINE.split(_escaped(data))) if _STRAY.search(line)}

    def tells_little(number: int) -> tuple[bool, bool, float, int]:
        line = first[number]
        return number == 0, number not in stray, min(_points(line)), -len({*line})

    odd = sorted((number for number, line in enumerate(first) if not line.isascii()), key=tells_little)
    return {
        name: [_shown(lines[number], separator) for number in sorted(odd[:SAMPLES]) if number < len(lines)]
        for name, lines in texts.items()
    }


def _escaped(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _plain(data: bytes, reading: str) -> str | None:
    return _read(data.rstrip(DOS_END.encode()).removeprefix(b"\xef\xbb\xbf"), reading)


def _shown(line: str, separator: str) -> str:
    cells = (" ".join(cell.strip('" ').split()) for cell in line.split(separator))
    return " · ".join(cell for cell in cells if cell)[:SAMPLE_LENGTH]
