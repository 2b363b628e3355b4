"""The companies behind a number: what the board is narrowed to, as one word of its address.

It chooses among companies that the board shows to that person anyway, and no others.
"""

from dataclasses import astuple, dataclass, replace
from datetime import date

from django.db.models import QuerySet

from onboarding.backoffice.measures.filters import TITLES, MeasureFilter
from onboarding.backoffice.measures.models import StepTime, Stumble, WhoseTime
from onboarding.backoffice.measures.words import duration, release_of, step_of, week_of, what, where

BETWEEN = "~"
LONGEST = 250
TIME, TROUBLE = "tiempo", "tropiezo"


@dataclass(frozen=True)
class Behind:
    """A number's companies: which time of which step, or what stood in the way there, when."""

    kind: str
    step: str
    # A `WhoseTime`, or a `Stumble.Sort`.
    of: str
    first: date
    last: date
    release: str = ""
    distributor: int = 0
    # Of a time: those that took so many seconds or more.
    seconds: int = 0
    # Of a stumble: which field or check, and its code; every one for tries.
    name: str = ""
    code: str = ""

    @classmethod
    def time(cls, chosen: MeasureFilter, step: str, party: WhoseTime) -> "Behind":
        """Those that have this time."""
        return cls(TIME, step, party, chosen.first, chosen.last, chosen.release, chosen.distributor)

    @classmethod
    def trouble(cls, chosen: MeasureFilter, step: str, sort: str, name: str = "", code: str = "") -> "Behind":
        """Those that stumbled there, over this."""
        whole = cls(TROUBLE, step, sort, chosen.first, chosen.last, chosen.release, chosen.distributor)
        return replace(whole, name=name, code=code)

    @classmethod
    def of_word(cls, word: str) -> "Behind | None":
        """As an address says it; None for anything else."""
        parts = word.replace("\0", "").split(BETWEEN) if len(word) <= LONGEST else []
        if len(parts) != 10 or parts[0] not in (TIME, TROUBLE) or parts[1] not in TITLES:
            return None
        try:
            known = (WhoseTime if parts[0] == TIME else Stumble.Sort)(parts[2])
            first, last = date.fromisoformat(parts[3]), date.fromisoformat(parts[4])
            distributor, seconds = int(parts[6][:9]), int(parts[7][:9])
        except ValueError:
            return None
        return cls(parts[0], parts[1], known, first, last, parts[5], distributor, seconds, parts[8], parts[9])

    @property
    def word(self) -> str:
        """All of it, as `of_word` reads it."""
        return BETWEEN.join(str(each).replace(BETWEEN, " ") for each in astuple(self))

    def companies(self) -> QuerySet[StepTime] | QuerySet[Stumble]:
        """Rows whose companies are meant."""
        span: dict[str, object] = {"step": self.step, "week__range": (self.first, self.last)}
        span |= {"release": self.release} if self.release else {}
        span |= {"distributor": self.distributor} if self.distributor else {}
        if self.kind == TIME:
            return StepTime.objects.filter(**span, party=self.of, seconds__gte=self.seconds)
        exactly = {} if self.of == Stumble.Sort.TRY else {"name": self.name, "code": self.code}
        return Stumble.objects.filter(**span, sort=self.of, **exactly)

    @property
    def words_for_it(self) -> str:
        """What the companies have in common, for people."""
        parts = [step_of(self.step), *self._which, self._when]
        parts += [release_of(self.release)] if self.release else []
        return " · ".join(filter(None, parts))

    @property
    def _which(self) -> list[str]:
        if self.kind == TIME:
            slow = f"{duration(self.seconds)} o más" if self.seconds else ""
            return [WhoseTime(self.of).label, slow]
        if self.of == Stumble.Sort.TRY:
            return [Stumble.Sort.TRY.label]
        return [where(self.of, self.step, self.name), what(self.of, self.code)]

    @property
    def _when(self) -> str:
        first, last = week_of(self.first), week_of(self.last)
        return first if self.first == self.last else f"de la {first} a la {last}"
