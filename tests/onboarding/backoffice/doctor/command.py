"""`manage.py doctor …` in this process: what it prints, and the status it ends with."""

import json
import sys
from dataclasses import dataclass
from io import BytesIO, StringIO, TextIOWrapper
from typing import Any

import pytest
from django.core.management import CommandError, call_command


@dataclass(frozen=True)
class Ran:
    """One run. `said` is the standard output, or the sentence about the arguments."""

    status: int
    said: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON."""
        report: dict[str, Any] = json.loads(self.said)
        return report


def doctor(*arguments: object, stdin: bytes = b"") -> Ran:
    """Runs the command with something in its standard input."""
    out = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(stdin)))
        try:
            call_command("doctor", *map(str, arguments), stdout=out)
        except SystemExit as stopped:
            return Ran(int(stopped.code or 0), out.getvalue())
        except CommandError as error:
            return Ran(error.returncode, str(error))
    return Ran(0, out.getvalue())
