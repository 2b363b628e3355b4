"""One part that fails stops no other, and is told at the end."""

import pytest
from django.db import connection

from companies.models import Company
from facturamos.apart import run_apart


def fail() -> int:
    raise RuntimeError("no")


def test_the_others_are_done_and_the_whole_counts_as_failed(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    with pytest.raises(ExceptionGroup, match="1 of 3 parts failed"):
        run_apart([("one", lambda: done.append(1)), ("two", fail), ("three", lambda: done.append(3))])

    assert done == [1, 3]
    assert "«two» failed" in caplog.text


def test_what_came_of_each_is_returned() -> None:
    assert run_apart([("one", lambda: 1), ("two", lambda: 2)]) == {"one": 1, "two": 2}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_broke_in_one_is_replaced_for_the_next() -> None:
    def lose_it() -> int:
        connection.ensure_connection()
        connection.connection.close()
        return Company.objects.count()

    with pytest.raises(ExceptionGroup, match="1 of 2 parts failed"):
        run_apart([("one", lose_it), ("two", Company.objects.count)])
