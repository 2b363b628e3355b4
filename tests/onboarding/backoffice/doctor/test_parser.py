"""Wrong arguments of `manage.py doctor`: a Spanish sentence and exit status 2."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
DOCTOR = [sys.executable, str(ROOT / "manage.py"), "doctor"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Falta: QUÉ."),
        (["nadie"], "«nadie» no es uno de: "),
        (["csd"], "Falta: CER, KEY."),
        (["csd", "a.cer"], "Falta: KEY."),
        (["name"], "Falta: NOMBRE."),
        (["name", "X", "Y"], "No se conoce: Y."),
        (["rfc", "X", "--nada"], "No se conoce: --nada."),
        (["name", "X", "--rfc"], "--rfc: le falta su valor."),
        (["name", "X", "--json=si"], "--json: no lleva valor («si»)."),
        (["mailbox", "--from", "a@b.mx", "--ho"], "--host: le falta su valor."),
    ],
)
def test_wrong_arguments_are_told_in_spanish(arguments: list[str], sentence: str) -> None:
    done = subprocess.run([*DOCTOR, *arguments], check=False, capture_output=True, text=True)  # noqa: S603

    assert done.returncode == 2
    assert sentence in done.stderr
    for english in ("usage", "error", "argument ", "required", "Traceback"):
        assert english not in done.stderr


def test_nobody_has_to_read_the_answer() -> None:
    doctor = subprocess.Popen([*DOCTOR, "name", "X SA"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603
    assert doctor.stdout
    assert doctor.stderr
    doctor.stdout.close()

    assert doctor.stderr.read() == b""
    doctor.stderr.close()
    assert doctor.wait() == 0
