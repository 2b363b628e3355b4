"""`manage.py doctor` as a process: its exit status, whatever the arguments, where no database answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from certificates.testing import CA
from onboarding.backoffice.doctor import DOCTORS
from onboarding.backoffice.doctor.csd import NO_DATABASE

ROOT = Path(__file__).resolve().parents[5]


def run(
    *arguments: str, folder: Path, stdin: bytes = b"", env: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """The command, where no database answers."""
    return subprocess.run(  # noqa: S603
        [sys.executable, str(ROOT / "manage.py"), "doctor", *arguments],
        cwd=folder,
        env=os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"} | dict(env or {}),
        check=False,
        capture_output=True,
        input=stdin,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["llanta"],
        ["csd", "solo-uno.cer"],
        ["csd", "falta.cer", "falta.key"],
        ["csf", "falta.pdf", "--json"],
        ["logo", "falta.jpg", "--json"],
        ["sheet", "falta.csv", "--json"],
        ["sheet", "."],
        ["name", "LA ÑAPA", "--rfc", "no", "--json"],
        ["mailbox", "--from", "ana@example.com", "--host", "", "--port", "587", "--json"],
        ["mailbox", "--from", "ana@example.com", "--host", "smtp.example.com", "--port", "-1"],
        ["name", "LA ÑAPA", "--raro"],
        ["mailbox", "--from", "ana@example.com", "--host", "smtp.example.com", "--port", "ocho"],
    ],
)
def test_arguments_that_make_no_sense_are_status_2(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, folder=tmp_path)

    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr


def test_a_refusal_is_status_1_and_json_alone_is_written_without_a_database(tmp_path: Path) -> None:
    (tmp_path / "ñ.key").write_bytes(b"nothing")

    refused = run("csd", "ñ.key", "ñ.key", "--json", folder=tmp_path)

    assert refused.returncode == 1
    assert json.loads(refused.stdout)["ok"] is False
    assert refused.stderr.decode().splitlines() in ([], [NO_DATABASE])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_where_letters_cannot_be_written_it_is_the_same_json(encoding: str, tmp_path: Path) -> None:
    environment = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}

    told = run("name", "漢 LA ÑAPA SA", "--json", folder=tmp_path, env=environment)
    text = run("name", "漢 LA ÑAPA SA", folder=tmp_path, env=environment)

    assert (told.returncode, json.loads(told.stdout)["proposal"]) == (0, "漢 LA ÑAPA")
    assert (text.returncode, text.stderr) == (0, b"")


def test_a_sound_pair_is_status_0_without_a_database(authority: CA, tmp_path: Path) -> None:
    pair = authority.issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")
    (tmp_path / "ñ.cer").write_bytes(pair.certificate)
    (tmp_path / "ñ.key").write_bytes(pair.key)

    done = run("csd", "ñ.cer", "ñ.key", "--password-stdin", "--json", folder=tmp_path, stdin=pair.password)

    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["ok"] is True


def test_bytes_that_are_no_text_are_status_2_and_a_file_may_be_named_so(tmp_path: Path) -> None:
    odd = os.fsdecode(b"\xff\xfe.key")
    (tmp_path / odd).write_bytes(b"nothing")

    assert run("name", os.fsdecode(b"\xd1APA SA DE CV"), "--json", folder=tmp_path).returncode == 2
    told = run("csd", odd, odd, "--json", folder=tmp_path)
    missing = run("csf", os.fsdecode(b"\xff.pdf"), folder=tmp_path)

    assert (told.returncode, json.loads(told.stdout)["ok"]) == (1, False)
    assert (missing.returncode, b"no existe" in missing.stderr) == (2, True)


def test_the_help_names_every_kind(tmp_path: Path) -> None:
    told = run("--help", folder=tmp_path).stdout.decode()

    assert [doctor.name for doctor in DOCTORS if f"\n    {doctor.name} " not in told] == []
