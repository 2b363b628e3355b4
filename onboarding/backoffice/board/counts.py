"""How many companies each of the board's filters finds.

Where somebody sees few companies they are counted as the page is shown. Of many they are counted by beat, at
most once a minute, for support and for each distributor that has many; the page says at which moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from companies.models import User
from facturamos import prose
from facturamos.locks import lock_name
from facturamos.marks import is_old
from onboarding.backoffice.board.filters import FILTERS, MoveFilter, RowsFilter
from onboarding.backoffice.board.kept_counts import KeptCounts
from onboarding.backoffice.board.models import LastMove

# As many are counted as the page is shown.
FEW = 2000
# Counting takes at most this part of a processor.
SHARE = 0.05
# Of the counts: every company, and what its column is called in SQL.
ALL, ALL_OF_THEM = "", "all"


@dataclass(frozen=True)
class BoardCounts:
    """How many companies each filter finds, by its name, and all; `at` is when, where it is not now."""

    found: Mapping[str, int]
    at: datetime | None = None

    def of(self, name: str) -> int | None:
        """How many a filter finds; None as long as nobody has counted."""
        return self.found.get(name)

    @property
    def said(self) -> str:
        """Of when the numbers are, for people; "" where they are of now."""
        if self.at:
            return f"Los números de los filtros son de {prose.ago(self.at, timezone.now())}."
        return "" if self.found else "Son muchas empresas: los números de los filtros tardan un minuto."


def counts(user: User) -> BoardCounts:
    """How many companies that `user` sees each filter finds."""
    moves = LastMove.objects.on_board_of(user)
    if moves[: FEW + 1].count() <= FEW:
        return BoardCounts(_count_now(moves, user))
    kept = KeptCounts.objects.of_user(user)
    if kept is None:
        return BoardCounts({})
    now = timezone.now()
    own = {each.name: each.among(moves, now, user).count() for each in _of_rows() if each.of_viewer}
    return BoardCounts(kept.found | own, kept.counted_at)


def _count_now(moves: QuerySet[LastMove], user: User) -> dict[str, int]:
    """One query, and one for each filter that looks beyond `LastMove`."""
    now = timezone.now()
    together = _of_moves(now, user)
    found: dict[str, int] = moves.aggregate(**together, **{ALL_OF_THEM: Count("pk")})
    found[ALL] = found.pop(ALL_OF_THEM)
    return found | {each.name: each.among_few(moves, now, user).count() for each in _of_rows()}


def _of_rows() -> list[RowsFilter]:
    return [each for each in FILTERS if isinstance(each, RowsFilter)]


def _of_moves(now: datetime, user: User) -> dict[str, Count]:
    of_moves = (each for each in FILTERS if isinstance(each, MoveFilter))
    return {each.name: Count("pk", filter=each.condition(now, user)) for each in of_moves}


# --- of many, by beat


def count_many(now: datetime | None = None) -> bool:
    """Counts for support and for each distributor with many companies; whether there was anything to do."""
    moment = now or timezone.now()
    alive = LastMove.objects.on_board_of(_all_seeing())
    if alive[: FEW + 1].count() <= FEW:
        # There may have been many.
        KeptCounts.objects.all().delete()
        return False
    if _rests(moment):
        return False
    begun = timezone.now()
    found = _by_distributor(alive, moment)
    took = timezone.now() - begun
    rows = [
        KeptCounts(distributor_id=key, found=each, counted_at=moment, took=took)
        for key, each in found.items()
        if each[ALL] > FEW
    ]
    with transaction.atomic():
        lock_name("board counts")
        KeptCounts.objects.all().delete()
        KeptCounts.objects.bulk_create(rows)
    return True


def _all_seeing() -> User:
    return User(role=User.Role.SUPPORT)


def _rests(now: datetime) -> bool:
    last = KeptCounts.objects.filter(distributor=None).first()
    return last is not None and not is_old(last.counted_at, now, last.took / SHARE)


def _by_distributor(alive: QuerySet[LastMove], now: datetime) -> dict[int | None, dict[str, int]]:
    """What each filter finds of each distributor's companies, and, under None, of all."""
    user, together = _all_seeing(), _of_moves(now, _all_seeing())
    rows = alive.values_list("distributor").annotate(**{ALL_OF_THEM: Count("pk")}, **together).order_by()
    found: dict[int | None, dict[str, int]] = {
        distributor: dict(zip([ALL, *together], numbers, strict=True)) for distributor, *numbers in rows
    }
    for each in _of_rows():
        if not each.of_viewer:
            some = each.among(alive, now, user).values_list("distributor").annotate(Count("pk")).order_by()
            counted = dict(some)
            for distributor, told in found.items():
                told[each.name] = counted.get(distributor, 0)
    names = next(iter(found.values()), {})
    found[None] = {name: sum(told[name] for told in found.values()) for name in names}
    return found
