"""All that ever happened about a company: who, what, before and after, and why; newest first.

It finds every audited table that refers to a company or its onboarding, so that a model that is audited
later is not forgotten.
"""

from collections.abc import Iterable
from operator import attrgetter

from django.db.models import Model
from pghistory.core import event_models
from pghistory.models import Events

from companies.models import Company, SecurityEvent, User
from onboarding.backoffice.history.actions import actions_of, joined
from onboarding.backoffice.history.changes import Change, changes_of, events_of
from onboarding.backoffice.history.for_distributors import shown_to
from onboarding.backoffice.history.models import StaffAction
from onboarding.backoffice.history.security import lines
from onboarding.models import Onboarding

# A company changes a few dozen times in its life.
LATEST = 500


def timeline(company: Company, reader: User | None = None) -> list[Change]:
    """The latest changes of all rows that refer to `company`, what staff did about it, and who came in.

    A fixed number of queries. A distributor's `reader` gets what is its to read.
    """
    changes = changes_of(_events(company))
    actions = actions_of(StaffAction.objects.filter(company=company)[:LATEST])
    came_in = lines(SecurityEvent.objects.filter(user__company=company)[:LATEST])
    found = joined(changes, actions) + came_in
    found.sort(key=attrgetter("at"), reverse=True)
    return shown_to(reader, found[:LATEST])


def tracked_models() -> list[type[Model]]:
    """The audit's tables that lead to a company."""
    return [*{*event_models(references_model=Company), *event_models(references_model=Onboarding)}]


def _events(company: Company) -> list[Events]:
    """The latest events, newest first."""
    roots = [*Onboarding.objects.filter(company=company), company]
    # An onboarding's own refer to both.
    found = {event.pgh_slug: event for root in roots for event in _events_of(root)}
    # Events of one transaction have one time; their order stays.
    return sorted(found.values(), key=attrgetter("pgh_created_at"), reverse=True)


def _events_of(root: Model) -> Iterable[Events]:
    return events_of(Events.objects.references(root))[:LATEST]
