"""Can this company invoice? The one list that hub, last page, panel, acta, board and mails go by.

Each step says what it needs (`Step.requirements`): what is asked stands beside how it is answered.
"""

from dataclasses import dataclass
from functools import cached_property

from facturamos.prose import listed
from onboarding.wizard.progress import Progress
from onboarding.wizard.requirement import Requirement, Stops, Turn
from onboarding.wizard.step import AnyStep, Steps

CAN_FINISH = "Puede finalizar, pero todavía no podrá facturar"


@dataclass(frozen=True)
class StandingDoubt:
    """Something doubtful of what is saved; `asked`, if its page has asked about it and it was left so."""

    title: str
    text: str
    url: str
    asked: bool


@dataclass(frozen=True)
class Readiness:
    """What a company's steps ask for, in their order, met or not."""

    progress: Progress
    steps: Steps

    @cached_property
    def requirements(self) -> tuple[Requirement, ...]:
        """All that they ask for, as the company's rows stand now."""
        return tuple(line for step in self.steps for line in self._of(step))

    def _of(self, step: AnyStep) -> list[Requirement]:
        return step.requirements(self.progress) if step.stops_nothing else self._stopping[step.slug]

    @cached_property
    def _stopping(self) -> dict[str, list[Requirement]]:
        """Of the steps that one may have to wait for; where a list of companies stands, they alone tell."""
        return {step.slug: step.requirements(self.progress) for step in self.steps if not step.stops_nothing}

    @cached_property
    def doubts(self) -> tuple[StandingDoubt, ...]:
        """What is doubtful and not missing, each once. It reads the addresses and the catalogue."""
        told, states = {line.code for line in self.missing}, self.progress.onboarding.doubts
        # Two pages may ask the same: what is said first stays.
        found: dict[str, StandingDoubt] = {}
        for step in self.steps:
            for doubt in step.kept(self.progress) if self.progress.saved(step.slug) else ():
                if told.isdisjoint({doubt.code, *doubt.told_by}):
                    standing = StandingDoubt(step.title, doubt.sentence, step.url, doubt.key in states)
                    found.setdefault(doubt.key, standing)
        return tuple(found.values())

    @property
    def kept_doubts(self) -> tuple[StandingDoubt, ...]:
        """What was left as it is although the page asked."""
        return tuple(doubt for doubt in self.doubts if doubt.asked)

    @property
    def new_doubts(self) -> tuple[StandingDoubt, ...]:
        """What nobody was asked about: it came up after the step was saved."""
        return tuple(doubt for doubt in self.doubts if not doubt.asked)

    @cached_property
    def missing(self) -> list[Requirement]:
        """What is not met, the steps to complete first."""
        return sorted((line for line in self.requirements if not line.met), key=lambda line: -line.stops)

    @cached_property
    def before_finishing(self) -> list[Requirement]:
        """What «Finalizar configuración» waits for."""
        return [line for lines in self._stopping.values() for line in lines if line.is_waited_for]

    @cached_property
    def after_finishing(self) -> list[Requirement]:
        """What one need not wait for to finish, but for invoicing."""
        lines = (line for lines in self._stopping.values() for line in lines)
        return [line for line in lines if line.stops is Stops.INVOICING and not line.met]

    @cached_property
    def before_invoicing(self) -> list[Requirement]:
        """What still stands between the company and its first invoice."""
        return [*self.before_finishing, *self.after_finishing]

    @property
    def on_hub(self) -> list[Requirement]:
        """What the list of steps does not say: what is wrong, and what finishing does not wait for."""
        told = self.before_invoicing
        return [line for line in told if line.state == "problem" or line.stops is Stops.INVOICING]

    @property
    def can_invoice(self) -> bool:
        """Whether nothing is left that the SAT or the PAC would refuse an invoice for."""
        return not self.before_invoicing

    @property
    def next_action(self) -> Requirement | None:
        """The first thing that the issuer can do; None where there is nothing, or one can only wait."""
        return next(
            (line for line in self.before_invoicing if line.turn is Turn.ISSUER and line.action), None
        )

    @property
    def on_panel(self) -> list[Requirement]:
        """What is missing, and what may change by itself."""
        return [line for line in self.requirements if line.lasting or not line.met]

    @property
    def heading(self) -> str:
        """Can one invoice? The first thing that hub, panel and mails say."""
        return self._of_finished if self.progress.finished else self._of_unfinished

    @property
    def _of_finished(self) -> str:
        count = len(self.before_invoicing)
        if not count:
            return "Ya puede facturar"
        if all(line.turn is not Turn.ISSUER for line in self.before_invoicing):
            return "Todo lo suyo está listo: falta esperar"
        return "Falta una cosa para facturar" if count == 1 else f"Faltan {count} cosas para facturar"

    @property
    def _of_unfinished(self) -> str:
        """Steps are counted as such only where nothing else is missing."""
        count = len(self.before_invoicing)
        if not self.before_finishing:
            return CAN_FINISH if count else "Ya solo falta finalizar"
        if self.after_finishing:
            return f"Faltan {count} cosas para poder facturar"
        return (
            "Le falta 1 paso para poder facturar"
            if count == 1
            else f"Le faltan {count} pasos para poder facturar"
        )

    @property
    def finishing_hint(self) -> str:
        """What the last page says when one may finish, but not invoice yet; else nothing."""
        waiting = listed(line.title for line in self.after_finishing)
        return f"{CAN_FINISH}: falta {waiting}." if waiting else ""
