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
    assignee: str
    late: bool

    @property
    def when(self) -> str:
        """For when it is to be done; nothing of a mere note."""
        return "Hecho" if self.note.done_at else _due(self.note, late=self.late)

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
    late: bool

    @property
    def when(self) -> str:
        """For when the next of them is to be done."""
        return _due(self.next, late=self.late)

    @property
    def others(self) -> int:
        """How many there are besides the next."""
        return self.count - 1


def notes_of(company: Company, reader: User) -> list[ShownNote]:
    """What the reader may see: tasks that are open first, the most urgent on top, then the latest."""
    rows = CompanyNote.objects.filter(company=company).visible_to(reader)
    found = list(rows.select_related("written_by", "done_by", "assignee", "distributor")[:LATEST])
    found.sort(key=_urgency)
    today = timezone.localdate()
    return [
        ShownNote(
            note,
            author=_name(note.written_by, reader),
            doer=_name(note.done_by, reader),
            assignee=_name(note.assignee, reader) if note.assignee else "",
            late=note.is_overdue(today),
        )
        for note in found
    ]


def open_tasks(companies: Collection[int], reader: User) -> dict[int, OpenTasks]:
    """By company, of those that have any that the reader may see: for a list, in one query."""
    rows = CompanyNote.objects.filter(company__in=companies).visible_to(reader).open_tasks()
    by_company: dict[int, list[CompanyNote]] = defaultdict(list)
    for note in rows.select_related("assignee"):
        by_company[note.company_id].append(note)
    today = timezone.localdate()
    return {
        key: OpenTasks(len(notes), notes[0], _assignee(notes, reader), notes[0].is_overdue(today))
        for key, notes in by_company.items()
    }


def _urgency(note: CompanyNote) -> tuple[bool, date]:
    return not note.is_open_task, (note.due_on or date.max) if note.is_open_task else date.max


def _due(note: CompanyNote, *, late: bool) -> str:
    if note.due_on is None:
        return ""
    return f"Para el {date_format(note.due_on, r'j \d\e F')}{' (atrasado)' if late else ''}"


def _assignee(notes: list[CompanyNote], reader: User) -> str:
    return next((_name(note.assignee, reader) for note in notes if note.assignee), "")


def _name(person: User | None, reader: User) -> str:
    """A distributor reads the names of its own people; of ours that they are ours."""
    if person is None:
        return SOMEBODY
    ours = person.is_support and not reader.is_support
    return STAFF if ours else person.get_full_name()
