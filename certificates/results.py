"""What a check finds, and the report that they make together. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a check ended."""

    GOOD = "bien"
    WARNING = "aviso"
    BAD = "mal"
    SKIPPED = "no_aplica"

    @property
    def label(self) -> str:
        """For people."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome: a short title, one sentence, one next action, and the PAC's code for it."""

    code: str
    state: State
    title: str
    message: str
    action: str = ""
    # What a PAC answers when it finds the same (Anexo 20, Matriz de errores).
    pac_code: str = ""
    # Tells the causes of one check apart, for machines: `swapped`, `pkcs12`, `caps_lock`…
    reason: str = ""

    @property
    def good(self) -> bool:
        """Whether nothing is to be done."""
        return self.state is State.GOOD

    @property
    def warns(self) -> bool:
        """Whether it works, with something to know."""
        return self.state is State.WARNING

    @property
    def bad(self) -> bool:
        """Whether the CSD cannot be used because of it."""
        return self.state is State.BAD

    @property
    def skipped(self) -> bool:
        """Whether there was nothing to check, or not yet."""
        return self.state is State.SKIPPED


def good(title: str, message: str, reason: str = "") -> CheckResult:
    """All is well."""
    return CheckResult("", State.GOOD, title, message, reason=reason)


def warning(title: str, message: str, action: str = "", *, pac: str = "", reason: str = "") -> CheckResult:
    """It works, but."""
    return CheckResult("", State.WARNING, title, message, action, pac, reason)


def bad(title: str, message: str, action: str, *, pac: str = "", reason: str = "") -> CheckResult:
    """It cannot be used; `action` says what to do."""
    return CheckResult("", State.BAD, title, message, action, pac, reason)


def skipped(title: str, message: str, reason: str = "") -> CheckResult:
    """There is nothing to judge."""
    return CheckResult("", State.SKIPPED, title, message, reason=reason)


def to_json(results: tuple[CheckResult, ...]) -> list[dict[str, str]]:
    """For keeping."""
    return [{name: str(value) for name, value in asdict(result).items()} for result in results]


def from_json(rows: list[Mapping[str, Any]]) -> tuple[CheckResult, ...]:
    """What `to_json` kept."""
    return tuple(CheckResult(**{**row, "state": State(row["state"])}) for row in rows)
