"""How the site is: computed here, and nowhere else.

`/metrics`, `/admin/estado/`, `manage.py estado` and the mails to `ALERT_EMAIL` all ask `report()`. Each app
says of its own in a `findings.py`: functions with `@subject(…)`, found at the start. `/salud/listo/` does not
ask here: health.py answers it.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

logger = logging.getLogger(__name__)


class Level(IntEnum):
    """How bad it is; the exit code of `manage.py estado`, too."""

    GOOD = 0
    WARNING = 1
    BAD = 2

    @property
    def word(self) -> str:
        """What people read in its place."""
        return ("Bien", "Atención", "Mal")[self]


def bad_if(wrong: object, level: Level = Level.BAD) -> Level:
    """The level where something is wrong, and good where not."""
    return level if wrong else Level.GOOD


@dataclass(frozen=True)
class StatusFinding:
    """One thing that is known of the site, in words and perhaps as a number."""

    # Known by it in alarms and metrics: «jobs.oldest». The same key may come once for each of its labels.
    key: str
    label: str
    said: str
    level: Level = Level.GOOD
    # What to do when it is not good.
    advice: str = ""
    number: float | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        """The key with its labels: what an alarm is about."""
        return ":".join([self.key, *self.labels.values()])[:100]


@dataclass(frozen=True)
class Subject:
    """What several findings are about, and who is asked."""

    slug: str
    title: str
    ask: Callable[[], Iterable[StatusFinding]]


@dataclass(frozen=True)
class SubjectStatus:
    """A subject with what was found."""

    title: str
    findings: tuple[StatusFinding, ...]

    @property
    def level(self) -> Level:
        return worst(self.findings)


_subjects: dict[str, Subject] = {}


def subject[F: Callable[[], Iterable[StatusFinding]]](slug: str, title: str) -> Callable[[F], F]:
    """Makes a function one that is asked about the site, under a heading of its own."""

    def register(ask: F) -> F:
        _subjects[slug] = Subject(slug, title, ask)
        return ask

    return register


def report() -> list[SubjectStatus]:
    """All that is known, the project's own first. What cannot be found out is bad, and hides nothing else."""
    return [SubjectStatus(each.title, _ask(each)) for each in sorted(_subjects.values(), key=_is_of_an_app)]


def _is_of_an_app(asked: Subject) -> bool:
    return not asked.ask.__module__.startswith("facturamos.")


def _ask(asked: Subject) -> tuple[StatusFinding, ...]:
    try:
        return tuple(asked.ask())
    except Exception as error:  # whatever fails here is what is to be told
        logger.warning("%s: %s", asked.slug, type(error).__name__)
        said = f"No se pudo saber ({type(error).__name__})"
        return (StatusFinding(f"{asked.slug}.unknown", asked.title, said, Level.BAD, "Vea la bitácora."),)


def worst(findings: Iterable[StatusFinding]) -> Level:
    """The level of the worst; good where there is none."""
    return max((finding.level for finding in findings), default=Level.GOOD)


def troubles(answers: Iterable[SubjectStatus]) -> list[StatusFinding]:
    """All that is not good, the worst first."""
    found = [finding for answer in answers for finding in answer.findings if finding.level]
    return sorted(found, key=_level, reverse=True)


def _level(finding: StatusFinding) -> Level:
    return finding.level
