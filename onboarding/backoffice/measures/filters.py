"""What somebody wants to see of the measures: weeks, a distributor, a release, a step."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from companies.models import User
from onboarding.backoffice.measures.counting import WEEKS, monday
from onboarding.steps import STEPS

# What the page begins with.
USUAL_WEEKS = 8
# The step before all others: from the account's opening to the first sign-in.
ENTER = "entrar"
TITLES = {ENTER: "Iniciar sesión"} | {step.slug: step.title for step in STEPS}


@dataclass(frozen=True)
class MeasureFilter:
    """From which week to which, both by their Mondays; 0 and "" for all distributors, releases, steps."""

    first: date
    last: date
    distributor: int = 0
    release: str = ""
    step: str = ""

    @classmethod
    def of(cls, query: QueryDict, user: User) -> "MeasureFilter":
        """As an address says it; what it does not know counts as nothing, and nobody chooses another's."""
        this_week = monday(timezone.localdate())
        first = _week(query.get("desde", "")) or this_week - timedelta(weeks=USUAL_WEEKS - 1)
        last = _week(query.get("hasta", "")) or this_week
        asked, step = query.get("distribuidor", ""), query.get("paso", "")
        distributor = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 0
        return cls(
            first=min(first, last),
            last=max(first, last),
            distributor=distributor if user.is_support else user.distributor_id or 0,
            release=query.get("version", "").replace("\0", "")[:40],
            step=step if step in TITLES else "",
        )

    @property
    def query(self) -> str:
        """The same as a query string."""
        said = {
            "desde": self.first.isoformat(),
            "hasta": self.last.isoformat(),
            "distribuidor": str(self.distributor or ""),
            "version": self.release,
            "paso": self.step,
        }
        return urlencode({name: value for name, value in said.items() if value})

    def with_step(self, step: str) -> "MeasureFilter":
        """The same of one step."""
        return replace(self, step=step)


def weeks_to_choose() -> list[date]:
    """The Mondays that anything is kept of, the latest first."""
    this_week = monday(timezone.localdate())
    return [this_week - timedelta(weeks=back) for back in range(WEEKS)]


def _week(text: str) -> date | None:
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        return None
    return monday(found) if 2000 < found.year < 9000 else None
