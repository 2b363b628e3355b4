"""`manage.py diagnose_csd`: the same report, exit status and JSON for scripts, nothing stored."""

import json
import subprocess
import sys
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import call_command

from certificates.lookalike import Pair
from tests.certificates.conftest import Issue

AT = "2026-03-02"


@pytest.fixture
def written(issue: Issue, tmp_path: Path) -> Pair:
    """A pair in two files named with Ñ and spaces."""
    pair = issue(branch="Peñón")
    (tmp_path / "mi Ñapa.cer").write_bytes(pair.certificate)
    (tmp_path / "mi Ñapa.key").write_bytes(pair.key)
    return pair


def diagnose(folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str, password: bytes = b"") -> str:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(password)))
    out = StringIO()
    call_command(
        "diagnose_csd",
        str(folder / "mi Ñapa.cer"),
        str(folder / "mi Ñapa.key"),
        "--at",
        AT,
        *options,
        stdout=out,
    )
    return out.getvalue()


@pytest.mark.parametrize("password", [b"12345678a", b"12345678a\n", b"12345678a\r\n"])
def test_a_valid_pair_as_json(
    written: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, password: bytes
) -> None:
    report = json.loads(
        diagnose(
            tmp_path, monkeypatch, "--password-stdin", "--json", "--rfc", "pna-190312-ab1", password=password
        )
    )

    assert report["ok"] is True
    assert report["kind"] == "CSD"
    assert report["branch"] == "Peñón"
    assert report["issuer_known"] is False
    assert report["valid_from"].startswith("2025-09-03T18:00")
    assert set(report) == {
        "ok",
        "kind",
        "number",
        "rfc",
        "name",
        "branch",
        "valid_from",
        "valid_to",
        "issuer_known",
        "checks",
    }
    assert {frozenset(check) for check in report["checks"]} == {
        frozenset({"code", "state", "message", "action", "pac_code"})
    }


def test_refused_is_status_1_with_the_whole_report(
    written: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit) as stopped:
        diagnose(tmp_path, monkeypatch, "--password-stdin", password=b"mala")

    assert stopped.value.code == 1


@pytest.mark.parametrize(
    "arguments",
    [["falta.cer", "falta.key"], ["solo-uno.cer"], ["mi Ñapa.cer", "mi Ñapa.key", "--at", "ayer"]],
)
def test_unreadable_arguments_are_status_2(written: Pair, tmp_path: Path, arguments: list[str]) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, str(root / "manage.py"), "diagnose_csd", *arguments]

    done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)  # noqa: S603

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_without_a_password_it_says_so(
    written: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        diagnose(tmp_path, monkeypatch)
