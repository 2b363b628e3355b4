"""Deeds done to many rows at once from a list in admin: it counts and explains, then a POST does it.

A subclass of `MassDeed` says what the deed is; an admin class that derives from `MassActingAdmin` lists its
deeds in `mass_deeds`. The rows are those of the list, so a foreign one is never among them. (Django's own
«delete selected» asks and counts already.)
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, Action, ActionLocation
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from facturamos.scoping import ScopedAdmin, viewer

# One POST carries every chosen row, and one transaction does it.
MOST = 400


@dataclass(frozen=True)
class Sorting:
    """Which of the chosen rows it can be done to, and why not to the others: a sentence and a count."""

    doable: list[Any]
    refused: Counter[str]


class MassDeed:
    """One deed. Override `refusal` and `act`."""

    slug: ClassVar[str]
    label: ClassVar[str]
    explanation: ClassVar[str]
    for_distributor: ClassVar[bool] = False

    def allowed(self, request: HttpRequest) -> bool:
        """Whether the user's role may do it."""
        user = viewer(request)
        return user.is_support or (self.for_distributor and bool(user.distributor_id))

    def prepared(self, rows: models.QuerySet[Any]) -> Iterable[Any]:
        """The rows with what `refusal` asks of them, in a fixed number of queries."""
        return rows

    def refusal(self, row: Any) -> str:
        """Why it cannot be done to this row, as the page groups it; "" when it can."""
        return ""

    def act(self, row: Any) -> None:
        """Does it to one row, in a transaction."""
        raise NotImplementedError

    def sort(self, rows: models.QuerySet[Any]) -> Sorting:
        """Counts before anything is done."""
        judged = [(row, self.refusal(row)) for row in self.prepared(rows)]
        return Sorting(
            doable=[row for row, why in judged if not why],
            refused=Counter(why for _, why in judged if why),
        )


class MassActingAdmin(ScopedAdmin):
    """An admin class whose list has deeds for many rows."""

    mass_deeds: ClassVar[tuple[type[MassDeed], ...]] = ()

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Action | None]:
        """Django's, and on the list each deed that the role may do."""
        actions: dict[str, Action | None] = super().get_actions(request, action_location)
        if action_location is ActionLocation.CHANGE_LIST and IS_POPUP_VAR not in request.GET:
            deeds = [kind() for kind in self.mass_deeds]
            actions |= {deed.slug: _action(deed) for deed in deeds if deed.allowed(request)}
        return actions

    @transaction.atomic
    def mass_view(
        self, request: HttpRequest, rows: models.QuerySet[Any], deed: MassDeed
    ) -> HttpResponse | None:
        """Asks with the counts, then does it; None returns to the list."""
        count = rows.count()
        if count > MOST:
            messages.warning(request, f"Eligió {count}. Elija a lo más {MOST} cada vez.")
            return None
        # Locked: what was counted is what is done, and a double click finds it done.
        sure = request.POST.get("seguro") == "si"
        chosen = rows.model._default_manager.filter(pk__in=list(rows.values_list("pk", flat=True)))
        if sure:
            chosen = chosen.select_for_update(of=("self",), no_key=True).order_by("pk")
        sorting = deed.sort(chosen)
        if not sure or not sorting.doable:
            return self._ask_mass(request, deed, sorting, count)
        for row in sorting.doable:
            deed.act(row)
            self.log_change(request, row, f"{deed.label}.")
        done, left = len(sorting.doable), sorting.refused.total()
        messages.success(request, f"«{deed.label}»: {done} hecha(s), {left} sin cambio.")
        return None

    def _ask_mass(self, request: HttpRequest, deed: MassDeed, sorting: Sorting, count: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": deed.label,
            "opts": self.opts,
            "deed": deed,
            "sorting": sorting,
            "refused": sorting.refused.most_common(),
            "count": count,
            "checkbox": ACTION_CHECKBOX_NAME,
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
        }
        return TemplateResponse(request, "admin/mass_deed.html", context)


def _action(deed: MassDeed) -> Action:
    def run(model_admin: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse | None:
        answer: HttpResponse | None = model_admin.mass_view(request, rows, deed)
        return answer

    return Action(run, deed.slug, deed.label, deed.label, [ActionLocation.CHANGE_LIST])
