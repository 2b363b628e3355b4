"""Which pages of a file are the Constancia's, and in which order: behind a cover, or the last one first."""

import re
from collections.abc import Sequence
from dataclasses import replace

from companies.csf.folding import fold
from companies.csf.labels import PAGE_NUMBER
from companies.csf.owner_and_date import CHAIN
from companies.csf.placed_words import PdfText

TITLE = re.compile(r"CONSTANCIA\s?DE\s?SITUACION\s?FISCAL")
IDENTIFICATION = re.compile(r"DATOS\s?DE\s?IDENTIFICACION\s?DEL\s?CONTRIBUYENTE")
BEGINNINGS = (
    IDENTIFICATION,
    re.compile(r"CEDULA\s?DE\s?IDENTIFICACION\s?FISCAL"),
    # The title stands in the chain as well, on the last page.
    re.compile(rf"(?<!\|){TITLE.pattern}"),
)


def first_page(texts: Sequence[str]) -> int | None:
    """The page on which a Constancia begins, behind a cover or another document; None without one."""
    folded = [fold(text) for text in texts]
    pages = (page for mark in BEGINNINGS for page, text in enumerate(folded) if mark.search(text))
    return next(pages, None)


def in_order(text: PdfText) -> PdfText:
    """The pages of the Constancia alone, the first one first."""
    texts = [fold(" ".join(word.text for word in page)) for page in text.pages]
    begins = first_page(texts) or 0
    behind = [*range(begins, len(texts))]
    order = _by_their_numbers(texts, begins) or _by_the_chain(texts, begins)
    order += [page for page in behind if page not in order]
    return replace(text, pages=tuple(text.pages[page] for page in order))


def _by_their_numbers(texts: Sequence[str], begins: int) -> list[int]:
    """The pages «2 de 3» and «3 de 3» of a document whose first is «1 de 3»; none where two are alike."""
    numbers = {page: (int(found[1]), found[2]) for page, found in _numbered(texts) if found}
    first, of = numbers.get(begins, (0, ""))
    own = {page: number for page, (number, total) in numbers.items() if total == of and number >= first}
    return sorted(own, key=lambda page: own[page]) if len(set(own.values())) == len(own) else []


def _numbered(texts: Sequence[str]) -> list[tuple[int, re.Match[str] | None]]:
    return [(page, PAGE_NUMBER.search(text)) for page, text in enumerate(texts)]


def _by_the_chain(texts: Sequence[str], begins: int) -> list[int]:
    """From the first page back to the one with the cadena original, which ends a Constancia."""
    ends = next((page for page in range(begins) if CHAIN.search(texts[page])), None)
    return [] if ends is None else [begins, *range(begins - 1, ends - 1, -1)]
