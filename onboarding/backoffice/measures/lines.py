"""A row of a table of measures: each time with its bar, and the way to its companies."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.http import urlencode

from onboarding.backoffice.measures.companies_behind import Behind
from onboarding.backoffice.measures.filters import TITLES, MeasureFilter
from onboarding.backoffice.measures.models import Stumble, WhoseTime
from onboarding.backoffice.measures.reading import RowKey, Spread, Spreads, Stumbling, Tries, TriesOfRows
from onboarding.backoffice.measures.words import duration, step_of, what, where

# A bar's length: each tenfold time is as much longer; a second has none, this much the whole.
LONGEST_BAR = 30 * 86400
BAR = 100


@dataclass(frozen=True)
class MeasureCell:
    """One party's time in a row; without a spread where nobody took or waited any."""

    party: WhoseTime
    spread: Spread | None = None
    url: str = ""
    # Of those whose time is the p90 or more.
    slow_url: str = ""

    @property
    def median(self) -> str:
        """In words; "" where there is none."""
        return duration(self.spread.median) if self.spread else ""

    @property
    def p90(self) -> str:
        """Likewise, of nine in ten."""
        return duration(self.spread.p90) if self.spread else ""

    @property
    def bars(self) -> tuple[int, int]:
        """How long the bars of the median and of the p90 are."""
        return (_bar(self.spread.median), _bar(self.spread.p90)) if self.spread else (0, 0)


@dataclass(frozen=True)
class MeasureLine:
    """A step, a week, a release or a distributor, with its times and its failed tries."""

    title: str
    cells: tuple[MeasureCell, ...]
    tries: Tries | None
    tries_url: str
    url: str = ""


@dataclass(frozen=True)
class StumbleLine:
    """What stood in the way, in words; `code` as it is stored."""

    step: str
    where: str
    what: str
    code: str
    times: int
    companies: int
    url: str


def _bar(seconds: int) -> int:
    return min(BAR, max(1, round(BAR * math.log(max(seconds, 1)) / math.log(LONGEST_BAR))))


def board_url(behind: Behind) -> str:
    """The board, narrowed to the companies behind a number."""
    return f"{reverse('admin:companies_company_tablero')}?{urlencode({'medida': behind.word})}"


def step_lines(chosen: MeasureFilter, spreads: Spreads, tries: TriesOfRows) -> list[MeasureLine]:
    """The steps in their order, those of which something is known; each leads to its own page."""
    page = reverse("admin:medidas")
    return [
        replace(
            _line(title, chosen.with_step(slug), spreads.get(slug, {}), tries.get(slug)),
            url=f"{page}?{chosen.with_step(slug).query}",
        )
        for slug, title in TITLES.items()
        if slug in spreads or slug in tries
    ]


def lines_by[K: RowKey](
    keys: Iterable[K],
    title: Callable[[K], str],
    chosen: Callable[[K], MeasureFilter],
    spreads: Spreads,
    tries: TriesOfRows,
) -> list[MeasureLine]:
    """One step's rows by something else, in the order of the keys."""
    return [
        _line(title(key), chosen(key), spreads.get(key, {}), tries.get(key))
        for key in keys
        if key in spreads or key in tries
    ]


def _line(
    title: str, chosen: MeasureFilter, spreads: Mapping[WhoseTime, Spread], tries: Tries | None
) -> MeasureLine:
    cells = tuple(_cell(chosen, party, spreads.get(party)) for party in WhoseTime)
    url = board_url(Behind.trouble(chosen, chosen.step, Stumble.Sort.TRY)) if tries else ""
    return MeasureLine(title, cells, tries, url)


def _cell(chosen: MeasureFilter, party: WhoseTime, spread: Spread | None) -> MeasureCell:
    if spread is None:
        return MeasureCell(party)
    behind = Behind.time(chosen, chosen.step, party)
    slow = replace(behind, seconds=spread.p90)
    return MeasureCell(party, spread, board_url(behind), board_url(slow))


def stumble_lines(chosen: MeasureFilter, found: Iterable[Stumbling]) -> list[StumbleLine]:
    """In the order in which they were found."""
    return [
        StumbleLine(
            step=step_of(each.step),
            where=where(each.sort, each.step, each.name),
            what=what(each.sort, each.code),
            code=each.code,
            times=each.times,
            companies=each.companies,
            url=board_url(Behind.trouble(chosen, each.step, each.sort, each.name, each.code)),
        )
        for each in found
    ]
