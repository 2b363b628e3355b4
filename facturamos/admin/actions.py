"""What is done to rows in admin: a page that explains and asks, and then a POST that does it.

A subclass of `ConfirmedAction` says what is done; an admin class that derives from `ActionAdmin` lists its
own in `confirmed_actions`. `locations` are Django's: in CHANGE_LIST an action is one of the list's menu and
done to the chosen rows; in CHANGE_FORM it is a button on the row's page. (Django's own menu on that page is
left out: it neither asks nor has an address that another page could lead to.)

Rows are found by `ScopedAdmin`: a foreign one is 404, and never among the chosen. What was done is written
to each row's history.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, Action, ActionLocation
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from facturamos.admin.action_links import ActionLink
from facturamos.admin.homes import home_of, trail_of
from facturamos.admin.scoping import ScopedAdmin, viewer
from facturamos.admin.way_back import back_of
from facturamos.company_scope import LEAD, WORKERS
from facturamos.forms import CleanCharField, PageForm

# One POST carries every chosen row, and one transaction does it.
MOST = 400
NOT_NOW = "no se puede hacer ahora."
# What the button of the page that asks sends.
SURE = "seguro"


class Confirmation(PageForm, forms.Form):
    """Asks nothing but the button."""


class ReasonedConfirmation(Confirmation):
    """Asks why; the reason is kept in the row's history."""

    reason = CleanCharField(
        label="Motivo",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="Queda en el historial.",
    )


@dataclass(frozen=True)
class Selection[M: models.Model]:
    """Which of the chosen rows it can be done to, and why not to the others: a sentence and a count."""

    rows: list[M]
    refused: Counter[str]


class ConfirmedAction[M: models.Model]:
    """One action, for one row and for many. Override `act`, and what says when it makes sense."""

    slug: ClassVar[str]  # part of the address; in a list, its name in the menu
    label: ClassVar[str]  # of the button; «…» when a page asks for more
    explanation: ClassVar[str]  # what will happen, before it does
    form_class: ClassVar[type[Confirmation]] = Confirmation
    locations: ClassVar[Collection[ActionLocation]] = (ActionLocation.CHANGE_FORM,)
    for_distributor: ClassVar[bool] = False  # by its lead and its clerks
    for_lead: ClassVar[bool] = False
    dangerous: ClassVar[bool] = False
    # Whether a list has its button beside each row that it `suits`, and not in that row's menu. `allowed_on`,
    # `refusal` and `suits` may then ask the database nothing of a row that `prepared` has brought.
    beside_rows: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """What the action is called where it is done."""
        return self.label.rstrip("…")

    def allowed(self, request: HttpRequest) -> bool:
        """Whether the user's duty lets it do it at all."""
        user = viewer(request)
        if user.duty in WORKERS and self.for_distributor:
            return True
        return user.is_support or (user.duty == LEAD and self.for_lead)

    def allowed_on(self, request: HttpRequest, row: M) -> bool:
        """Whether the user may do it to this row, which it sees."""
        return self.allowed(request)

    def possible(self, row: M) -> bool:
        """Whether it makes sense for the row as it is."""
        return True

    def suits(self, row: M) -> bool:
        """Whether it is what the row asks for, of those that are `beside_rows`."""
        return True

    def refusal(self, row: M) -> str:
        """Why it cannot be done to the row, as a list's page groups it; "" when it can."""
        return "" if self.possible(row) else NOT_NOW

    def prepared(self, rows: models.QuerySet[M]) -> Iterable[M]:
        """Many rows with what `refusal` asks of them, in a fixed number of queries."""
        return rows

    def form(self, data: QueryDict | None, row: M) -> Confirmation:
        """What is asked before it is done to one row; for many it is `form_class` itself."""
        return self.form_class(data)

    def act(self, request: HttpRequest, row: M, form: Confirmation) -> str:
        """Does it to one row, in a transaction; returns the Spanish sentence that tells what was done.

        Empty where the page at `next_url` tells it.
        """
        raise NotImplementedError

    def next_url(self, row: M) -> str:
        """Where to go when it is done to one row; empty: to the row's own page."""
        return ""

    def select(self, request: HttpRequest, rows: models.QuerySet[M]) -> Selection[M]:
        """Tells the rows that it can be done to from the others, before anything is done."""
        judged = [(row, self._refusal(request, row)) for row in self.prepared(rows)]
        return Selection(
            rows=[row for row, why in judged if not why],
            refused=Counter(why for _, why in judged if why),
        )

    def _refusal(self, request: HttpRequest, row: M) -> str:
        return self.refusal(row) if self.allowed_on(request, row) else "no le está permitido."


class ActionAdmin[M: models.Model](ScopedAdmin[M]):
    """An admin class whose rows have actions."""

    # Of this model; the type of a class's own model cannot be said in a ClassVar.
    confirmed_actions: ClassVar[Sequence[type[ConfirmedAction[Any]]]] = ()

    def actions_at(self, location: ActionLocation) -> list[ConfirmedAction[M]]:
        return [kind() for kind in self.confirmed_actions if location in kind.locations]

    # --- one row

    def get_urls(self) -> list[URLPattern]:
        return [*map(self._url, self.actions_at(ActionLocation.CHANGE_FORM)), *super().get_urls()]

    def action_url(self, action: type[ConfirmedAction[M]], row: models.Model) -> str:
        """The address of an action's page for one row."""
        return reverse(f"admin:{self._url_name(action.slug)}", args=[row.pk])

    def _url_name(self, slug: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{slug.replace('-', '_')}"

    def _url(self, action: ConfirmedAction[M]) -> URLPattern:
        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            return self.action_view(request, object_id, action)

        route = f"<path:object_id>/{action.slug}/"
        return path(route, self.admin_site.admin_view(view), name=self._url_name(action.slug))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """The row's page, with a button for each action that is allowed and possible."""
        response = super().change_view(request, object_id, form_url, extra_context)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        # No row where it is gone, and the page shows what was typed about it.
        if context is not None and (row := context["original"]):
            context["row_actions"] = self.row_actions(request, row)
        return response

    def row_actions(self, request: HttpRequest, row: M) -> list[ActionLink]:
        """A button for each action that is allowed and possible."""
        return [
            ActionLink(action.label, self.action_url(type(action), row), action.dangerous)
            for action in self.actions_at(ActionLocation.CHANGE_FORM)
            if action.allowed_on(request, row) and not action.refusal(row)
        ]

    @transaction.atomic
    def action_view(self, request: HttpRequest, object_id: str, action: ConfirmedAction[M]) -> HttpResponse:
        """Explains and asks (GET), then does it and returns to the row's page."""
        row = self.get_object(request, unquote(object_id))
        back = back_of(request) or self._page_of(request, row)
        if not action.allowed_on(request, row):
            raise PermissionDenied
        if why := action.refusal(row):
            reason = NOT_NOW if why == NOT_NOW else f"no se puede hacer ahora: {why}"
            messages.warning(request, f"«{action.name}» {reason}")
            return redirect(back)
        form = action.form(request.POST if request.method == "POST" else None, row)
        if not form.is_valid():
            about = {"subtitle": str(row), "original": row, "back": back, "button": action.name}
            about["trail"] = trail_of(request, row)
            return self.ask(request, action, form, **about)
        if done := self._do(request, action, row, form):
            messages.success(request, done)
        return redirect(action.next_url(row) or back)

    def _page_of(self, request: HttpRequest, row: M) -> str:
        """Where the row is shown with its buttons: what it belongs to, or its own page."""
        home = home_of(request, row)
        if home:
            return home.url
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    # --- the chosen rows of a list

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action | None]:
        """Django's, and on the list each action that the role may do."""
        actions = super().get_actions(request, action_location)
        if action_location is ActionLocation.CHANGE_LIST and IS_POPUP_VAR not in request.GET:
            actions |= {action.slug: self._menu_entry(action) for action in self.list_actions(request)}
        return actions

    def _menu_entry(self, action: ConfirmedAction[M]) -> Action:
        def run(
            model_admin: ModelAdmin[M], request: HttpRequest, rows: models.QuerySet[M]
        ) -> HttpResponse | None:
            return self.bulk_action_view(request, rows, action)

        return Action(run, action.slug, action.label, action.label, list(action.locations))

    def list_actions(self, request: HttpRequest) -> list[ConfirmedAction[M]]:
        """What the user's role may do to many rows."""
        return [action for action in self.actions_at(ActionLocation.CHANGE_LIST) if action.allowed(request)]

    def list_action(self, slug: str) -> ConfirmedAction[M] | None:
        """What is done to the chosen rows of a list, by its slug."""
        return next((a for a in self.actions_at(ActionLocation.CHANGE_LIST) if a.slug == slug), None)

    @transaction.atomic
    def bulk_action_view(
        self, request: HttpRequest, rows: models.QuerySet[M], action: ConfirmedAction[M]
    ) -> HttpResponse | None:
        """Asks with the counts, then does it; None returns to the list."""
        count = rows.count()
        if count > MOST:
            return self.many_rows_view(request, rows, action)
        sure = request.POST.get(SURE) == "si"
        form = action.form_class(request.POST if sure else None)
        if sure and form.is_valid():
            selection = self.do_to_chosen(request, rows, action, form)
            if selection.rows:
                done, left = len(selection.rows), selection.refused.total()
                messages.success(request, f"«{action.name}»: {done} hecha(s), {left} sin cambio.")
                return None
        selection = action.select(request, self._chosen(rows, lock=False))
        return self.ask(request, action, form, **self.about_many(request, action, selection, count))

    def many_rows_view(
        self, request: HttpRequest, rows: models.QuerySet[M], action: ConfirmedAction[M]
    ) -> HttpResponse | None:
        """More rows than one POST does; who has a worker for them says so here."""
        messages.warning(request, f"Eligió {rows.count()}. Elija a lo más {MOST} cada vez.")
        return None

    def do_to_chosen(
        self,
        request: HttpRequest,
        rows: models.QuerySet[M],
        action: ConfirmedAction[M],
        form: Confirmation,
    ) -> Selection[M]:
        """Does it to those of the rows that it can be done to, in the caller's transaction; tells which."""
        selection = action.select(request, self._chosen(rows, lock=True))
        for row in selection.rows:
            self._do(request, action, row, form)
        return selection

    def _chosen(self, rows: models.QuerySet[M], *, lock: bool) -> models.QuerySet[M]:
        """The rows by their keys. Locked, what is counted is what is done; a double click finds it done."""
        chosen = self.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
        return chosen.select_for_update(of=("self",), no_key=True).order_by("pk") if lock else chosen

    def about_many(
        self, request: HttpRequest, action: ConfirmedAction[M], selection: Selection[M], count: int
    ) -> dict[str, object]:
        doable = len(selection.rows)
        return {
            "chosen": f"{count} {self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural}",
            "doable": doable,
            "refused": selection.refused.most_common(),
            "hidden": [
                *((ACTION_CHECKBOX_NAME, key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)),
                ("action", action.slug),
                ("select_across", request.POST.get("select_across", "0")),
                (SURE, "si"),
            ],
            "back": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"),
            "button": f"{action.name}: {doable}" if doable else "",
        }

    # --- both

    def _do(self, request: HttpRequest, action: ConfirmedAction[M], row: M, form: Confirmation) -> str:
        done = action.act(request, row, form)
        self.log_change(request, row, f"{action.name}. {form.cleaned_data.get('reason', '')}".strip())
        return done

    def ask(
        self, request: HttpRequest, action: ConfirmedAction[M], form: Confirmation, **about: object
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": action.name,
            "opts": self.opts,
            "action": action,
            "form": form,
            "media": self.media + form.media,
            **about,
        }
        return TemplateResponse(request, "admin/action.html", context)
