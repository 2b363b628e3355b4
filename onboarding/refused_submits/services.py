"""Noting a page that was not taken: one row, one statement, no value of what was typed."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS

from companies.models import Company
from onboarding.refused_submits.models import RefusedSubmit

# Two versions of a page side by side: nothing was wrong with what was typed.
CONFLICT = "conflict"
# A page has fewer fields than this; a form made by somebody may have any number.
MOST = 40


def note_form(company: Company, step: str, form: forms.BaseForm, *, conflict: bool = False) -> None:
    """Notes the errors that the form is shown again with."""
    found = [
        ("" if name == NON_FIELD_ERRORS else name, error.code or "")
        for name, errors in form.errors.as_data().items()
        for error in errors
    ]
    _note(company, step, [*found, *([("", CONFLICT)] if conflict else [])])


def note_code(company: Company, step: str, code: str) -> None:
    """Notes what the script of a page was told instead of the page itself."""
    _note(company, step, [("", code)])


def _note(company: Company, step: str, found: list[tuple[str, str]]) -> None:
    errors = [{"field": name, "code": code} for name, code in dict.fromkeys(found)][:MOST]
    RefusedSubmit.objects.create(company=company, step=step, errors=errors)
