"""What a check finds, and the report that they make together. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    SKIPPED = "skipped"

    @property
    def word(self) -> str:
        """The state as commands print it in JSON."""
        return _WORDS[self]

    @property
    def label(self) -> str:
        """The state as pages and admin show it."""
        return self.word.replace("_", " ").capitalize()


# What a page says where others see a colour.
_ALOUD = {
    State.GOOD: "bien",
    State.WARNING: "aviso",
    State.BAD: "hay que corregirlo",
    State.SKIPPED: "no se revisó",
}
_WORDS = {State.GOOD: "bien", State.WARNING: "aviso", State.BAD: "mal", State.SKIPPED: "no_aplica"}


@dataclass(frozen=True)
class CheckResult:
    """One check's outcome: a short title, one sentence, one next action, and the PAC's code for it.

    Title, sentence and action are for a baker; what only the trade understands is in `detail`.
    """

    code: str
    state: State
    title: str
    message: str
    action: str = ""
    # What a PAC answers when it finds the same (Anexo 20, Matriz de errores).
    pac_code: str = ""
    # Tells the causes of one check apart, for machines: `swapped`, `pkcs12`, `caps_lock`…
    reason: str = ""
    # Words of the trade, for whoever asks; pages fold them away.
    detail: str = ""
    # The answer to what people object, where they usually do.
    objection: str = ""

    @property
    def aloud(self) -> str:
        """How it ended, for whoever does not see the page's signs."""
        return _ALOUD[self.state]

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


def good(title: str, message: str, reason: str = "", *, detail: str = "") -> CheckResult:
    """All is well; `message` says what was found."""
    return CheckResult("", State.GOOD, title, message, reason=reason, detail=detail)


def warning(
    title: str, message: str, action: str = "", *, pac: str = "", reason: str = "", detail: str = ""
) -> CheckResult:
    """It works, but there is something to know, and at times to do."""
    return CheckResult("", State.WARNING, title, message, action, pac, reason, detail)


def bad(
    title: str,
    message: str,
    action: str,
    *,
    pac: str = "",
    reason: str = "",
    detail: str = "",
    objection: str = "",
) -> CheckResult:
    """It cannot be used; `action` says what to do."""
    return CheckResult("", State.BAD, title, message, action, pac, reason, detail, objection)


def skipped(title: str, message: str, reason: str = "") -> CheckResult:
    """There is nothing to judge."""
    return CheckResult("", State.SKIPPED, title, message, reason=reason)


def to_json(results: tuple[CheckResult, ...]) -> list[dict[str, str]]:
    """As a column stores them."""
    return [{name: str(value) for name, value in asdict(result).items()} for result in results]


def from_json(rows: list[Mapping[str, str]]) -> tuple[CheckResult, ...]:
    return tuple(map(_from_row, rows))


def _from_row(row: Mapping[str, str]) -> CheckResult:
    words = {name: value for name, value in row.items() if name != "state"}
    return CheckResult(state=State(row["state"]), **words)
