"""Saving in admin without undoing what somebody else saved meanwhile.

Every page of a row carries what it showed (shown.py). A save locks the row, compares what was sent with what
is stored now (merging.py), and asks where both changed the same. Nothing is said in an admin class for it,
and a model that is registered later has it, too.
"""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from facturamos.admin.authorship import last_change
from facturamos.admin.merging import KEEP, FormMerge, Merged, readable
from facturamos.admin.merging_rows import RowsMerge, show_added, telling_apart
from facturamos.admin.shown import SHOWN, Formset, Sent, compared, read, shown_json

# What else is locked before a row is read, by whoever else writes it; an app appends its own.
LOCKS: list[Callable[[models.Model], None]] = []
# Under which name a request carries what its merge came to.
MERGED = "merged"
JUST_NOW = "Otra persona acaba de guardar el mismo dato. Revíselo y guarde otra vez."


class HeldForm(forms.ModelForm[models.Model]):
    """Mixed into a page's form while something is to be asked: whatever it says, nothing is saved."""

    def is_valid(self) -> bool:
        """Never; its fields are judged all the same."""
        super().is_valid()
        return False


class CarefulFormSet(BaseInlineFormSet[Any, Any, Any]):
    """Rows in a row's page: what tells stored ones apart stays, and changed columns alone are saved."""

    def add_fields(self, form: forms.ModelForm[models.Model], index: int | None) -> None:
        """Exchanging the kinds of two rows would meet their constraint half way."""
        super().add_fields(form, index)
        if form.instance.pk is not None:
            for name in {each for names in telling_apart(self) for each in names} & set(form.fields):
                form.fields[name].disabled = True

    def save_existing(
        self, form: forms.ModelForm[models.Model], obj: models.Model, commit: bool = True
    ) -> models.Model:
        """A form of ours knows its columns; of another the changed ones."""
        if not commit or hasattr(form, "columns"):
            saved: models.Model = super().save_existing(form, obj, commit)
            return saved
        columns = {each.name for each in obj._meta.fields}
        obj.save(update_fields=[name for name in form.changed_data if name in columns])
        return obj


class CarefulAdmin[M: models.Model](admin.ModelAdmin[M]):
    """Mixed into admin's base class."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Saves what was changed here; a page that cannot be saved comes back with all that was typed."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        sent = request.POST
        try:
            with transaction.atomic():
                return self._save(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Somebody else came first, by a hair: what was saved then is read now.
            setattr(request, "POST", sent)  # noqa: B010  # its type knows no other than it came with
            messages.error(request, JUST_NOW)
            with transaction.atomic():
                return self._save(request, object_id, form_url, extra_context, held=True)

    def _save(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, object] | None,
        *,
        held: bool = False,
    ) -> HttpResponse:
        if object_id is None:
            vars(request)[MERGED] = Merged(request.POST, held=held)
            return super().changeform_view(request, object_id, form_url, extra_context)
        row = self._locked(request, object_id)
        if row is None or not self.has_change_permission(request, row):
            return self.cannot_be_changed(request, object_id, row)
        merged = self._merge(request, row)
        merged.held = held or bool(merged.clashes)
        vars(request)[MERGED] = merged
        setattr(request, "POST", merged.data)  # noqa: B010
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if merged.kept and not merged.held:
            kept = ", ".join(f"«{label}»" for label in merged.kept)
            messages.info(request, f"Se conservó lo que otra persona cambió mientras tanto: {kept}.")
        return response

    def _locked(self, request: HttpRequest, object_id: str) -> M | None:
        """The row as it is once nobody else is writing it (docs/adr/0003); None where it is gone."""
        try:
            row = self.get_object(request, unquote(object_id))
        except Http404:
            row = None
        if row is None:
            return None
        for lock in LOCKS:
            lock(row)
        self.model._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
        return self.get_object(request, unquote(object_id))

    # --- comparing

    def _merge(self, request: HttpRequest, row: M) -> Merged:
        sent, shown, keep = Sent(request.POST, request.FILES), read(request.POST), request.POST.getlist(KEEP)
        merged = Merged(request.POST.copy())
        merged.take(FormMerge(self._page_form(request, row), sent, shown.get("", {}), ""), str, keep)
        formsets = [*self._page_formsets(request, row)]
        for formset, inline in formsets:
            may_add = inline.has_add_permission(request, row)
            RowsMerge(formset, sent, shown, may_add=may_add, keep=keep).merge(merged)
        if merged.clashes:
            for formset, _ in formsets:
                show_added(formset, merged.data)
        return merged

    def _page_form(self, request: HttpRequest, row: M) -> forms.ModelForm[M]:
        """The page's form as it would be shown now."""
        names = flatten_fieldsets(self.get_fieldsets(request, row))
        return self.get_form(request, row, change=True, fields=names)(instance=copy(row))

    def _page_formsets(
        self, request: HttpRequest, row: M
    ) -> Iterator[tuple[Formset, admin.options.InlineModelAdmin[Any, Any]]]:
        """Those of its inlines in which the user may change something, as they would be shown now."""
        seen: dict[str, int] = {}
        for kind, inline in self.get_formsets_with_inlines(request, row):
            prefix = kind.get_default_prefix()
            seen[prefix] = seen.get(prefix, 0) + 1
            if seen[prefix] != 1:
                prefix = f"{prefix}-{seen[prefix]}"
            if f"{prefix}-TOTAL_FORMS" in request.POST and inline.has_change_permission(request, row):
                yield kind(instance=row, prefix=prefix, queryset=inline.get_queryset(request)), inline

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[M]]:
        """While something is to be asked, one that does not save."""
        form = super().get_form(request, obj, change=change, **kwargs)
        merged: Merged | None = vars(request).get(MERGED)
        return type(form.__name__, (HeldForm, form), {}) if merged and merged.held else form

    # --- the page

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        """With what it shows, and with what clashes."""
        formsets = [each.formset for each in context["inline_admin_formsets"] if each.has_change_permission]
        shown = shown_json(context["adminform"].form, formsets) if change else ""
        context |= {"shown_name": SHOWN, "shown": shown, "keep_name": KEEP, MERGED: vars(request).get(MERGED)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def cannot_be_changed(self, request: HttpRequest, object_id: str, row: M | None) -> HttpResponse:
        """It was deleted, or settled, while somebody typed: what was typed is shown, to be copied."""
        if not self.has_change_permission(request):
            raise PermissionDenied if row else Http404
        by = last_change(self.model, unquote(object_id))
        if row is None and by.when is None:
            raise Http404
        form = self.get_form(request, row, change=False)()
        sent = Sent(request.POST, request.FILES)
        typed = [
            (field.label or name, readable(field, sent.text(form, name, name)))
            for name, field in compared(form).items()
            if name in request.POST and not isinstance(field.widget, forms.PasswordInput)
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Ya no se puede corregir",
            "original": row,
            "by": by,
            "typed": typed,
        }
        return TemplateResponse(request, "admin/gone.html", context, status=404 if row is None else 403)
