"""Median and p90 of each time, and what stood in the way, of who may be seen: a fixed number of statements.

Of one distributor's companies each time is read; of all companies how many took so long (`TimeCount`). The
median is the time of which half of the companies took no more, p90 that of nine in ten (nearest rank).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from onboarding.backoffice.measures.filters import MeasureFilter
from onboarding.backoffice.measures.models import WhoseTime

# So many of what stood in the way most often.
MOST = 60
# By what rows of a table are told apart: a column of the tables that are counted.
COLUMNS = {"step": "step", "week": "week", "release": "release", "distributor": "distributor_id"}

SPREAD = """
WITH counted AS (
    SELECT {column} AS row, party, seconds, {companies} AS companies FROM {table} WHERE {chosen}
    GROUP BY 1, 2, 3
),
ranked AS (
    SELECT *, sum(companies) OVER (PARTITION BY row, party ORDER BY seconds) AS up_to,
        sum(companies) OVER (PARTITION BY row, party) AS total
    FROM counted
)
SELECT row, party, min(total)::int, min(seconds) FILTER (WHERE up_to * 10 >= total * 5),
    min(seconds) FILTER (WHERE up_to * 10 >= total * 9)
FROM ranked GROUP BY row, party
"""
# Each company is added up first, by hashing: count(DISTINCT) would sort all rows, at ten times the cost.
TRIES = """
SELECT row, sum(times)::int, count(*) FROM (
    SELECT {column} AS row, company_id, sum(times) AS times FROM backoffice_stumble
    WHERE sort = 'try' AND {chosen} GROUP BY 1, 2
) AS of_company GROUP BY 1
"""
STUMBLES = """
SELECT step, sort, name, code, sum(times)::int, count(*) FROM (
    SELECT step, sort, name, code, company_id, sum(times) AS times FROM backoffice_stumble
    WHERE sort <> 'try' AND {chosen} GROUP BY 1, 2, 3, 4, 5
) AS of_company GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT {most}
"""

# What tells one row of a table from another: a step, a week, a release, a distributor's key.
type RowKey = str | date | int


@dataclass(frozen=True)
class Spread:
    """Of so many companies the median and the p90, in seconds."""

    companies: int
    median: int
    p90: int


@dataclass(frozen=True)
class Tries:
    """So many tries failed, of so many companies."""

    times: int
    companies: int


@dataclass(frozen=True)
class Stumbling:
    """What stood in the way: where, what, how often, of how many companies."""

    step: str
    sort: str
    name: str
    code: str
    times: int
    companies: int


# Of each row its times, and its failed tries.
type Spreads = dict[RowKey, dict[WhoseTime, Spread]]
type TriesOfRows = dict[RowKey, Tries]


def measured(chosen: MeasureFilter, by: str = "step") -> tuple[Spreads, TriesOfRows]:
    """Both of them, in two statements."""
    return spreads(chosen, by), tries(chosen, by)


def spreads(chosen: MeasureFilter, by: str = "step") -> Spreads:
    """Each time of each row."""
    every = not chosen.distributor and by != "distributor"
    table = "backoffice_timecount" if every else "backoffice_steptime"
    companies = "sum(companies)" if every else "count(*)"
    found: Spreads = {}
    for row, party, *numbers in _rows(SPREAD, chosen, by, table=table, companies=companies):
        found.setdefault(row, {})[WhoseTime(party)] = Spread(*numbers)
    return found


def tries(chosen: MeasureFilter, by: str = "step") -> TriesOfRows:
    """The tries that failed, of each row."""
    return {row: Tries(*numbers) for row, *numbers in _rows(TRIES, chosen, by)}


def stumbles(chosen: MeasureFilter) -> list[Stumbling]:
    """What stood in the way most often."""
    return [Stumbling(*row) for row in _rows(STUMBLES, chosen, "step", most=str(MOST))]


def _rows(statement: str, chosen: MeasureFilter, by: str, **words: str) -> list[tuple[Any, ...]]:
    conditions = ["week BETWEEN %(first)s AND %(last)s"]
    conditions += ["distributor_id = %(distributor)s"] if chosen.distributor else []
    conditions += ["release = %(release)s"] if chosen.release else []
    conditions += ["step = %(step)s"] if chosen.step else []
    whole = statement.format(column=COLUMNS[by], chosen=" AND ".join(conditions), **words)
    with connection.cursor() as cursor:
        cursor.execute(whole, vars(chosen))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
