"""One action for many companies: asked for on a page, done a few at a time by a worker.

Each few are one transaction: what was done to them, their histories, and how far the run has come. So a
worker that is killed leaves nothing done twice and nothing left out.
"""

from collections import Counter
from collections.abc import Collection

import pghistory
from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from companies.models import Company, User
from facturamos.admin.actions import ActionAdmin, ConfirmedAction
from onboarding.backoffice.bulk_actions.models import BulkRun

# Mails that these cause are written with them; they leave at their lane's own pace.
CHUNK = 50
GONE = "la acción ya no existe, o ya no le está permitida."
UNSEEN = "ya no está entre sus empresas."


def start(
    user: User, action: ConfirmedAction[Company], companies: Collection[int], answers: QueryDict
) -> BulkRun:
    """Has a worker do an action to companies, with what its form was sent with."""
    run = BulkRun.objects.create(
        created_by=user,
        action=action.slug,
        label=action.name,
        answers=answers.urlencode(),
        companies=list(companies),
        total=len(companies),
    )
    return run.enqueue()


def carry_out(run: BulkRun) -> None:
    """Does what is left of a run."""
    with pghistory.context(user=run.created_by_id):
        while few := run.companies[run.position : run.position + CHUNK]:
            _do(run, few)
    with run.settle():
        pass


@transaction.atomic
def _do(run: BulkRun, few: list[int]) -> None:
    done, refused = _done_to(run, few)
    run.position, run.done = run.position + len(few), run.done + done
    run.refused = dict(Counter(run.refused) + refused)
    run.heartbeat(position=run.position, done=run.done, refused=run.refused)


def _done_to(run: BulkRun, few: list[int]) -> tuple[int, Counter[str]]:
    """To how many it was done, and why not to the others. The rights are asked for anew each time."""
    user = User.objects.open().filter(pk=run.created_by_id).first()
    admin_of_companies = model_admin()
    action = admin_of_companies.list_action(run.action)
    if user is None or action is None:
        return 0, Counter({GONE: len(few)})
    request = on_behalf_of(user)
    form = action.form_class(QueryDict(run.answers))
    if not action.allowed(request) or not form.is_valid():
        return 0, Counter({GONE: len(few)})
    seen = Company.objects.visible_to(user).filter(pk__in=few)
    selection = admin_of_companies.do_to_chosen(request, seen, action, form)
    unseen = len(few) - len(selection.rows) - selection.refused.total()
    return len(selection.rows), selection.refused + Counter({UNSEEN: unseen})


def on_behalf_of(user: User) -> HttpRequest:
    """What an action asks of a request, where nobody is at a page any more: who wants it."""
    request = HttpRequest()
    request.user = user
    return request


def model_admin() -> ActionAdmin[Company]:
    """The admin of companies, which knows their actions."""
    found = admin.site.get_model_admin(Company)
    if not isinstance(found, ActionAdmin):
        raise TypeError("Companies have no actions.")
    return found


def forget_old() -> int:
    """Deletes runs that ended a month ago: what they did stands in the histories; returns how many."""
    old = BulkRun.objects.filter(finished_at__lt=timezone.now() - BulkRun.KEPT)
    count = old.count()
    old.delete()
    return count
