"""A page or a job that is new is asked with a million companies, or has its reason."""

import pytest

from benchmarks.million.unasked import UNASKED, check

REASONED = {name for names in UNASKED.values() for name in names}


def test_a_page_that_nobody_asks_for_is_named() -> None:
    with pytest.raises(AssertionError, match=r"asked nowhere: .*'companies_company_tablero'"):
        check(set())


def test_a_page_that_is_asked_needs_no_reason() -> None:
    with pytest.raises(AssertionError, match=r"asked after all: .'autocomplete'"):
        check({"autocomplete"})


def test_no_page_has_two_reasons() -> None:
    assert len(REASONED) == sum(map(len, UNASKED.values()))
