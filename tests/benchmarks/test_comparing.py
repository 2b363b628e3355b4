"""What became slower since the last release: found on any machine, and not for noise."""

from pathlib import Path

import pytest

from benchmarks.__main__ import names
from benchmarks.comparing import Calibration, Costs, LastRelease, confirmed, cost
from benchmarks.figures import Figure

LAST = LastRelease("0.1.0", {"a: page": 10.0, "a: ratio": 2.0, "b: size": 5.0, "c: gone": 1.0})


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (Figure("page", 30, "ms"), 3.0),
        (Figure("drawing", 30, "ms", cpu_ms=10), 2.0),
        (Figure("import", 2, "s", at_most=20), 200.0),
        (Figure("validations", 50, "a second", at_least=50), 2.0),
        (Figure("memory", 120, "MB", at_most=150), 120),
        (Figure("beside theirs", 4, "×", at_least=3), 0.25),
        (Figure("ratio to theirs", 1.5, "×", at_most=2), 1.5),
        (Figure("of no side", 1.5, "×"), None),
        (Figure("a delay", 30, "ms", compared=False), None),
        (Figure("nothing", 0, "ms"), None),
        (Figure("rows", 12, ""), None),
    ],
)
def test_a_cost_is_less_where_it_is_better_and_holds_no_time(figure: Figure, expected: float | None) -> None:
    assert cost(figure, Calibration(wall=10, processor=5)) == expected


def test_a_machine_half_as_fast_tells_the_same() -> None:
    quick = cost(Figure("page", 30, "ms"), Calibration(10, 10))

    assert cost(Figure("page", 60, "ms"), Calibration(20, 20)) == quick


def test_what_costs_a_sixth_more_is_slower() -> None:
    now = {"a: page": 11.7, "a: ratio": 2.2, "b: size": 4.0, "d: new": 100.0}

    assert LAST.slower(now) == {"a: page": 1.17}


def test_noise_is_measured_again_and_forgotten() -> None:
    asked: list[set[str]] = []
    rounds: list[Costs] = [{"a: page": 14.0, "a: ratio": 9.0}, {"a: page": 10.2, "a: ratio": 2.0}]

    def again(suspects: set[str]) -> Costs:
        asked.append(suspects)
        return rounds.pop(0)

    assert confirmed({"a: page": 30.0, "a: ratio": 2.0, "b: size": 5.0}, LAST, again) == {}
    assert asked == [{"a"}, {"a"}]


def test_what_is_slower_each_time_is_named() -> None:
    assert confirmed({"b: size": 6.5}, LAST, lambda suspects: {"b: size": 6.0}) == {"b: size": 1.2}


def test_what_is_not_slower_is_not_run_again() -> None:
    def again(suspects: set[str]) -> Costs:
        raise AssertionError(suspects)

    assert confirmed({"a: page": 11.0}, LAST, again) == {}


def test_a_release_keeps_the_medians_and_what_was_not_run(tmp_path: Path) -> None:
    file = tmp_path / "last_release.json"
    runs = [{"a: page": 12.0}, {"a: page": 9.123456}, {"a: page": 8.0, "e: once": 1.0}]

    LAST.renewed("0.2.0", runs).write(file)

    kept = LastRelease.read(file)
    assert kept.release == "0.2.0"
    assert kept.costs == LAST.costs | {"a: page": 9.123, "e: once": 1.0}


def test_what_is_kept_is_of_benchmarks_that_there_are() -> None:
    kept = LastRelease.read()

    assert {name.partition(": ")[0] for name in kept.costs} <= set(names())
    assert kept.costs


def test_the_calibration_takes_long_enough_to_be_told() -> None:
    taken = Calibration.taken()

    assert min(taken.wall, taken.processor) > 1


def test_the_calibration_of_a_figure_is_what_was_before_and_after_it() -> None:
    assert Calibration(10, 4).and_then(Calibration(20, 6)) == Calibration(15, 5)
