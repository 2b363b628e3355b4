"""In what two names differ that people take for one: accents, punctuation, blanks."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from companies.sat.rfc import Persona
from companies.sat.without_legal_form import propose
from facturamos.text import without_accents


class NameDifference(StrEnum):
    """In what two names differ that a person would take for the same; in Spanish, as a list may say it."""

    ACCENTS = "acentos"
    PUNCTUATION = "puntuación"
    BLANKS = "espacios"


def differences(ours: str, theirs: str, persona: Persona | None = None) -> frozenset[NameDifference] | None:
    """In what two names differ, régimen societario and case aside: in nothing, in trifles; None: in letters.

    For the SAT a trifle is an error, too: each name is compared letter for letter. Ñ and N are two letters.
    """
    pair = propose(ours, persona), propose(theirs, persona)
    if pair[0] == pair[1]:
        return frozenset()
    if not _same(pair, _FOLDS.values()):
        return None
    without = {kind: [fold for other, fold in _FOLDS.items() if other != kind] for kind in _FOLDS}
    return frozenset(kind for kind, folds in without.items() if not _same(pair, folds))


def _same(pair: tuple[str, str], folds: Iterable[Callable[[str], str]]) -> bool:
    ours, theirs = pair
    for fold in folds:
        ours, theirs = fold(ours), fold(theirs)
    return ours == theirs


def _without_punctuation(name: str) -> str:
    return "".join(char for char in name if char in "&#%@" or unicodedata.category(char)[0] != "P")


def _without_blanks(name: str) -> str:
    return "".join(name.split())


_FOLDS: Mapping[NameDifference, Callable[[str], str]] = {
    NameDifference.ACCENTS: without_accents,
    NameDifference.PUNCTUATION: _without_punctuation,
    NameDifference.BLANKS: _without_blanks,
}
