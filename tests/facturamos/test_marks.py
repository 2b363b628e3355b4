"""How old a mark is, and one that a wrong clock left."""

from datetime import UTC, datetime, timedelta

import pytest

from facturamos.marks import is_old, young
from facturamos.prose import ago

NOW = datetime(2026, 7, 1, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("mark", "old"),
    [
        (None, True),
        (NOW - 2 * HOUR, True),
        (NOW - HOUR, False),
        (NOW, False),
        (NOW + timedelta(seconds=30), False),
        (NOW + timedelta(minutes=2), True),
        (NOW + timedelta(days=4000), True),
    ],
)
def test_one_that_lies_well_ahead_is_no_young_one(mark: datetime | None, old: bool) -> None:
    assert is_old(mark, NOW, HOUR) is old
    if mark:
        first, last = young(NOW, HOUR)
        assert (first <= mark <= last) is not old


def test_people_read_that_it_lies_ahead() -> None:
    assert ago(NOW + timedelta(seconds=30), NOW) == "hace 0 s"
    assert ago(NOW + 24 * HOUR, NOW) == "en el futuro (2 de julio de 2026, 12:00)"
