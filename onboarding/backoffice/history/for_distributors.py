"""What of a company's history a distributor reads: the changes, not our reasons, places or other people."""

from collections.abc import Iterator
from dataclasses import replace

from django.contrib import admin
from django.db.models import Model, Q, Value
from django.db.models.functions import Lower

from companies.models import Distributor, User
from facturamos.admin.scoping import VIEW
from onboarding.backoffice.history.changes import Change, Values
from onboarding.backoffice.history.words import NONE
from onboarding.backoffice.notes.models import CompanyNote

STAFF, ANOTHER = "Asistencia", "otro distribuidor"


def shown_to(reader: User | None, changes: list[Change]) -> list[Change]:
    """All for support; for a distributor's user what it may know."""
    if reader is None or reader.is_support:
        return changes
    # Its own people, and the issuers; all others are «Asistencia».
    theirs = Q(company__isnull=False) | Q(distributor=reader.distributor_id)
    # As the index of usernames has them: without it every user would be read.
    lowered = [Lower(Value(who)) for who in {each.who for each in changes}]
    known = User.objects.alias(lowered=Lower("username")).filter(theirs, lowered__in=lowered)
    return [*_readable(reader, changes, set(known.values_list("username", flat=True)))]


def _readable(reader: User, changes: list[Change], known: set[str]) -> Iterator[Change]:
    for each in changes:
        if each.model is None or not may_read(reader, each):
            continue
        theirs = each.who in known or not each.who or "<" in each.who
        reason = each.reason if each.who in known else ""
        if each.verb or reason:
            who = each.who if theirs else STAFF
            yield replace(each, who=who, reason=reason, values=_without_others(reader, each))


def may_read(reader: User, change: Change) -> bool:
    """Whether admin shows rows of the kind to distributors; of a note, whether it was written for them."""
    if change.model is CompanyNote:
        return change.data.get("distributor_id") == reader.distributor_id
    return change.model in _models_for_distributors()


def _models_for_distributors() -> set[type[Model]]:
    return {
        each.model
        for model_admin in admin.site._registry.values()
        for each in (model_admin, *model_admin.inlines)
        if VIEW in getattr(each, "distributor_may", ())
    }


def _without_others(reader: User, change: Change) -> Values:
    """Another distributor's name is not theirs to know."""
    label, known = str(Distributor._meta.verbose_name).capitalize(), {str(reader.distributor), NONE}

    def told(name: str, value: str) -> str:
        return value if name != label or value in known else ANOTHER

    return tuple((name, told(name, before), told(name, after)) for name, before, after in change.values)
