"""Text as people paste it, without what nobody sees. Pure: no Django, no settings.

Telephones, spreadsheets and web pages hand over more than they show: direction marks (what iOS puts around
a telephone number), zero-width and no-break spaces, letters and accents in two pieces. The SAT compares
names letter for letter, so such a passenger is an error that nobody can find.
"""

import re
import unicodedata

# Drawn as nothing although Unicode does not count them as format characters (Cf): fillers of Hangul,
# variation selectors, the grapheme joiner (Default_Ignorable_Code_Point, DerivedCoreProperties.txt).
_IGNORABLE = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff"
# Letters of Western languages pass unseen: nearly all text that is not ASCII is so for an Ñ or an accent.
_SUSPECTS = re.compile(f"[{_IGNORABLE}]|[^\x20-\x7e\xc0-\xff]")
_INVISIBLE = re.compile(f"[{_IGNORABLE}]")
# An empty braille cell is drawn as a blank.
# Before «ℂ» no letter is another one's «font» or «wide» face (UnicodeData.txt).
_FIRST_FACE = "\u2102"
_BLANKS = re.compile("[\t \u2800]+")
# All hyphens and dashes that keyboards and word processors make of «-» (category Pd), and the minus sign.
DASHES = "-\u058a\u05be\u2010-\u2015\u2212\u2e3a\u2e3b\u301c\u3030\ufe31\ufe32\ufe58\ufe63\uff0d"
# What a number is called, before it, and how a sentence ends, behind it.
_AROUND_NUMBER = re.compile(
    r"\A(?:(?:puerto|port|smtp|folio|inicial|n[uú]m(?:ero)?|no)\b[.:°º#]* *|[#:] *)+|[.,;]+\Z", re.IGNORECASE
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([ ,'\u2019])[0-9]{3})(?:\1[0-9]{3})*")
_THOUSANDS = re.compile(r"[ ,'\u2019]")
_DASHES = re.compile(f"[{DASHES}]")


def clean(text: str) -> str:
    """The text without invisible characters, each run of blanks one space, composed (NFC), trimmed.

    Line ends inside stay: where they do not belong, whoever asked for the text refuses them.
    """
    if not text:
        return text
    if text.isascii():
        return _BLANKS.sub(" ", text).strip()
    seen = _SUSPECTS.sub(_seen, text)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", seen)).strip()


def _seen(found: re.Match[str]) -> str:
    char = found[0]
    category = unicodedata.category(char)
    if category == "Cf" or _INVISIBLE.match(char):
        return ""
    return " " if category == "Zs" else char


def plain_letters(text: str) -> str:
    """«ＳＡ» and «𝐒𝐀» as «SA»: what keyboards of East Asia and «fonts» for telephones make of letters.

    Only where the letters are Western whatever was typed, as in an RFC or a razón social.
    """
    return "".join(map(_plain_letter, text)) if max(text, default="") >= _FIRST_FACE else text


def _plain_letter(char: str) -> str:
    other_face = unicodedata.decomposition(char).startswith(("<wide>", "<font>"))
    return unicodedata.normalize("NFKC", char) if other_face else char


def plain_dashes(text: str) -> str:
    """Every kind of dash as «-»."""
    return _DASHES.sub("-", text)


def whole_number(text: str) -> str:
    """A whole number as people write it, without what stands around: «Puerto 587», «1,000», «1 000», «7.»."""
    bare = _AROUND_NUMBER.sub("", plain_letters(clean(text)))
    return _THOUSANDS.sub("", bare) if _GROUPED.fullmatch(bare) else bare


def without_accents(text: str) -> str:
    """The text with plain vowels, as long as it was. Ñ is a letter of its own, no N with an accent."""
    return "".join(char if char in "Ññ" else _base(char) for char in unicodedata.normalize("NFC", text))


def _base(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0]
