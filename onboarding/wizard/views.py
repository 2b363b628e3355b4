"""The wizard: formtools gives the order, the forms and the rendering; the truth is in the models.

What formtools' own wizards do otherwise, and why not here, is told in docs/adr/0001; each point has a
test in tests/onboarding/wizard/test_views.py.
"""

import logging
from collections.abc import Mapping
from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic.base import ContextMixin
from formtools.wizard.views import NamedUrlWizardView, SessionWizardView

from companies.signed_in import IssuerRequest, issuer_required
from facturamos import unsaved
from onboarding.models import StepState
from onboarding.refused_submits.services import note_form
from onboarding.steps import STEPS
from onboarding.wizard import stepper
from onboarding.wizard.conflicts import Conflict, SavedByAnother, conflict_of, version_of
from onboarding.wizard.doubts import Doubt, after_saving, unanswered
from onboarding.wizard.onward import RETURNS, address_of, onward
from onboarding.wizard.progress import Progress
from onboarding.wizard.requirement import page_url
from onboarding.wizard.step import LEAVE, OMIT, AnyStep, Context, Redraw, Steps, Visit

logger = logging.getLogger(__name__)

# The hidden field with the keys of the doubts that a page shows.
SHOWN = "dudas"


@method_decorator(issuer_required, name="dispatch")
class OnboardingWizard(NamedUrlWizardView, SessionWizardView):  # type: ignore[misc]
    """One page a step. The URL names the step; each valid POST saves its rows at once."""

    storage_name = "onboarding.wizard.storage.NothingStored"
    file_storage = None
    pages: Steps = STEPS
    request: IssuerRequest
    page: AnyStep
    progress: Progress
    given_back: QueryDict | None = None

    # --- start

    @classmethod
    def get_initkwargs(cls, *, pages: Steps | None = None, **kwargs: object) -> Context:
        """The forms follow from the pages, whose order is the product."""
        pages = pages or cls.pages
        form_list = [(page.slug, page.form_class) for page in pages]
        initkwargs: Context = super().get_initkwargs(pages=pages, form_list=form_list, **kwargs)
        return initkwargs

    def dispatch(self, request: IssuerRequest, step: str) -> HttpResponse:
        """Finds the page by its URL; an unknown one is a 404."""
        if step not in self.form_list:
            raise Http404("no such step")
        self.page = next(page for page in self.pages if page.slug == step)
        response: HttpResponse = super().dispatch(request, step=step)
        return response

    def _load(self, *, lock: bool = False) -> HttpResponse | None:
        """Reads where the company stands; answers with the notice while that is not accepted."""
        self.storage.current_step = self.page.slug
        self.progress = Progress.of(self.request.user, lock=lock)
        notice = self.pages[0]
        if self.page is notice or self.progress.notice_accepted:
            return None
        return redirect(self.get_step_url(notice.slug))

    # --- get

    def get(self, *args: object, **kwargs: object) -> HttpResponse:
        """Shows the page, with what the end of the session kept from being saved. Changes no row."""
        response: HttpResponse = self._load() or self._given_back() or self.render(self.get_form())
        return response

    def _given_back(self) -> HttpResponse | None:
        kept = unsaved.take(self.request)
        if kept is None:
            return None
        form: forms.BaseForm = self.get_form()
        unsaved.fill(form, kept.data)
        self.given_back = kept.data
        response: HttpResponse = self.render(form, version=kept.data.get("version", ""), given_back=True)
        return response

    # --- post

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        """Does what the pressed button says, in one transaction under the lock of the company's way."""
        if self._posted_step() != self.page.slug:
            return redirect(self.get_step_url(self.page.slug))
        try:
            with transaction.atomic():
                return self._load(lock=True) or self._act()
        except SavedByAnother as beaten:
            # Nothing of the request is left, nor what its validation wrote.
            logger.warning("%s: %s", self.page.slug, beaten.__cause__)
            beaten.form.add_error(
                None, "Otra persona acaba de guardar el mismo dato. Revíselo e intente de nuevo."
            )
            return self._answer(beaten.form)

    def _posted_step(self) -> str | None:
        # The management form's one field; making and validating the form costs more than the rest.
        return self.request.POST.get(f"{self.prefix}-current_step")

    def _act(self) -> HttpResponse:
        pressed = self.visit.pressed
        if self._leaves_out():
            self.page.omit(self.visit)
            self._note_saved(omitted=True)
            return self._onward()
        if action := self.page.actions().get(pressed):
            return action(self.visit) or redirect(self.request.get_full_path())
        if redraw := self.page.redraws().get(pressed):
            return self._redrawn(redraw)
        return self._save(self._bound_form())

    def _leaves_out(self) -> bool:
        return self.page.optional and (self.visit.pressed == OMIT or self.page.leaves_out(self.visit))

    def _sent(self) -> QueryDict:
        """What the page sent, as it is read."""
        return self.request.POST

    def _redrawn(self, redraw: Redraw[Any]) -> HttpResponse:
        """The page as it was sent, completed; nothing is judged or saved, and its version stays."""
        form: forms.BaseForm = self.get_form()
        redraw(form, self.request.POST)
        response: HttpResponse = self.render(form, version=self.request.POST.get("version", ""))
        return response

    def _bound_form(self) -> forms.BaseForm:
        data: QueryDict = self.page.amend(self._sent(), self.progress)
        form: forms.BaseForm = self.get_form(data=data, files=self.request.FILES)
        return form

    def _save(self, form: forms.BaseForm) -> HttpResponse:
        # Before validation: a ModelForm writes what was typed into its instance.
        stale = self.request.POST.get("version") != self._version(form)
        if not form.is_valid():
            if not stale:
                self.page.keep_files(self.visit, form)
            return self._answer(form)
        if stale and form.has_changed() and self.page.stale_message:
            form.add_error(None, self.page.stale_message)
            return self._answer(form)
        if stale and form.has_changed():
            conflict = conflict_of(form, self.page.rows(self.progress), self.request)
            return self._answer(form, conflict)
        if stale:  # the same content again: a double click, or another tab
            return self._stay() if self._doubtful(form, None) else self._onward()
        try:
            response = self.page.save(self.visit, form)
            # A save may find something wrong itself.
            if not form.is_valid():
                return self._answer(form)
            if self._doubtful(form, self.visit.pressed):
                return self._stay()
            self._note_saved()
        except IntegrityError as error:
            raise SavedByAnother(form) from error
        return response or self._onward()

    def _doubtful(self, form: forms.BaseForm, pressed: str | None) -> bool:
        """Whether the page stays, once, to ask about what was saved; notes what was asked and answered."""
        if not self.page.asks:
            return False
        saved = self.page.after_saving(self.visit, form)
        doubts, onboarding = self.page.questions(saved), saved.onboarding
        shown = self.request.POST.get(SHOWN, "").split(",")
        states = after_saving(onboarding.doubts, doubts, pressed=pressed, shown=shown)
        if states != onboarding.doubts:
            onboarding.doubts = states
            onboarding.save(update_fields=["doubts"])
        return bool(unanswered(states, doubts))

    def _stay(self) -> HttpResponseRedirect:
        """Shows the page again; whoever was about to leave still leaves, once it is answered."""
        if self.visit.pressed == LEAVE:
            return redirect(f"{self.request.path}?de={self._way_out()}")
        return redirect(self.request.get_full_path())

    def _way_out(self) -> str:
        return "panel" if self.progress.finished else "configuracion"

    def _answer(self, form: forms.BaseForm, conflict: Conflict | None = None) -> HttpResponse:
        note_form(self.progress.company, self.page.slug, form, conflict=conflict is not None)
        response: HttpResponse = self.render(form, conflict=conflict)
        return response

    def _note_saved(self, *, omitted: bool = False) -> None:
        """Notes that the issuer saved the page, or left it out; nothing when that is noted already."""
        slug = self.page.slug
        noted = self.progress.omitted(slug) if omitted else self.progress.saved(slug)
        if noted and not self.progress.note(slug) and self.progress.omitted(slug) == omitted:
            return
        StepState.note_saved(self.progress.onboarding, [slug], omitted=omitted)

    def _onward(self) -> HttpResponseRedirect:
        """To the next page; to where «Cambiar» was pressed; out of here; or stays, to show an outcome."""
        if self.visit.pressed == LEAVE:
            return self._back_with_word(self._way_out())
        if self.page.stays and self.request.POST.get("accion") != OMIT:
            return redirect(self.request.get_full_path())
        back = self.request.GET.get("de")
        if back in RETURNS:
            return self._back_with_word(address_of(back))
        return redirect(self.get_step_url(self.steps.next) if self.steps.next else "panel")

    def _back_with_word(self, where: str) -> HttpResponseRedirect:
        """To a page that does not show what was done: it says so."""
        done = "Omitido por ahora" if self.visit.pressed == OMIT else "Guardado"
        messages.success(self.request, f"{done}: {self.page.title}.")
        return redirect(where)

    def get_step_url(self, step: str) -> str:
        """Where a step's page is: formtools would look the address up each time."""
        return page_url(step)

    # --- forms

    def get_form_list(self) -> Mapping[str, type[forms.BaseForm]]:
        """All pages: none depends on what was answered, which formtools would look at each time."""
        pages: Mapping[str, type[forms.BaseForm]] = self.form_list
        return pages

    @property
    def visit(self) -> Visit:
        """This request, as the steps know it."""
        return Visit(self.request, self.progress, self.pages, self.given_back)

    def get_form_instance(self, step: str) -> models.Model | None:
        """The row that the page edits; a copy where something was sent: a form writes that into it."""
        row = self.page.instance(self.progress)
        return copy(row) if self.request.method == "POST" else row

    def get_form_kwargs(self, step: str | None = None) -> Context:
        """What the form must know besides."""
        return self.page.form_kwargs(self.progress)

    def _version(self, form: forms.BaseForm) -> str:
        return version_of(form, self.page.fingerprint(self.progress))

    # --- rendering

    def get_template_names(self) -> list[str]:
        """The page's own template when it has one."""
        return self.page.template_names

    def get_context_data(self, form: forms.BaseForm, **kwargs: object) -> Context:
        """The page, the stepper, the version, and what the step's own template needs."""
        kwargs.setdefault("conflict", None)
        number = stepper.number_of(self.page.slug, self.pages)
        place = stepper.place_of(self.page.slug, self.pages)
        own = self.page.context(self.visit)
        came_from = self.request.GET.get("de", "")
        given_back = bool(kwargs.get("given_back"))
        faults = self.page.faults(own) if self.request.method == "GET" and not given_back else None
        if faults:
            faults.tell(form)
        # Not formtools' own: what that adds, a form of its own among it, no page shows.
        context: Context = ContextMixin.get_context_data(self, form=form, **kwargs)
        return (
            context
            | {
                "step": self.page,
                "may_be_asked": not self.request.delegate and self.page.may_be_asked(self.progress),
                "place": place,
                "title": self.page.title if self.request.delegate else f"{place} · {self.page.title}",
                "percent": round(100 * number / stepper.total(self.pages)),
                "stepper": self._stepper(),
                "version": kwargs.get("version") or self._version(form),
                "note": self.progress.note(self.page.slug),
                "finished": self.progress.finished,
                "company": self.progress.company,
                "back_url": self._back_url(),
                "onward": onward(self.page.slug, self.pages, came_from, finished=self.progress.finished),
                "faults": faults,
                "mark": unsaved.mark(self.request.user.pk, form, self.page.sent_besides),
            }
            | own
            | self._questions()
        )

    def _stepper(self) -> str:
        """The list beside the page, which who does one step for the issuer does not see."""
        if self.request.delegate:
            return ""
        return stepper.lines(stepper.entries(self.progress, self.pages, current=self.page))

    def _questions(self) -> Context:
        """The doubts that nobody has decided about, as long as the page shows what is saved."""
        states = self.progress.onboarding.doubts
        asks = self.page.asks and self.request.method != "POST"
        doubts: list[Doubt] = unanswered(states, self.page.questions(self.progress)) if asks else []
        return {
            "questions": doubts,
            "questions_name": SHOWN,
            "questions_shown": ",".join(doubt.key for doubt in doubts),
            "asked": any(doubt.key in states for doubt in doubts),
        }

    def _back_url(self) -> str:
        """Where «Volver» leads: to the page before, or to what the steps were opened from."""
        opened_from = self.request.GET.get("de")
        if opened_from in RETURNS and opened_from != self.page.slug:
            return address_of(opened_from)
        if self.progress.finished:
            return reverse("panel")
        previous: str | None = self.steps.prev
        return self.get_step_url(previous) if previous else reverse("configuracion")

    def done(self, form_list: object, **kwargs: object) -> HttpResponse:
        """Never called: finishing is the last page's own save, once, on a POST."""
        raise NotImplementedError
