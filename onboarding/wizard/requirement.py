"""What a company needs before it can invoice, and whose turn it is."""

from datetime import datetime
from enum import Enum, IntEnum
from functools import lru_cache
from typing import NamedTuple

from django.urls import get_urlconf, reverse


class Turn(Enum):
    """Who has to do something next, with what the pages say of it."""

    ISSUER = "Le toca a usted"
    US = "Nos toca a nosotros"
    SAT = "Le toca al SAT"
    PAC = "Le toca al PAC"


class Stops(IntEnum):
    """What waits while a requirement is not met; each stops what stands before it, too."""

    NOTHING = 0
    INVOICING = 1
    FINISHING = 2


class Requirement(NamedTuple):
    """One line of the list that every page, mail and document goes by: `state` is done, waiting or problem.

    `text` speaks to the issuer, `brief` of the company, to whoever else looks after it; `page` is the slug of
    the step where it is met.
    """

    code: str
    title: str
    state: str
    text: str
    brief: str
    page: str
    # The next thing to do, in the words of a button; nothing where one can only wait.
    action: str = ""
    turn: Turn = Turn.ISSUER
    stops: Stops = Stops.INVOICING
    when: datetime | None = None
    # May change by itself once all is finished: the panel shows it when it is met, too.
    lasting: bool = False

    @property
    def met(self) -> bool:
        """Whether nothing is left to do about it."""
        return self.state == "done"

    @property
    def is_waited_for(self) -> bool:
        """Whether one cannot finish before it is met."""
        return self.stops is Stops.FINISHING and not self.met

    @property
    def url(self) -> str:
        """Where it is met, without the host; lists of companies never ask."""
        return page_url(self.page)

    @property
    def aloud(self) -> str:
        """The state, for whoever does not see the page's signs."""
        return {"done": "listo", "waiting": "en espera", "problem": "con un problema"}[self.state]


def page_url(slug: str) -> str:
    """Where a step's page is, without the host."""
    return _address(slug, get_urlconf())


@lru_cache
def _address(slug: str, urlconf: str | None) -> str:
    # A page names each step several times. Who does a step for the issuer has a urlconf of its own; the site
    # stands at the root of its host, so nothing else makes a difference.
    return reverse("paso", urlconf, args=[slug])
