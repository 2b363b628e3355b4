"""`manage.py estado`: the same in a terminal, with an exit code."""

import json

import pytest
from django.core.management import call_command
from pytest_django import Settings

from facturamos.status import report
from facturamos.status.models import SignOfLife

pytestmark = pytest.mark.django_db


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    try:
        call_command("estado", *options)
        code = 0
    except SystemExit as end:
        code = int(str(end.code))
    return code, capsys.readouterr().out


def test_bad_is_two_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys)

    assert code == 2
    assert "Último aviso de beat: nunca" in said
    assert "Revise que beat" in said
    assert "Se puede escribir: Sí" in said


def test_good_is_nought(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    SignOfLife.objects.note(SignOfLife.SWEEP)
    SignOfLife.objects.note(SignOfLife.BACKUP)
    # The disk of who runs the tests may be anything.
    kept = {name: each for name, each in report._subjects.items() if name != "media"}
    monkeypatch.setattr(report, "_subjects", kept)

    code, said = run(capsys, "--solo-fallas")

    assert (code, said.strip()) == (0, "Todo está bien.")


def test_only_what_is_not_good(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = run(capsys, "--solo-fallas")

    assert "beat" in said
    assert "Se puede escribir" not in said


def test_json_for_programs(capsys: pytest.CaptureFixture[str], settings: Settings) -> None:
    settings.FACTURAMOS_KEYS = ["t2:dHdvIGZvciB0aGUgdGVzdHMgb2YgdGhpcyBzaXRlISE="]

    code, said = run(capsys, "--json")

    found = json.loads(said)
    assert code == found["nivel"] == 2
    rows = {row["clave"]: row for row in found["hallazgos"]}
    assert rows["ring.opens"]["nivel"] == 2
    assert "dHdv" not in said
