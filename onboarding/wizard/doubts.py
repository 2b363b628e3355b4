"""Doubts: what is probably wrong and may be right. Asked once, before going on; never an error."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

# What a company's Onboarding row keeps of each doubt, by its key.
ASKED, KEPT = "asked", "kept"
type DoubtStates = Mapping[str, str]

# The main button, and the one that leaves: pressed again, they go on with what was asked about.
MAIN = ("", "guardar", "salir")
KEEP = "Dejarlo como lo escribí"
# A company corrects few values; more are somebody who tries.
MOST_KEPT = 60


@dataclass(frozen=True)
class Proposal:
    """A button that takes another value: its `accion`, and what it says."""

    action: str
    label: str


@dataclass(frozen=True)
class Doubt:
    """One question about saved values."""

    code: str
    # The values that are doubted: another one is another doubt, the same is never asked about again.
    about: tuple[str, ...]
    # What is doubtful, as the last page repeats it.
    sentence: str
    heading: str
    facts: tuple[tuple[str, str], ...] = ()
    proposals: tuple[Proposal, ...] = ()
    keep: Proposal | None = None
    # Whether it is asked already where the page showed it before anything was sent.
    asked_when_shown: bool = False
    # The requirements that say the same, besides one of the doubt's own code.
    told_by: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Names the doubt and its values, in few letters."""
        return hashlib.sha256("\n".join((self.code, *self.about)).encode()).hexdigest()[:16]

    @property
    def keeping(self) -> Proposal:
        """The button that leaves everything as it is."""
        return self.keep or Proposal(f"dejar-{self.code}", KEEP)


def after_saving(
    states: DoubtStates, doubts: Sequence[Doubt], *, pressed: str | None, shown: Collection[str]
) -> dict[str, str]:
    """What is known of the doubts after a save: asked before, it is kept now; else it is asked now.

    `pressed` is the button, None where the save is only a repetition; `shown` are the keys that the page had.
    """
    present = {doubt.key: _state(states, doubt, pressed, shown) for doubt in doubts}
    known = {**states, **present}
    return known if len(known) <= MOST_KEPT else present


def _state(states: DoubtStates, doubt: Doubt, pressed: str | None, shown: Collection[str]) -> str:
    asked = doubt.key in states or (doubt.asked_when_shown and doubt.key in shown)
    kept = states.get(doubt.key) == KEPT or pressed == doubt.keeping.action
    return KEPT if kept or (asked and pressed in MAIN) else ASKED


def unanswered(states: DoubtStates, doubts: Sequence[Doubt]) -> list[Doubt]:
    """Those that nobody has decided about yet."""
    return [doubt for doubt in doubts if states.get(doubt.key) != KEPT]
