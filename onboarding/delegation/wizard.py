"""The issuer's page of a step, with somebody at it who was asked to do that step and no more."""

from django import forms
from django.http import QueryDict

from onboarding.models import StepState
from onboarding.steps.datos_fiscales import FiscalDataStep
from onboarding.wizard.step import Context
from onboarding.wizard.views import OnboardingWizard

RFC = f"{FiscalDataStep.slug}-rfc"


class DelegateWizard(OnboardingWizard):
    """Saves like the issuer; the RFC stays, nothing is left out, and each save is noted anew."""

    def _leaves_out(self) -> bool:
        return False

    def _sent(self) -> QueryDict:
        """The RFC says whose matter it is: another one would end the link."""
        sent = super()._sent()
        if RFC not in sent:
            return sent
        kept = sent.copy()
        kept[RFC] = self.progress.company.rfc
        return kept

    def _note_saved(self, *, omitted: bool = False) -> None:
        StepState.note_saved(self.progress.onboarding, [self.page.slug])

    def get_form(self, step: str | None = None, data: object = None, files: object = None) -> forms.BaseForm:
        """The issuer's form; the RFC is shown, and whose it is to change."""
        form: forms.BaseForm = super().get_form(step, data, files)
        if field := form.fields.get("rfc"):
            field.widget.attrs["readonly"] = True
            form["rfc"].help_text = "Solo lo cambia quien le pidió este paso."
        return form

    def get_form_kwargs(self, step: str | None = None) -> Context:
        """What the form must know, but not the telephone that the issuer left with its own account."""
        found = super().get_form_kwargs(step)
        proposed = found.get("proposed")
        if isinstance(proposed, dict):
            proposed.pop("phone", None)
        return found
