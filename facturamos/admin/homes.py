"""Where a row of admin belongs: the pages above it, and where one is after it was saved.

The app that knows whose rows are whose says it (`finds_homes`); a row that nobody finds a home for belongs to
its own list.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Model
from django.http import HttpRequest


@dataclass(frozen=True)
class Home:
    """The page that a row is shown on; `trail` are the pages above the row, each with its name."""

    url: str
    trail: tuple[tuple[str, str], ...]


type Finder = Callable[[HttpRequest, Model], Home | None]

_finders: list[Finder] = []


def finds_homes(finder: Finder) -> Finder:
    """Makes a function one that is asked where a row belongs."""
    _finders.append(finder)
    return finder


def home_of(request: HttpRequest, row: Model) -> Home | None:
    """Where the row belongs, for who asks; None where its own list is its home."""
    homes = (find(request, row) for find in _finders)
    return next((home for home in homes if home), None)


def trail_of(request: HttpRequest, row: Model | None) -> tuple[tuple[str, str], ...]:
    """What stands above a row's page; empty where that is its list."""
    home = home_of(request, row) if row is not None and row.pk else None
    return home.trail if home else ()
