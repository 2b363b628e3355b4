"""What a step is: one page of the wizard, in one class."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from django import forms
from django.db import models
from django.http import HttpResponse, QueryDict

from companies.models import User
from companies.signed_in import DELEGATE, IssuerRequest
from facturamos.forms import Faults
from onboarding.wizard.doubts import Doubt
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement, Stops, page_url

# Label and value, as the last page and the acta show them.
type Summary = list[tuple[str, str]]
type Context = dict[str, object]
# What the browser sends for a page: the form's fields without their prefix.
type Answer = Mapping[str, object]


@dataclass(frozen=True)
class Visit:
    """One request to one step: who asks, for what, and where the company stands."""

    request: IssuerRequest
    progress: Progress
    pages: "Steps"
    # What the end of the session kept from being saved, where the page shows it again.
    given_back: QueryDict | None = None

    @property
    def pressed(self) -> str:
        """The button that sent the page."""
        return self.request.POST.get("accion", "")

    @property
    def author(self) -> User | None:
        """Whose account does it; nobody's where somebody without one was asked to."""
        return None if self.request.delegate else self.request.user


@runtime_checkable
class Savable(Protocol):
    """A form that writes what was typed; forms of one row or several share the name, not a class."""

    def save(self) -> object: ...


# Buttons that every page may have: leave it out, save and leave.
OMIT, LEAVE = "omitir", "salir"

type Action = Callable[[Visit], HttpResponse | None]
type Redraw[F] = Callable[[F, QueryDict], None]


class Step[F: forms.BaseForm]:
    """One page, whose form is an `F`. A subclass says what is particular to it; the usual answer is here.

    The slug names the URL, the file, the template, the test and the form's prefix.
    """

    slug: str
    title: str
    heading: str
    lead: str
    # What is done there, on the landing page, after the title.
    in_short: str = ""
    # What one must have at hand for it, on the hub, after «Necesita:».
    needs: str = ""
    # How long it takes somebody who has at hand what it asks for.
    minutes: int = 2
    form_class: type[F]
    # Whether the page has «Omitir por ahora».
    optional: bool = False
    # Whether finishing asks for it.
    counts: bool = True
    # Whether one may invoice whatever it asks for; lists of companies do not ask it.
    stops_nothing: bool = False
    # Whether what it asks for may change by itself once all is finished (`Requirement.lasting`).
    lasting: bool = False
    # Whether the page stays open after saving, to show an outcome.
    stays: bool = False
    # Whether the page may have questions; only then are they asked for after a save.
    asks: bool = False
    # Names of what the page sends besides its form, and may be kept when the session is over.
    sent_besides: tuple[str, ...] = ()
    # What to say when the page is no longer current, where both versions side by side say nothing.
    stale_message: str = ""
    # Who else often does it, after «a»: the page offers to ask for it. Empty: only the issuer itself does.
    asked_of: str = ""
    # What the link is called that leads to asking.
    asking: str = "Pedir a alguien que lo haga"
    # What that person is asked for, after «le pide»; and the first step where one link is for two.
    errand: str = ""
    asked_with: str = ""
    # What to tell that person where the page was saved and something is left to do.
    asked_still: str = ""
    # A valid answer, with which the tests and benchmarks that walk every step fill in the page.
    sample_answer: Answer = {}

    # --- where the company stands

    def state(self, progress: Progress) -> Status:
        """What the issuer did with it; what would be refused all the same is not complete."""
        answered = self.answered(progress)
        return Status.PROBLEM if answered is Status.DONE and self.faulty(progress) else answered

    def answered(self, progress: Progress) -> Status:
        """Complete once saved; left out where the issuer chose so."""
        if progress.saved(self.slug):
            return Status.DONE
        return Status.SKIPPED if progress.omitted(self.slug) else Status.TODO

    def status(self, progress: Progress) -> Status:
        """The state, unless support asks to look at the step again: then it is not done."""
        state = self.state(progress)
        reopened = progress.note(self.slug) and state in (Status.DONE, Status.SKIPPED)
        return Status.TODO if reopened else state

    def status_label(self, status: Status, progress: Progress) -> str:
        """What the pages call its `status`."""
        return status.label

    def blocks(self, progress: Progress) -> bool:
        """Whether finishing waits for it; not once it is answered: the issuer may know more than we do."""
        if not self.counts or self.optional:
            return False
        answered = self.state(progress) in (Status.DONE, Status.PROBLEM)
        return bool(progress.note(self.slug)) or not answered

    def faulty(self, progress: Progress) -> list[Requirement]:
        """What is wrong with what is stored, as far as we know: the SAT would refuse an invoice for it."""
        return []

    def requirements(self, progress: Progress) -> list[Requirement]:
        """What one needs of it to invoice, met or not: that it is complete, where finishing asks for it."""
        if not self.counts or self.optional:
            return []
        line = self.requirement(progress)
        return [line] if line.is_waited_for else [line, *self.faulty(progress)]

    def requirement(self, progress: Progress) -> Requirement:
        """That the page is complete; where support asks to look at it again, with its note."""
        note, blocks = progress.note(self.slug), self.blocks(progress)
        return _of_page(self.slug, self.title, note, blocks=blocks, lasting=self.lasting)

    def problem(self, code: str, *, title: str, text: str, brief: str, action: str) -> Requirement:
        """Something on the page that keeps one from invoicing, although it was answered."""
        return Requirement(
            code=code, title=title, state="problem", text=text, brief=brief, page=self.slug, action=action
        )

    @property
    def url(self) -> str:
        """Where the page is, without the host."""
        return page_url(self.slug)

    # --- showing the page

    def instance(self, progress: Progress) -> models.Model | None:
        """The row that the form edits; None where the form is not a row's."""
        return None

    def form_kwargs(self, progress: Progress) -> Context:
        """What the form must know besides."""
        return {}

    def context(self, visit: Visit) -> Context:
        """What the step's own template needs besides."""
        return {}

    def faults(self, context: Context) -> Faults | None:
        """What came out since the page was sent, from what `context` shows; it is an error page then."""
        return None

    @property
    def template_names(self) -> list[str]:
        """The page's own template when it has one, else the common one."""
        return [f"onboarding/steps/{self.slug}.html", "onboarding/step.html"]

    # --- is the page that was sent still current?

    def fingerprint(self, progress: Progress) -> str:
        """Adds to the page's version what the form's initial values do not show: files, secrets."""
        return ""

    def rows(self, progress: Progress) -> Sequence[models.Model]:
        """The rows whose history tells who changed them."""
        instance = self.instance(progress)
        return [instance] if instance else []

    # --- its buttons, under the same lock

    def amend(self, data: QueryDict, progress: Progress) -> QueryDict:
        """What the pressed button changes in the sent data before it is read."""
        return data

    def save(self, visit: Visit, form: F) -> HttpResponse | None:
        """Writes a valid form; the answer, if any, replaces the usual redirect.

        An error that it adds to the form is shown on the page; nothing is noted as saved then.
        """
        if not isinstance(form, Savable):
            raise TypeError(f"{type(self).__name__} must say how its page is saved.")
        form.save()
        return None

    def keep_files(self, visit: Visit, form: F) -> None:
        """Stores the good files of a page that must be corrected elsewhere, so that they stay chosen."""

    def leaves_out(self, visit: Visit) -> bool:
        """Whether what was sent says to leave the page out, whichever button sent it."""
        return False

    def omit(self, visit: Visit) -> None:
        """What leaving the page out undoes."""

    def actions(self) -> Mapping[str, Action]:
        """The page's other buttons, by their `accion`."""
        return {}

    def redraws(self) -> Mapping[str, Redraw[F]]:
        """Buttons that complete the page from what was typed, and save nothing."""
        return {}

    # --- done by somebody else (onboarding/delegation/)

    @property
    def asked_as(self) -> str:
        """The slug under which somebody is asked to do it."""
        return self.asked_with or self.slug

    def is_done_since(self, progress: Progress, since: datetime) -> bool:
        """Whether who was asked to do it has nothing left to do."""
        saved_at = progress.saved_at(self.slug)
        return saved_at is not None and saved_at >= since

    def may_be_asked(self, progress: Progress) -> bool:
        """Whether there is something to ask somebody for as things stand."""
        return bool(self.asked_of)

    def was_done_by(self, progress: Progress, delegate: str, since: datetime) -> bool:
        """Whether it was who was asked that saved it; `delegate` is the author as the history names it."""
        saved = {"events__saved_at__gte": since, f"events__pgh_context__metadata__{DELEGATE}": delegate}
        return progress.onboarding.step_states.filter(slug=self.slug, **saved).exists()

    # --- afterwards

    def questions(self, progress: Progress) -> list[Doubt]:
        """What is doubtful of the values that are saved, kept or not; with it goes `asks`.

        The last page repeats it, for it was kept against advice.
        """
        return []

    def kept(self, progress: Progress) -> list[Doubt]:
        """What the last page and the panel repeat of them: also what was vouched for, asked no more."""
        return self.questions(progress)

    def after_saving(self, visit: Visit, form: F) -> Progress:
        """Where the company stands now that the page is saved, as far as its `questions` look.

        Read again, unless the page knows that they look at nothing but what its form wrote.
        """
        return Progress.of(visit.request.user, places=visit.progress.places)

    def summary(self, progress: Progress) -> Summary:
        """What the last page and the acta say about it."""
        return []


# Of most companies most lines are one of these few.
@lru_cache(maxsize=1024)
def _of_page(slug: str, title: str, note: str, *, blocks: bool, lasting: bool) -> Requirement:
    return Requirement(
        code=slug,
        title=title,
        state="waiting" if blocks else "done",
        text=f"Nota de Asistencia: {note}" if note else "Falta completar este paso.",
        brief=f"«{title}», por una nota de Asistencia: {note}" if note else f"Falta «{title}».",
        page=slug,
        action=f"Completar {title}",
        stops=Stops.FINISHING,
        lasting=lasting,
    )


# Where only the steps' common side matters, whatever their forms.
type AnyStep = Step[Any]
type Steps = tuple[AnyStep, ...]
