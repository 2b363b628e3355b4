"""How far the companies of each week have come: a picture, drawn by the server, and the same as a table."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.formats import date_format

from companies.models import Company, User
from onboarding.backoffice.measures.counting import monday
from onboarding.backoffice.once_a_minute import within_a_minute
from onboarding.models import StepState
from onboarding.steps import STEPS

WEEKS = 8
# The picture's measures, in its own units.
LEFT, TOP, WIDE, HIGH = 168, 34, 42, 26


@dataclass(frozen=True)
class Cell:
    """How many of a week's companies have a step behind them; `share` of them, 0 to 1, for the shade."""

    count: int
    share: str
    x: int
    y: int

    @property
    def middle(self) -> int:
        return self.x + (WIDE - 2) // 2

    @property
    def base(self) -> int:
        return self.y + 17


@dataclass(frozen=True)
class Line:
    """One step: its title and a cell for each week."""

    title: str
    y: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Funnel:
    weeks: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]
    companies: int

    width = LEFT + WEEKS * WIDE
    left, top = LEFT, TOP
    cell_width, cell_height = WIDE - 2, HIGH - 2

    @property
    def height(self) -> int:
        return TOP + len(self.lines) * HIGH

    @property
    def summary(self) -> str:
        """What a picture says to who does not see it."""
        done = sum(cell.count for cell in self.lines[-1].cells)
        return f"De {self.companies} empresas de las últimas {WEEKS} semanas, {done} terminaron."


def funnel(user: User) -> Funnel:
    """The picture as it was within the last minute: it reads every company of its weeks."""
    return within_a_minute("funnel", user, lambda: draw(user))


def draw(user: User) -> Funnel:
    """Of the companies that `user` may see and that were created in the last weeks; two queries."""
    weeks = _weeks(timezone.localdate())
    start = timezone.make_aware(datetime.combine(weeks[0], datetime.min.time()))
    recent = Company.objects.visible_to(user).alive().filter(created_at__gte=start)
    made = _made(recent)
    saved = _saved(recent)
    lines = [("Cuenta creada", {w: n for w, (n, _) in made.items()})]
    lines.append(("Iniciar sesión", {w: n for w, (_, n) in made.items()}))
    lines += [(step.title, {w: saved.get((w, step.slug), 0) for w in weeks}) for step in STEPS]
    return Funnel(
        weeks=tuple(
            (date_format(week, "j M").lower(), LEFT + n * WIDE + WIDE // 2) for n, week in enumerate(weeks)
        ),
        lines=tuple(
            _line(number, title, counts, weeks, made) for number, (title, counts) in enumerate(lines)
        ),
        companies=sum(count for count, _ in made.values()),
    )


def _weeks(today: date) -> list[date]:
    """The Mondays of the last weeks, oldest first."""
    return [monday(today) - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def _made(recent: QuerySet[Company]) -> dict[date, tuple[int, int]]:
    """For each week: the companies created, and those of them whose user has signed in."""
    entered = Count("users", filter=Q(users__last_login__isnull=False))
    rows = recent.order_by().annotate(week=TruncWeek("created_at")).values("week")
    return {
        timezone.localdate(row["week"]): (row["made"], row["entered"])
        for row in rows.annotate(made=Count("pk", distinct=True), entered=entered)
    }


def _saved(recent: QuerySet[Company]) -> dict[tuple[date, str], int]:
    """For each week and step: how many companies of that week have saved it."""
    states = StepState.objects.filter(saved_at__isnull=False, onboarding__company__in=recent.order_by())
    rows = states.annotate(week=TruncWeek("onboarding__company__created_at")).values("week", "slug")
    return {
        (timezone.localdate(row["week"]), row["slug"]): row["count"]
        for row in rows.annotate(count=Count("pk"))
    }


def _line(
    number: int, title: str, counts: dict[date, int], weeks: list[date], made: dict[date, tuple[int, int]]
) -> Line:
    y = TOP + number * HIGH
    cells = []
    for column, week in enumerate(weeks):
        count, whole = counts.get(week, 0), made.get(week, (0, 0))[0]
        # Text stands on it: the darkest shade leaves it legible.
        share = f"{0.05 + 0.4 * count / whole:.2f}" if whole else "0"
        cells.append(Cell(count, share, LEFT + column * WIDE, y))
    return Line(title, y, tuple(cells))
