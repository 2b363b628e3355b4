"""What a step is: one page of the wizard, in one object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse, QueryDict

from companies.http import IssuerRequest
from onboarding.progress import Progress, Status

FIRST_NUMBER = 2  # the guide's step 1 is the sign-in


@dataclass(frozen=True)
class Visit:
    """One request to one step: who asks, for what, and where the company stands."""

    request: IssuerRequest
    step: "Step"
    progress: Progress
    pages: "tuple[Step, ...]"


Action = Callable[[Visit], HttpResponse | None]
Redraw = Callable[[Any, QueryDict], None]


def saved_is_done(step: "Step", progress: Progress) -> Status:
    """The usual rule: complete once saved, left out where that is allowed."""
    if progress.saved(step.slug):
        return Status.DONE
    return Status.SKIPPED if progress.omitted(step.slug) else Status.TODO


def save_form(visit: Visit, form: Any) -> HttpResponse | None:
    """The usual way to save: the form knows. The answer, if any, replaces the usual redirect."""
    form.save()
    return None


@dataclass(frozen=True)
class Step:
    """One page. The slug names the URL, the file, the template, the test and the form's prefix.

    `instance` and `form_kwargs` say what the form edits; `save` writes it; `fingerprint` adds to the
    page's version what the form's initial values do not show (files, secrets); `rows` are the rows whose
    history tells who changed them; `actions` are the page's other buttons (`accion`), run under the same
    lock as a save; `context` is what its own template needs besides.
    """

    slug: str
    title: str
    heading: str
    lead: str
    form_class: type[forms.BaseForm]
    optional: bool = False
    # Whether finishing asks for it.
    counts: bool = True
    # Whether the page stays open after saving, to show an outcome.
    stays: bool = False
    state: Callable[["Step", Progress], Status] = saved_is_done
    instance: Callable[[Progress], models.Model | None] | None = None
    form_kwargs: Callable[[Progress], dict[str, Any]] = lambda progress: {}
    save: Callable[[Visit, Any], HttpResponse | None] = save_form
    fingerprint: Callable[[Progress], str] = lambda progress: ""
    rows: Callable[[Progress], list[models.Model]] = lambda progress: []
    # What to say when the page is no longer current, where both versions side by side say nothing.
    stale_message: str = ""
    actions: Mapping[str, Action] = field(default_factory=dict)
    # Buttons that complete the page from what was typed, and save nothing: an unbound form and the data.
    redraws: Mapping[str, Redraw] = field(default_factory=dict)
    # What leaving the page out undoes.
    omit: Callable[[Visit], None] = lambda visit: None
    # What a button changes in the submitted data before it is read.
    amend: Callable[[QueryDict], QueryDict] = lambda data: data
    context: Callable[[Visit], dict[str, Any]] = lambda visit: {}
    # What the last page says about it: label and value.
    summary: Callable[[Progress], list[tuple[str, str]]] = lambda progress: []

    def status(self, progress: Progress) -> Status:
        """Where the company stands with this step; what support asks to look at again is not done."""
        state = self.state(self, progress)
        reopened = progress.note(self.slug) and state in (Status.DONE, Status.SKIPPED)
        return Status.TODO if reopened else state

    @property
    def template_names(self) -> list[str]:
        """The page's own template when it has one, else the common one."""
        return [f"onboarding/steps/{self.slug}.html", "onboarding/step.html"]
