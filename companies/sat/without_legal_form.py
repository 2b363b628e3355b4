"""The name that the SAT has on record: upper-case and without the régimen societario.

CFDI 4.0 compares the issuer's name with the SAT's record, which leaves out «S.A. DE C.V.» and its
like (Anexo 20, guía de llenado; the refusal is CFDI40139). Certificates carry the suffix, sometimes
twice, and people write it in many ways; companies/sat/legal_forms.py has the parts that it is made of. What
comes out of here is a proposal: the issuer decides. Letters are never changed: an accent, a Ñ or an & is
part of the name.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from companies.sat.capitals import in_capitals
from companies.sat.legal_forms import Part, alone, any_form, forms, parts
from companies.sat.rfc import Persona, persona_of
from facturamos.text import without_accents

type Parts = Sequence[Part]

# How separators are compared: every dot as «.», every quotation mark as «"» … One character for one, so that
# places in the compared text are places in the name.
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("·•∙‧⋅・･․。｡˙●", "."),
        **dict.fromkeys("،、", ","),
        **dict.fromkeys("⁄∕\\|¦", "/"),
        **dict.fromkeys("‐‑⁃−﹣", "-"),
        **dict.fromkeys("―⸺⸻﹘", "—"),
        **dict.fromkeys("«»“”„‟″", '"'),
        **dict.fromkeys("‘’‛´`′", "'"),
        **dict.fromkeys("{<", "("),
        **dict.fromkeys("}>", ")"),
        **dict.fromkeys("_*~", " "),
    }
)
# What stands between the parts of a suffix, and behind the last.
_BETWEEN = frozenset(" .,;:/()[]–—-\"'®™℠")
# Where a suffix may begin: behind a blank or a mark; behind a dot only when that ends a word («U.S.A.»).
_BEGINNING = re.compile(r"""(?:(?<=[\s,;:/()\[\]"–—-])|(?<=[\w)\]"]\w\.)|(?<=[)\]"]\.)|(?<=\s[.']))(?=\w)""")
_LOOSE = re.compile(r"""[\s,;(\["–—]\Z|\s[.']\Z""")
# The initial that a name ends in: one letter, or the last of several that are written together («J.M.»).
_INITIAL = re.compile(r"(?:\A|(?P<together>\w\.)|\s|\.)(?P<letter>\w)(?P<dot>\.?)\s*\Z")
# Parted otherwise than by dots, a short form alone is something else: «A/C», «MODELO S-A», «TALLAS A,C».
_ACCENTED_INITIAL = re.compile(r"(?<!\w)[ÁÉÍÓÚ](?=\.)")
_OTHERWISE = re.compile("A[/,]|[A-Z]-")
_DOTTED_INITIALS = re.compile(r"((?:\w\.){2,3})\s+(?=S)")
# What ends a word, and no abbreviation.
_WHOLE_WORD = re.compile(r"(?<!\w)(?:\w{4,}[AEIOUZ])\.\Z")
# What parts a name from its form goes with the form; the dot of «HNOS.» stays.
_PARTING = re.compile(r"(?:[\s,;:/(\[–—-]|(?<=\s)[.']|\.(?=-))+\Z")
# A name that would end so is a stump: then nothing is proposed.
_HANGING = frozenset({"AL", "CON", "DE", "DEL", "EN", "PARA", "POR", "SIN", "Y", "Y/O", "&"})
_HANGING_WORDS = _HANGING | {"A", "E", "EL", "LA", "LAS", "LOS", "O", "SU", "UNA"}
# No name consists of these and of forms alone: «EL», «LA SOCIEDAD».
_NO_NAMES = _HANGING_WORDS | {"LO", "MI", "NI", "SUS", "U", "UN", "UNAS", "UNOS"}
# Nor of these alone: in «GRUPO SC SA DE CV» the initials are the name.
_GENERIC = frozenset(
    {"CIA", "COMPAÑIA", "CONSORCIO", "CORPORACION", "CORPORATIVO", "EMPRESA", "EMPRESAS", "GPO", "GRUPO"}
)
_EITHER = re.compile(r"\bY\s*/\s*O\Z")
_WORD = re.compile(r"\W*([\w&]+)")
# Names that begin with their form end in its liability: «UNIÓN DE EJIDOS BENITO JUÁREZ DE R.L.».
LIABILITY = "DE RL"
_FORM_AHEAD = re.compile(
    r"\W*(?:(?:EL|LA)\s+)?(?:(?:CON)?FEDERACION|UNION)\s+DE\s+\w{3}|"
    r"\W*(?:(?:EL|LA)\s+)?(?:S(?:OC(?:IEDAD)?)?[.\s]+)?COOP(?:ERATIVA)?\b|"
    r"\W*(?:(?:EL|LA)\s+)?SOCIEDAD\s+DE\s+(?:PRODUCCION|SOLIDARIDAD)\b"
)
_BRACKETS = (("(", ")"), ("[", "]"))


@dataclass(frozen=True)
class Suffix:
    """The parts that a name ends with, and where each begins."""

    parts: tuple[Part, ...] = ()
    places: tuple[int, ...] = ()

    def behind(self, part: Part, place: int) -> "Suffix":
        """This suffix with one part more before it."""
        return Suffix((part, *self.parts), (place, *self.places))

    @property
    def forms(self) -> Iterator["Suffix"]:
        """The suffix, and what is left of it from each further form on: «SC SA DE CV», «SA DE CV»."""
        for index, part in enumerate(self.parts):
            if index == 0 or (part.begins and part.completes):
                yield Suffix(self.parts[index:], self.places[index:])


@dataclass(frozen=True)
class NameProposal:
    """A name as the SAT asks for it, and the form that was left out: «SA DE CV», or nothing."""

    name: str
    proposal: str
    form: str

    @property
    def changed(self) -> bool:
        """Whether the proposal differs from what was written."""
        return self.proposal != self.name


# Each page asks for the same few names, as does every row of a list.
@lru_cache(maxsize=1024)
def propose(name: str, persona: Persona | None = None) -> str:
    """The name as the SAT asks for it; a person's (persona física) has no suffix to lose.

    Applying it twice changes nothing more. A name that is nothing but a suffix is left alone.
    """
    return _taken_apart(name, persona)[0]


def examine(name: str, rfc: str = "") -> NameProposal:
    """The proposal for a name, and the form that was found in it; `rfc` tells companies from people."""
    proposal, form = _taken_apart(name, persona_of(rfc))
    return NameProposal(name, proposal, form)


def _taken_apart(name: str, persona: Persona | None) -> tuple[str, str]:
    """The bare name and its form."""
    bare = in_capitals(name)
    found: list[Part] = []
    while persona is not Persona.FISICA and (shorter := _without_suffix(bare)):
        bare, suffix = shorter
        found = [*suffix, *found]
    return bare, " ".join(dict.fromkeys(part.name for part in found))


def _without_suffix(name: str) -> tuple[str, Parts] | None:
    """The name up to the longest suffix at its end that leaves a name, and that; None without one."""
    plain = _plain(name)
    read = _reader(plain)
    for begin in _BEGINNING.finditer(plain):
        suffix = read(begin.start())
        if suffix and _are_initials(plain, begin.start(), read):
            continue
        if suffix and not _ends_the_name(plain, begin.start(), suffix.parts):
            if _is_only_a_form(plain, read):
                return None
            bares = ((_parted(plain, each.places[0]), each.parts) for each in suffix.forms)
            return next(
                ((name[: len(bare)], rest) for bare, rest in bares if _stands_alone(bare, rest)), None
            )
    return None


def _are_initials(plain: str, start: int, read: Callable[[int], Suffix | None]) -> bool:
    """Whether dotted initials only look like half a form: «S.R. S. DE R.L.», «R.L. S. DE R.L.».

    What stands behind them is a whole form without them.
    """
    initials = _DOTTED_INITIALS.match(plain, start)
    if initials is None:
        return False
    if any(part.completes and part.pattern.fullmatch(initials[1][:-1]) for part in forms()):
        return False
    following = read(initials.end())
    return following is not None and following.parts[0].begins and following.parts[0].completes is True


def _is_only_a_form(plain: str, read: Callable[[int], Suffix | None]) -> bool:
    """Whether all of it is a form, articles aside: «S.C. DE P. DE R.L.», «EL S DE RL»."""
    place = 0
    while word := _WORD.match(plain, place):
        if read(word.start(1)):
            return True
        if word[1] not in _NO_NAMES:
            return False
        place = word.end()
    return False


def _plain(name: str) -> str:
    """The name as it is compared with the forms: as long, without accents, its marks the usual ones.

    An initial keeps its accent: nobody writes one in «A.C.», so «Á.C.» is part of a name.
    """
    plain = without_accents(name).translate(_ALIKE)
    for initial in _ACCENTED_INITIAL.finditer(name):
        plain = f"{plain[: initial.start()]}{initial[0]}{plain[initial.end() :]}"
    return plain


def _reader(plain: str) -> Callable[[int], Suffix | None]:
    """Reads a suffix: from a place to the end, where all of that is parts and they make a whole one."""

    has_form_ahead = _FORM_AHEAD.match(plain) is not None

    def first(place: int, whole: bool, *, begun: bool) -> Suffix | None:
        for part in parts() if begun else forms():
            if part.begins and not whole:  # a form does not complete another
                continue
            if (match := part.pattern.match(plain, place)) is None:
                continue
            then_whole = whole if part.completes is None else part.completes
            then_whole = then_whole or (has_form_ahead and part.name == LIABILITY)
            following = rest(_after(plain, match.end()), then_whole)
            if following is not None and not _is_initial_of_the_name(part, following, plain):
                return following.behind(part, place)
        return None

    @cache
    def rest(place: int, whole: bool) -> Suffix | None:
        if place == len(plain):
            return Suffix() if whole else None
        return first(place, whole, begun=True)

    return lambda place: first(place, True, begun=False) if any_form().match(plain, place) else None


def _is_initial_of_the_name(part: Part, following: Suffix, plain: str) -> bool:
    """Whether it is the first S of «PLAN S S DE RL»: the second is the form, and no «de servicios»."""
    if part.name != "S" or part.in_words or not following.parts:
        return False
    return following.parts[0].name == "DE S" and plain.startswith("S", following.places[0])


def _after(plain: str, place: int) -> int:
    """Where what stands between two parts is over."""
    while place < len(plain) and plain[place] in _BETWEEN:
        place += 1
    return place


def _ends_the_name(plain: str, start: int, suffix: Parts) -> bool:
    """Whether a short form is none: «COMERCIAL U S A» ends in initials, «BIO-SA» in a syllable."""
    if not _is_short(suffix):
        return False
    before, form = plain[:start], plain[start:]
    if not _LOOSE.search(before) or _OTHERWISE.match(form):
        return True
    initial = _INITIAL.search(before)
    return initial is not None and _goes_on(initial, form)


def _goes_on(initial: re.Match[str], form: str) -> bool:
    """Whether a form's letters are written as the initials before it are: «U. S. A.», «U S A».

    «J.M. S. A.» are two groups, and in «G. S.C.» the form is one; but «U. S.A.» is a country.
    """
    if initial["together"]:
        return False
    if initial["letter"] == "U" and re.fullmatch(r"S\.A\W*", form):
        return bool(initial["dot"])
    return bool(re.search(r"\w\.?\s+\w" if initial["dot"] else r"\w\s\w", form))


def _is_short(suffix: Parts) -> bool:
    """Whether it is a lone abbreviation, as names end in, too."""
    return len(suffix) == 1 and " " not in suffix[0].name and not suffix[0].in_words


def _parted(plain: str, start: int) -> str:
    """What stands before a suffix, without what parts the two: also a quotation mark that only opens."""
    bare = _PARTING.sub("", plain[:start])
    if bare.endswith('"') and bare.count('"') % 2:
        bare = _PARTING.sub("", bare[:-1])
    return bare[:-1] if _WHOLE_WORD.search(bare) else bare


def _stands_alone(bare: str, suffix: Parts) -> bool:
    """Whether what is left is a name and no stump: something, nothing hanging, no bracket left open."""
    *_, last = ["", *_EITHER.sub("Y/O", bare).split()]
    hanging = _HANGING_WORDS if suffix[0].in_words else _HANGING
    closed = (
        all(bare.count(left) <= bare.count(right) for left, right in _BRACKETS) and bare.count('"') % 2 == 0
    )
    return last not in hanging and closed and not _says_nothing(bare, suffix)


def _says_nothing(bare: str, suffix: Parts) -> bool:
    """Whether nothing is left that could be a company's name: articles, forms; «GRUPO» of «GRUPO SC»."""
    place, generic, has_form = 0, False, False
    while word := _WORD.match(bare, place):
        form_end = _form_end(bare, word.start(1))
        place = form_end or word.end()
        if form_end:
            has_form = True
        elif word[1] in _GENERIC and not generic:
            generic = True
        elif _is_initial(word) or (word[1] not in _NO_NAMES and any(map(str.isalnum, word[1]))):
            return False
    is_short = _is_short(suffix[:1]) and all(part.begins for part in suffix[1:2])
    return not generic or (is_short and not has_form)


def _is_initial(word: re.Match[str]) -> bool:
    """«A.» is an initial, and no article, because of its dot."""
    return len(word[1]) == 1 and word[1].isalpha() and word.string.startswith(".", word.end())


def _form_end(bare: str, place: int) -> int:
    """Where the form that stands at a place ends; 0 where there is none."""
    return max((match.end() for part in alone() if (match := part.pattern.match(bare, place))), default=0)
