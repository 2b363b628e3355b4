"""The list of steps beside a page, on the hub and on the panel."""

from dataclasses import dataclass

from django.urls import reverse

from onboarding.progress import Progress, Status
from onboarding.steps.base import FIRST_NUMBER, Step

MARKS: dict[str, str] = {Status.DONE: "✓", Status.PROBLEM: "!", Status.REVIEW: "…", Status.SKIPPED: "–"}


@dataclass(frozen=True)
class Entry:
    """One step in the list. `status` is «locked» while the privacy notice is not accepted."""

    number: int
    slug: str
    title: str
    url: str
    status: str
    status_label: str
    current: bool
    note: str

    @property
    def mark(self) -> str:
        """What stands in the step's dot: a sign of its state, or its number."""
        return MARKS.get(self.status, str(self.number))


def total(pages: tuple[Step, ...]) -> int:
    """How many steps the guide counts: the pages, and the sign-in."""
    return len(pages) + FIRST_NUMBER - 1


def number_of(page: Step, pages: tuple[Step, ...]) -> int:
    """The guide's number of a page."""
    return pages.index(page) + FIRST_NUMBER


def entries(progress: Progress, pages: tuple[Step, ...], current: Step | None = None) -> list[Entry]:
    """Every page with its state, in order."""
    return [_entry(progress, page, pages, current) for page in pages]


def _entry(progress: Progress, page: Step, pages: tuple[Step, ...], current: Step | None) -> Entry:
    status = page.status(progress)
    locked = not progress.notice_accepted and page is not pages[0]
    return Entry(
        number=number_of(page, pages),
        slug=page.slug,
        title=page.title,
        url=reverse("paso", args=[page.slug]),
        status="locked" if locked else status.value,
        status_label=Status.TODO.label if locked else status.label,
        current=page is current,
        note=progress.note(page.slug),
    )
