"""The list of steps beside a page, on the hub and on the panel."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString

from facturamos.drawing import drawn, joined
from facturamos.prose import in_words
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.step import AnyStep, Steps

FIRST_NUMBER = 2  # the guide's step 1 is the sign-in
MARKS: dict[str, str] = {Status.DONE: "✓", Status.PROBLEM: "!", Status.REVIEW: "…", Status.SKIPPED: "–"}


class StepperEntry(NamedTuple):
    """One step in the list. `status` is «locked» while the privacy notice is not accepted."""

    number: int
    slug: str
    title: str
    url: str
    status: str
    status_label: str
    current: bool
    note: str
    minutes: int
    needs: str

    @property
    def mark(self) -> str:
        """What stands in the step's dot: a sign of its state, or its number."""
        return MARKS.get(self.status, str(self.number))


def lines(entries: Sequence[StepperEntry]) -> SafeString:
    """The lines of the list beside a page: in a template, they would be a quarter of all its nodes."""
    return joined(
        _line(entry.status, entry.mark, entry.title, entry.status_label, entry.url, entry.current)
        for entry in entries
    )


# A dozen steps, each in one of a few states: most lines have been drawn for somebody before.
@lru_cache(maxsize=512)
def _line(status: str, mark: str, title: str, label: str, url: str, current: bool) -> SafeString:
    inside = drawn(
        '<span class="dot {}" aria-hidden="true">{}</span>\n<span>{}<span class="sr"> ({})</span></span>',
        status,
        mark,
        title,
        label,
    )
    if status == "locked":
        return drawn('<li><span class="locked">{}</span></li>', inside)
    is_current = SafeString(' aria-current="step"' if current else "")
    return drawn('<li><a href="{}"{}>{}</a></li>', url, is_current, inside)


def total(pages: Steps) -> int:
    """How many steps the guide counts: the pages, and the sign-in."""
    return len(pages) + FIRST_NUMBER - 1


def total_in_words(pages: Steps) -> str:
    """The same as a word, for prose."""
    return in_words(total(pages))


def place_of(slug: str, pages: Steps) -> str:
    """«Paso 3 de 12», as every page says above its form."""
    return f"Paso {number_of(slug, pages)} de {total(pages)}"


def number_of(slug: str, pages: Steps) -> int:
    """The guide's number of a page."""
    return [page.slug for page in pages].index(slug) + FIRST_NUMBER


def entries(progress: Progress, pages: Steps, current: AnyStep | None = None) -> list[StepperEntry]:
    """Every page with its state, in order."""
    return [
        _entry(
            progress,
            page,
            number,
            locked=number > FIRST_NUMBER and not progress.notice_accepted,
            current=page is current,
        )
        for number, page in enumerate(pages, FIRST_NUMBER)
    ]


def _entry(progress: Progress, page: AnyStep, number: int, *, locked: bool, current: bool) -> StepperEntry:
    status = page.status(progress)
    return StepperEntry(
        number=number,
        slug=page.slug,
        title=page.title,
        url=page.url,
        status="locked" if locked else status.value,
        status_label=Status.TODO.label if locked else page.status_label(status, progress),
        current=current,
        note=progress.note(page.slug),
        minutes=page.minutes,
        needs=page.needs,
    )
