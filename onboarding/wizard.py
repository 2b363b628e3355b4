"""The wizard: formtools gives the order, the forms and the rendering; the truth is in the models.

What formtools' own wizards do otherwise, and why not here, is told in docs/design.md; each point has a
test in tests/onboarding/test_wizard_faults.py.
"""

from copy import copy
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from formtools.wizard.views import NamedUrlWizardView, SessionWizardView

from companies.http import IssuerRequest, issuer_required
from onboarding import rail
from onboarding.conflicts import Conflict, conflict_of, version_of
from onboarding.models import StepState
from onboarding.progress import Progress
from onboarding.steps import STEPS
from onboarding.steps.base import Redraw, Step, Visit

OMIT = "omitir"
# Pages that «Cambiar» starts from and saving returns to.
RETURNS = ("terminar", "panel")


@method_decorator(issuer_required, name="dispatch")
class OnboardingWizard(NamedUrlWizardView, SessionWizardView):  # type: ignore[misc]
    """One page a step. The URL names the step; each valid POST saves its rows at once."""

    storage_name = "onboarding.storage.NothingKept"
    file_storage = None
    pages: tuple[Step, ...] = STEPS
    request: IssuerRequest
    page: Step
    progress: Progress

    # --- start

    @classmethod
    def get_initkwargs(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The forms follow from the pages, whose order is the product."""
        pages: tuple[Step, ...] = kwargs.setdefault("pages", cls.pages)
        kwargs["form_list"] = [(page.slug, page.form_class) for page in pages]
        initkwargs: dict[str, Any] = super().get_initkwargs(*args, **kwargs)
        return initkwargs

    def dispatch(self, request: IssuerRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Finds the page by its URL; an unknown one is a 404."""
        self.page = self._find(kwargs["step"])
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def _find(self, slug: str) -> Step:
        for page in self.pages:
            if page.slug == slug:
                return page
        raise Http404("no such step")

    def _load(self, *, lock: bool = False) -> HttpResponse | None:
        """Reads where the company stands; answers with the notice while that is not accepted."""
        self.storage.current_step = self.page.slug
        self.progress = Progress.of(self.request.user, lock=lock)
        notice = self.pages[0]
        if self.page is notice or self.progress.notice_accepted:
            return None
        return redirect(self.get_step_url(notice.slug))

    # --- get

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Shows the page. Changes nothing."""
        response: HttpResponse = self._load() or self.render(self.get_form())
        return response

    # --- post

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Does what the pressed button says, in one transaction under the lock of the company's way."""
        if self._posted_step() != self.page.slug:
            return redirect(self.get_step_url(self.page.slug))
        with transaction.atomic():
            return self._load(lock=True) or self._act()

    def _posted_step(self) -> str | None:
        # The management form's one field; making and validating the form costs more than the rest.
        return self.request.POST.get(f"{self.prefix}-current_step")

    def _act(self) -> HttpResponse:
        pressed = self.request.POST.get("accion", "")
        if pressed == OMIT and self.page.optional:
            self.page.omit(self.visit)
            self._keep(omitted=True)
            return self._onward()
        if action := self.page.actions.get(pressed):
            return action(self.visit) or redirect(self.request.get_full_path())
        if redraw := self.page.redraws.get(pressed):
            return self._redrawn(redraw)
        return self._save(self._bound_form())

    def _redrawn(self, redraw: Redraw) -> HttpResponse:
        """The page as it was sent, completed; nothing is judged or saved, and its version stays."""
        form: forms.BaseForm = self.get_form()
        redraw(form, self.request.POST)
        response: HttpResponse = self.render(form, version=self.request.POST.get("version", ""))
        return response

    def _bound_form(self) -> forms.BaseForm:
        data: QueryDict = self.page.amend(self.request.POST)
        form: forms.BaseForm = self.get_form(data=data, files=self.request.FILES)
        return form

    def _save(self, form: forms.BaseForm) -> HttpResponse:
        # Before validation: a ModelForm writes what was typed into its instance.
        stale = self.request.POST.get("version") != self._version(form)
        if not form.is_valid():
            return self._answer(form)
        if stale and form.has_changed() and self.page.stale_message:
            form.add_error(None, self.page.stale_message)
            return self._answer(form)
        if stale and form.has_changed():
            conflict = conflict_of(form, self.page.rows(self.progress), self.request.user)
            return self._answer(form, conflict)
        if stale:
            return self._onward()  # the same content again: a double click, or another tab
        try:
            with transaction.atomic():
                response = self.page.save(self.visit, form)
                if form.is_valid():  # a save may find something wrong itself
                    self._keep()
        except IntegrityError:
            form.add_error(None, "Otra persona acaba de guardar el mismo dato. Revíselo e intente de nuevo.")
            return self._answer(form)
        if not form.is_valid():
            return self._answer(form)
        return response or self._onward()

    def _answer(self, form: forms.BaseForm, conflict: Conflict | None = None) -> HttpResponse:
        response: HttpResponse = self.render(form, conflict=conflict)
        return response

    def _keep(self, *, omitted: bool = False) -> None:
        """Notes that the issuer saved the page, or left it out; nothing when that is noted already."""
        slug = self.page.slug
        noted = self.progress.omitted(slug) if omitted else self.progress.saved(slug)
        if noted and not self.progress.note(slug) and self.progress.omitted(slug) == omitted:
            return
        state = StepState(
            onboarding=self.progress.onboarding,
            slug=slug,
            saved_at=None if omitted else timezone.now(),
            omitted=omitted,
        )
        StepState.objects.bulk_create(
            [state],
            update_conflicts=True,
            unique_fields=["onboarding", "slug"],
            update_fields=["saved_at", "omitted", "note"],
        )

    def _onward(self) -> HttpResponseRedirect:
        """To the next page; to where «Cambiar» was pressed; or stays, to show an outcome."""
        if self.page.stays and self.request.POST.get("accion") != OMIT:
            return redirect(self.request.get_full_path())
        back = self.request.GET.get("de")
        if back in RETURNS:
            return redirect("panel" if back == "panel" else self.get_step_url(back))
        return redirect(self.get_step_url(self.steps.next) if self.steps.next else "panel")

    # --- forms

    @property
    def visit(self) -> Visit:
        """This request, as the steps know it."""
        return Visit(self.request, self.page, self.progress, self.pages)

    def get_form_instance(self, step: str) -> Any:
        """The row that the page edits; a copy, since a form writes what was typed into it."""
        return copy(self.page.instance(self.progress)) if self.page.instance else None

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        """What the form must know besides."""
        return self.page.form_kwargs(self.progress)

    def _version(self, form: forms.BaseForm) -> str:
        return version_of(form, self.page.fingerprint(self.progress))

    # --- rendering

    def get_template_names(self) -> list[str]:
        """The page's own template when it has one."""
        return self.page.template_names

    def get_context_data(self, form: forms.BaseForm, **kwargs: Any) -> dict[str, Any]:
        """The page, the rail, the version, and what the step's own template needs."""
        kwargs.setdefault("conflict", None)
        number = rail.number_of(self.page, self.pages)
        context: dict[str, Any] = super().get_context_data(form=form, **kwargs)
        return (
            context
            | {
                "step": self.page,
                "number": number,
                "total": rail.total(self.pages),
                "percent": round(100 * number / rail.total(self.pages)),
                "rail": rail.entries(self.progress, self.pages, current=self.page),
                "version": kwargs.get("version") or self._version(form),
                "note": self.progress.note(self.page.slug),
                "finished": self.progress.finished,
                "company": self.progress.company,
                "previous_url": self.get_step_url(self.steps.prev) if self.steps.prev else None,
            }
            | self.page.context(self.visit)
        )

    def done(self, form_list: list[Any], **kwargs: Any) -> HttpResponse:
        """Never called: finishing is the last page's own save, once, on a POST."""
        raise NotImplementedError
