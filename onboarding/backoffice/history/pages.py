"""The history of one row, and what one person did: pages of admin, a bounded number of lines each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from pghistory.core import event_models
from pghistory.models import Context, Events

from companies.models import Company, SecurityEvent, User
from companies.signed_in import signed_in
from facturamos.admin.homes import trail_of
from facturamos.admin.scoping import ScopedAdmin
from facturamos.admin.site import site
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.backoffice.history.actions import actions_of, joined
from onboarding.backoffice.history.changes import Change, changes_of, events_of
from onboarding.backoffice.history.for_distributors import shown_to
from onboarding.backoffice.history.models import StaffAction
from onboarding.backoffice.history.security import lines
from onboarding.backoffice.personal_data.erasure import blocked_since, person_erased_on
from onboarding.models import Onboarding

# So many doings a page, each a request that changed something, an action, or a sign-in.
PAGE = 40
# One doing may change thousands of rows: so many are told.
MOST = 400
LATEST = 500


@dataclass(frozen=True)
class DoingsPage:
    """Lines, newest first, and where the older ones begin."""

    changes: list[Change]
    older: datetime | None = None


# --- of a row


def of_row(row: Model, reader: User) -> list[Change]:
    """What became of one row, and what staff did to it."""
    if isinstance(row, Company):
        return timeline(row, reader)
    tracked = event_models(tracks_model=type(row))
    changes = changes_of(list(events_of(Events.objects.tracks(row))[:LATEST])) if tracked else []
    kind = ContentType.objects.get_for_model(row)
    actions = actions_of(StaffAction.objects.filter(content_type=kind, object_id=str(row.pk))[:LATEST])
    came_in = lines(row.security_events.all()[:LATEST]) if isinstance(row, User) else []
    found = sorted([*joined(changes, actions), *came_in], key=attrgetter("at"), reverse=True)
    return shown_to(reader, found[:LATEST])


def history_page(model_admin: ScopedAdmin[Model], request: HttpRequest, row: Model) -> TemplateResponse:
    """«Historial», of every kind of row in admin."""
    context = {
        **site().each_context(request),
        "opts": model_admin.opts,
        "title": "Historial",
        "subtitle": str(row),
        "original": row,
        "trail": trail_of(request, row),
        "changes": of_row(row, signed_in(request)),
        "is_person": isinstance(row, User) and signed_in(request).is_support,
    }
    return TemplateResponse(request, "admin/backoffice/history/of_row.html", context)


# --- of a person


def doings(user: User, *, since: datetime | None = None, before: datetime | None = None) -> DoingsPage:
    """What one person did, in a time if so asked: short reads by index, and the changes that came of it."""
    contexts = Context.objects.filter(_between("created_at", since, before), metadata__user=user.pk)
    made = list(contexts.order_by("-created_at")[:PAGE].values_list("pk", "created_at"))
    span = _between("at", since, before)
    actions = list(StaffAction.objects.filter(span, user=user)[:PAGE])
    came_in = list(SecurityEvent.objects.filter(span, user=user)[:PAGE])
    full = [rows[-1] for rows in (made, actions, came_in) if len(rows) == PAGE]
    # Further back than the shortest of them reaches, nobody knows whether something is missing.
    edge = max((_moment(each) for each in full), default=None)
    keys = [key for key, at in made if edge is None or at >= edge]
    return DoingsPage(_joined(keys, actions, came_in, edge), edge)


def _between(column: str, since: datetime | None, before: datetime | None) -> Q:
    span = {f"{column}__gte": since, f"{column}__lt": before}
    return Q(**{name: moment for name, moment in span.items() if moment})


def _moment(row: object) -> datetime:
    moment = row[1] if isinstance(row, tuple) else getattr(row, "at", None)
    if not isinstance(moment, datetime):
        raise TypeError("a row without its moment")
    return moment


def _joined(
    contexts: Sequence[UUID],
    actions: list[StaffAction],
    came_in: list[SecurityEvent],
    edge: datetime | None,
) -> list[Change]:
    events = list(events_of(Events.objects.filter(pgh_context_id__in=contexts))[:MOST]) if contexts else []
    told = actions_of(StaffAction.objects.filter(pk__in=[row.pk for row in actions]))
    signed = lines(SecurityEvent.objects.filter(pk__in=[row.pk for row in came_in]))
    found = [*joined(_with_companies(changes_of(events, complete=False)), told), *signed]
    found.sort(key=attrgetter("at"), reverse=True)
    return [each for each in found if edge is None or each.at >= edge]


def _with_companies(changes: list[Change]) -> list[Change]:
    """Whoever reads about a person must be told whose row it was."""
    onboardings = {_key(each, "onboarding_id") for each in changes}
    of_onboarding = dict(Onboarding.objects.filter(pk__in=onboardings).values_list("pk", "company_id"))
    keys = [
        _key(each, "id" if each.model is Company else "company_id")
        or of_onboarding.get(_key(each, "onboarding_id"), 0)
        for each in changes
    ]
    names = Company.objects.in_bulk({*keys})
    return [
        replace(each, what=f"{each.what} · {names[key]}") if key in names else each
        for each, key in zip(changes, keys, strict=True)
    ]


def _key(change: Change, column: str) -> int:
    """What the changed row refers to; 0 where it has no such column."""
    key = change.data.get(column)
    return key if isinstance(key, int) else 0


def person_page(request: HttpRequest, pk: int) -> TemplateResponse:
    """«¿Qué hizo esta persona?»: a day, or everything back from a moment; support's to read."""
    reader = signed_in(request)
    if not reader.is_support:
        raise PermissionDenied
    person = get_object_or_404(User, pk=pk)
    day, before = _date(request.GET.get("dia", "")), _moment_of(request.GET.get("antes", ""))
    since = _midnight(day) if day else None
    until = _midnight(day + timedelta(days=1)) if day else None
    found = doings(person, since=since, before=min(filter(None, (before, until)), default=None))
    today, blocked = timezone.localdate(), blocked_since(person)
    context = {
        **site().each_context(request),
        "opts": User._meta,
        "title": "Qué hizo",
        "subtitle": str(person),
        "original": person,
        "person": person,
        "blocked_since": blocked,
        "erased_on": person_erased_on(person, blocked),
        "day": day,
        "days": [("Hoy", today), ("Ayer", today - timedelta(days=1))],
        "changes": found.changes,
        "older": found.older.isoformat() if found.older else "",
    }
    return TemplateResponse(request, "admin/backoffice/history/of_person.html", context)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _date(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1900 < found.year < 9000 else None


def _moment_of(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None or not 1900 < found.year < 9000:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found
