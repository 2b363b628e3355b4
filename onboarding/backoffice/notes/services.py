"""What pages show of notes, and what other pages ask about them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from companies.models import Company, User
from onboarding.backoffice.notes.models import CompanyNote

# So many are shown of one company.
LATEST = 100
STAFF, SOMEBODY = "Asistencia", "alguien que ya no está"
DONE, AGAIN = ("hecho", "Hecho"), ("pendiente", "Otra vez pendiente")


@dataclass(frozen=True)
class ShownNote:
    """A note as a reader sees it."""

    note: CompanyNote
    author: str
    doer: str
    late: bool

    @property
    def when(self) -> str:
        """For when it is to be done; nothing of a mere note."""
        if self.note.due_on is None or self.note.done_at:
            return "Hecho" if self.note.done_at else ""
        late = " (atrasado)" if self.late else ""
        return f"Para el {date_format(self.note.due_on, r'j \d\e F')}{late}"

    @property
    def readers(self) -> str:
        """Who may read it, in words."""
        return f"la ven {self.note.distributor} y Asistencia" if self.note.distributor else "solo Asistencia"

    @property
    def press(self) -> tuple[str, str]:
        """What its button sends and says."""
        return AGAIN if self.note.done_at else DONE


@dataclass(frozen=True)
class OpenTasks:
    """What is to be done about a company: how many, the next, and who looks after it."""

    count: int
    next: CompanyNote
    assignee: str


def notes_of(company: Company, reader: User) -> list[ShownNote]:
    """What the reader may see: tasks that are open first, the most urgent on top, then the latest."""
    rows = CompanyNote.objects.filter(company=company).visible_to(reader)
    found = list(rows.select_related("written_by", "done_by", "assignee", "distributor")[:LATEST])
    found.sort(key=_urgency)
    today = timezone.localdate()
    return [
        ShownNote(note, _name(note.written_by, reader), _name(note.done_by, reader), note.is_overdue(today))
        for note in found
    ]


def open_tasks(companies: Collection[int], reader: User) -> dict[int, OpenTasks]:
    """By company, of those that have any that the reader may see: for a list, in one query."""
    rows = CompanyNote.objects.filter(company__in=companies).visible_to(reader).open_tasks()
    by_company: dict[int, list[CompanyNote]] = defaultdict(list)
    for note in rows.select_related("assignee"):
        by_company[note.company_id].append(note)
    return {key: OpenTasks(len(notes), notes[0], _assignee(notes)) for key, notes in by_company.items()}


def _urgency(note: CompanyNote) -> tuple[bool, date]:
    return not note.is_open_task, (note.due_on or date.max) if note.is_open_task else date.max


def _assignee(notes: list[CompanyNote]) -> str:
    return next((note.assignee.get_full_name() for note in notes if note.assignee), "")


def _name(person: User | None, reader: User) -> str:
    """A distributor reads the names of its own people; of ours that they are ours."""
    if person is None:
        return SOMEBODY
    ours = person.is_support and not reader.is_support
    return STAFF if ours else person.get_full_name()
