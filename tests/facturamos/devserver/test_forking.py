"""A program that begins as a fork of `make run`: its output, its end, signals, and how it starts again."""

import signal
import sys
import time
from pathlib import Path

import pytest

from facturamos.devserver.children import Child, Failed
from tests.stack import wait_for

SAYS = "import sys; print('uno', sys.argv[1:], flush=True); print('dos', file=sys.stderr)"


def child(folder: Path, code: str, *arguments: str, forks: bool = True) -> Child:
    """A program of one line."""
    program = folder / "programa.py"
    program.write_text(code)
    log = folder / "log" / "programa.log"
    return Child("programa", [sys.executable, str(program), *arguments], log=log, forks=forks)


def test_its_output_is_in_its_log(tmp_path: Path) -> None:
    program = child(tmp_path, SAYS, "tres")

    program.finish()

    assert program.log.read_text().splitlines() == ["uno ['tres']", "dos"]


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("raise SystemExit('Falta algo')", "Falta algo"),
        ("raise SystemExit(3)", "no terminó bien"),
        ("raise ValueError('No es así')", "ValueError: No es así"),
    ],
)
def test_a_program_that_fails_is_told_by_its_last_line(tmp_path: Path, code: str, cause: str) -> None:
    with pytest.raises(Failed, match=cause):
        child(tmp_path, code).finish()


def test_it_has_nothing_open_of_ours(tmp_path: Path) -> None:
    code = "import os; print(sorted(os.listdir('/proc/self/fd')))"
    with (tmp_path / "cerradura").open("w"):
        program = child(tmp_path, code)
        program.finish()

    # What lists them is one more.
    assert program.log.read_text() == "['0', '1', '2', '3']\n"


def test_a_signal_that_stops_us_is_nothing_to_it_but_its_own(tmp_path: Path) -> None:
    asked: list[int] = []
    former = signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    program = child(tmp_path, "import time; print('listo', flush=True); time.sleep(60)")
    try:
        process = program.start()
        assert program.log.exists()
        wait_for(lambda: program.log.read_text() == "listo\n")
        program.ask_to_stop()

        assert process.wait(10) == -signal.SIGTERM
        assert asked == []
    finally:
        program.stop()
        signal.signal(signal.SIGTERM, former)


def test_it_is_called_by_its_name(tmp_path: Path) -> None:
    program = child(tmp_path, "print(open('/proc/self/comm').read())")

    program.finish()

    assert program.log.read_text().strip() == "programa"


def test_what_is_started_again_begins_from_its_files(tmp_path: Path) -> None:
    code = "import sys; print('facturamos.devserver.children' in sys.modules, flush=True)"
    program = child(tmp_path, code)
    program.finish()

    program.finish()

    assert program.log.read_text().split() == ["True", "False"]


def test_waiting_for_it_has_an_end(tmp_path: Path) -> None:
    program = child(tmp_path, "import time; time.sleep(60)")
    program.start()
    began = time.monotonic()

    with pytest.raises(Failed, match="no termina"):
        program.join(0.2)

    assert time.monotonic() - began < 10
    assert not program.running
