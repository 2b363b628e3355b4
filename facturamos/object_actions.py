"""Deeds done to one row from its page in admin: a button, a page that explains and asks, a POST.

A subclass of `ObjectAction` says what the deed is; an admin class that derives from `ActingAdmin` lists
its deeds in `object_actions`. The row is found by `ScopedAdmin.get_object` (a foreign one is 404), the deed
is written to the row's history.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from facturamos.forms import PageForm
from facturamos.scoping import ScopedAdmin, viewer

if TYPE_CHECKING:
    from django.db.models import Model


class Confirmation(PageForm, forms.Form):
    """Asks nothing but the button."""


class ReasonedConfirmation(Confirmation):
    """Asks why; the reason is kept in the row's history."""

    reason = forms.CharField(
        label="Motivo",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Queda en el historial.",
    )


class ObjectAction:
    """One deed. Override `act`, and `possible` where the deed does not always make sense."""

    slug: ClassVar[str]  # part of the URL
    label: ClassVar[str]  # of the button; «…» when a page asks for more
    explanation: ClassVar[str]  # what will happen, before it does
    form_class: ClassVar[type[Confirmation]] = Confirmation
    for_distributor: ClassVar[bool] = False
    dangerous: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """What the deed is called where it is done."""
        return self.label.rstrip("…")

    def allowed(self, request: HttpRequest, row: Any) -> bool:
        """Whether the user may do it to a row that it sees."""
        user = viewer(request)
        return user.is_support or (self.for_distributor and bool(user.distributor_id))

    def possible(self, row: Any) -> bool:
        """Whether the deed makes sense for the row as it is."""
        return True

    def form(self, data: Any, row: Any) -> Confirmation:
        """What is asked before it is done to `row`."""
        return self.form_class(data)

    def act(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> str:
        """Does it, in a transaction; returns the Spanish sentence that tells what was done.

        Empty where the page at `next_url` tells it.
        """
        raise NotImplementedError

    def next_url(self, row: Any) -> str:
        """Where to go when it is done; empty: to the row's own page."""
        return ""


class ActingAdmin(ScopedAdmin):
    """An admin class whose rows have deeds."""

    change_form_template = "admin/change_form_with_deeds.html"
    object_actions: ClassVar[tuple[type[ObjectAction], ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        return [*map(self._url, self.object_actions), *super().get_urls()]

    def action_url(self, deed: type[ObjectAction], row: "Model") -> str:
        """The address of a deed's page for one row."""
        return reverse(f"admin:{self._url_name(deed)}", args=[row.pk])

    def _url_name(self, deed: type[ObjectAction]) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{deed.slug.replace('-', '_')}"

    def _url(self, deed: type[ObjectAction]) -> URLPattern:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            return self.act_view(request, object_id, deed())

        return path(
            f"<path:object_id>/{deed.slug}/", self.admin_site.admin_view(view), name=self._url_name(deed)
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The row's page, with a button for each deed that is allowed and possible."""
        response = super().change_view(request, object_id, form_url, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None:
            context["deeds"] = self.deeds(request, context["original"])
        return response

    def deeds(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """The label and the address of each deed that is allowed and possible."""
        return [
            {"label": deed.label, "url": self.action_url(deed, row), "dangerous": deed.dangerous}
            for deed in self.object_actions
            if deed().allowed(request, row) and deed().possible(row)
        ]

    @transaction.atomic
    def act_view(self, request: HttpRequest, object_id: str, deed: ObjectAction) -> HttpResponse:
        """Explains and asks (GET), then does it and returns to the row's page, or to the list."""
        row = self.get_object(request, unquote(object_id))
        if not deed.allowed(request, row):
            raise PermissionDenied
        if not deed.possible(row):
            messages.warning(request, f"«{deed.name}» no se puede hacer ahora.")
            return self._back(request, row)
        form = deed.form(request.POST if request.method == "POST" else None, row)
        if not form.is_valid():
            return self._ask(request, row, deed, form)
        done = deed.act(request, row, form.cleaned_data)
        reason = form.cleaned_data.get("reason", "")
        self.log_change(request, row, f"{deed.name}. {reason}".strip())
        if done:
            messages.success(request, done)
        return redirect(url) if (url := deed.next_url(row)) else self._back(request, row)

    def _back(self, request: HttpRequest, row: Any) -> HttpResponse:
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)

    def _ask(self, request: HttpRequest, row: Any, deed: ObjectAction, form: Confirmation) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": deed.name,
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "deed": deed,
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/deed.html", context)
