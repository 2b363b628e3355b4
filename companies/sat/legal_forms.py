"""The forms that a Mexican company may have («régimen societario»), and the words that go with them.

People and notaries combine the parts freely: form · object · liability · public interest · microindustria ·
capital · licence · financial group · state. Their words stand in companies/sat/legal_words.py;
companies/sat/without_legal_form.py reads names with what comes out of here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from companies.sat.legal_words import (
    ADDED_WORDS,
    ADDITIONS,
    COMPLETE,
    COMPLETE_WORDS,
    COMPLETING,
    GROUP,
    INCOMPLETE,
    OBJECT_NOUNS,
    OBJECTS,
    QUALITIES,
    SECOND_STATES,
    SHORTER,
    STATES,
    UNDER_WAY,
)

# «DE» also as «D.» and «D. E.», which people who dot everything write.
_LINKS: Final = {"DE": r"(?:D[.\s]{0,2}E|D(?=[.\s]))", "EN": "EN", "POR": "POR", "Y": "Y"}
# What stands between two words of a form, and between two letters of one: «S/A», «S - A», «S,A,». A comma
# and a blank are an enumeration («VITAMINAS A, C»).
_GAP = r"[.,/\s-]{1,4}"
_LETTER_GAP = r"(?:[./\s-]{0,3}|,)"
_END = r"(?![\w&])"
# A form may be glued to its «de»: «SADECV».
_FORM_END = rf"(?:{_END}|(?=DE[.,/\s-]*\w))"
_OF = rf"(?:(?:{_LINKS['DE']}|Y(?:[./\s-]{{1,3}}O(?=[.,/\s-]))?)(?:{_GAP})?){{1,2}}"
_BEFORE_LIABILITY = rf"(?=[.,/()\s-]+(?:{_OF})?R(?:ESP\w*|[./\s-]*[LIS]){_END})"
# The words of a group's own name, and the most that there are.
_GROUPS_WORD = r"[\w&+×]+"
_WORDS_BEFORE, _WORDS_BEHIND = 3, 6
# The words that an object has behind its first.
_WORDS_OF_AN_OBJECT = 4


@dataclass(frozen=True)
class Part:
    """One part of a suffix, and how it is written."""

    name: str
    pattern: re.Pattern[str]
    # Whether a suffix may begin with it.
    begins: bool = False
    # True: makes the suffix whole. False: asks for something that does. None: neither.
    completes: bool | None = None
    in_words: bool = False


def _letters(abbreviation: str) -> str:
    """«SA» also as «S.A.», «S. A.», «S A»; «S DE RL» also as «S.DE R.L.», «SDERL»."""
    words = abbreviation.split()
    written = [_LINKS.get(word) or _LETTER_GAP.join(word) for word in words]
    if words[-2:] == ["POR", "A"]:
        written[-1] = "A(?:CC(?:IONES)?)?"
    # Glued together only where no ordinary word comes of it.
    gap = f"(?:{_GAP})?" if words[-1] in COMPLETING else _GAP
    return gap.join(written)


def _words(text: str) -> str:
    shorter = re.sub("[A-ZÑ]+", lambda word: SHORTER.get(word[0], word[0]), text)
    return shorter.replace(" ?", r"\s?").replace(" ", _GAP)


def _patterns(
    names: Mapping[str, str], before: str, behind: str
) -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Name, pattern, and whether it is the one in words."""
    for name, in_words in names.items():
        yield name, re.compile(before + _letters(name) + behind), False
        if in_words:
            yield name, re.compile(before + _words(in_words) + behind), True


def _forms() -> Iterator[Part]:
    for names, completes in ((COMPLETE, True), (INCOMPLETE, False)):
        for name, pattern, in_words in _patterns(names, "", _FORM_END):
            yield Part(name, pattern, begins=True, completes=completes, in_words=in_words)
    for name, text in COMPLETE_WORDS.items():
        pattern = re.compile(_words(text) + _FORM_END)
        yield Part(name, pattern, begins=True, completes=True, in_words=True)


def _rest() -> Iterator[Part]:
    for name, pattern, _ in _patterns(COMPLETING, f"(?:{_OF})?", _FORM_END):
        yield Part(f"DE {name}", pattern, completes=True)
    for name, pattern, in_words in _patterns(OBJECTS, _OF, _END):
        yield Part(f"DE {name}", pattern, completes=False if in_words else None)
    for name, pattern, _ in _patterns(OBJECTS, "", _BEFORE_LIABILITY):
        yield Part(f"DE {name}", pattern)
    for name, pattern, _ in _patterns(ADDITIONS, "", _END):
        yield Part(name, pattern)
    for name, text in ADDED_WORDS.items():
        yield Part(name, re.compile(_words(text) + _END))
    yield from _states()


def _states() -> Iterator[Part]:
    """«En liquidación», «en estado de quiebra», «en disolución anticipada» and «y liquidación» behind it."""
    how = f"(?: (?:{QUALITIES})){{0,2}}"
    for name, text in STATES.items():
        yield Part(f"EN {name}", re.compile(_words(f"{UNDER_WAY}{text}{how}") + _END))
    for name in SECOND_STATES:
        second = f"(?:[YE] (?:{UNDER_WAY}|DE )?)?{STATES[name]}{how}"
        yield Part(f"Y {name}", re.compile(_words(second) + _END))


def _groups() -> Iterator[Part]:
    """A financial group with no word of its name behind it, with one, with two …

    Each is another part, so that the shortest that leaves only parts behind is found: what follows a
    group's name may be «en liquidación».
    """
    own = rf"(?:{_GROUPS_WORD}{_GAP}){{0,{_WORDS_BEFORE}}}?"
    group = rf"(?:(?:GRUPO|GPO|G){_GAP}(?:FINANCIERO|FINANC|FIN|F)|G{_LETTER_GAP}F)"
    for words in range(_WORDS_BEHIND + 1):
        behind = rf"(?:{_GAP}{_GROUPS_WORD}){{{words}}}"
        yield Part(GROUP, re.compile(own + group + behind + _END))


def _longest_first(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted(parts, key=lambda part: -len(part.pattern.pattern)))


@cache
def forms() -> tuple[Part, ...]:
    """What a suffix may begin with: «Sociedad Anónima Bursátil» before «Sociedad Anónima».

    Made at the first use: 300 patterns are some 40 ms, which not every command has to wait for.
    """
    return _longest_first(_forms())


@cache
def any_form() -> re.Pattern[str]:
    """What all forms begin with, in one pattern: most words of most names are told from them at once."""
    return re.compile("|".join(part.pattern.pattern for part in forms()))


@cache
def parts() -> tuple[Part, ...]:
    """All that a suffix may consist of."""
    # What a cooperative is for is not always one of OBJECTS.
    other_object = re.compile(rf"{_OF}[A-Z](?:[./\s-]?[A-Z]){{0,3}}{_BEFORE_LIABILITY}")
    others = (Part("DE …", other_object), Part("DE …", re.compile(_objects_in_words())))
    # A group last: what may be its own name is more often another part.
    return (*_longest_first([*forms(), *_rest()]), *others, *_groups())


def _objects_in_words() -> str:
    """«De producción agrícola y pesquera», «de prod. agrop.», «de servicios turísticos».

    Only before a liability, and no other form among the words: a civil association's services are its name.
    """
    word = rf"(?!S(?:OC\w*)?{_END})[A-ZÑ]{{3,}}"
    more = rf"(?:{_GAP}(?:(?:Y|E|O|DE){_GAP}){{0,2}}{word}){{0,{_WORDS_OF_AN_OBJECT}}}"
    return rf"{_OF}(?:{OBJECT_NOUNS}){more}{_BEFORE_LIABILITY}"


@cache
def alone() -> tuple[Part, ...]:
    """Parts that are no company's name: «AC», «S de RL», «Sociedad Anónima», «CV».

    Not the licences: «IBM» and «ART» are names as well.
    """
    pieces = frozenset({"S", "RL", "DE RL"})
    completing = {f"DE {name}" for name in COMPLETING}
    states = {f"EN {name}" for name in STATES}
    return tuple(
        part
        for part in parts()
        if (part.begins and part.completes) or part.name in pieces | completing | states
    )
