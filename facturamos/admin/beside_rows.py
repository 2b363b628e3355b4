"""The buttons beside the rows of a list."""

from dataclasses import dataclass

from django.contrib.admin.options import ActionLocation
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from facturamos.admin.action_links import ActionLink
from facturamos.admin.actions import ActionAdmin
from facturamos.admin.way_back import leading_back


@dataclass(frozen=True)
class BesideRow:
    """The buttons beside one row: those that it asks for, and others in a menu. Of these, who was not asked
    beforehand whether it can be done says so itself.
    """

    first: list[ActionLink]
    others: list[ActionLink]


def actions_beside[M: Model](
    model_admin: ActionAdmin[M], request: HttpRequest, rows: QuerySet[M]
) -> dict[int, BesideRow]:
    """What stands beside each of many rows, in a fixed number of queries; each button leads back here."""
    listed = list(rows)
    found = {row.pk: BesideRow([], []) for row in listed}
    for action in model_admin.actions_at(ActionLocation.CHANGE_FORM):
        if not action.allowed(request):
            continue
        possible = action.select(request, rows).rows if action.beside_rows else listed
        for row in possible:
            url = leading_back(model_admin.action_url(type(action), row), request)
            asked_for = action.beside_rows and action.suits(row)
            where = found[row.pk].first if asked_for else found[row.pk].others
            where.append(ActionLink(action.label, url, action.dangerous))
    return found
