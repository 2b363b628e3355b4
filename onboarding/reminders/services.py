"""Mails that nobody asked for: each goes out once, and each can be stopped without signing in.

A kind of reminder is a file in `onboarding/reminders/kinds/`: who is due, and the function that writes the
mail, with `@reminder(…)`. This module does the rest; docs/recipes.md tells how to add one.

`due` is one query (or a few, never one a company), at most BATCH rows, and leaves out what `unreminded`
leaves out. Several for one company differ by `about` («00001000000504465028/30»). The mail's text ends with
{% include "onboarding/emails/stop.html#text" %}, its HTML with the partial of the same name.

Beat calls `send_due` every ten minutes of the day's working hours. The row of a reminder and its message
are written in one transaction, and a unique constraint holds that there is one row: two beats, a killed
worker or a second site change nothing.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils import timezone

from facturamos.schedule import REMINDER_HOURS
from mailing import outbox
from mailing.models import Message
from mailing.outbox import Mail, Moot
from onboarding.models import Reminder, ReminderStop

logger = logging.getLogger(__name__)

# How many of one kind are written at one go; the rest follow ten minutes later.
BATCH = 200
# A reminder that could not leave within this time has lost its point.
GIVE_UP_AFTER = timedelta(days=2)
# No timestamp: a mail that is built again has the same link.
_SIGNER = signing.Signer(salt="onboarding.reminders")


@dataclass(frozen=True)
class Due:
    """One reminder to send now, for a company or for a distributor; `about` tells occasions apart."""

    to: str
    about: str
    company_id: int | None = None
    distributor_id: int | None = None


class ReminderOf(TypedDict):
    """The columns that say of what kind a reminder is, and for whom."""

    kind: str
    company_id: int | None
    distributor_id: int | None


type FindDue = Callable[[datetime], Iterable[Due]]
type ReminderBuilder = Callable[[Reminder], Mail]


@dataclass(frozen=True)
class ReminderKind:
    """One kind of reminder: who is due, and what the mail says."""

    due: FindDue
    build: ReminderBuilder


_kinds: dict[str, ReminderKind] = {}


def reminder(kind: str, *, label: str, due: FindDue) -> Callable[[ReminderBuilder], ReminderBuilder]:
    """Makes a function the builder of a kind of reminder («onboarding.idle»), and of its mail too.

    `label` is what admin, and the page that stops it, call it. The function runs in the worker, and raises
    Moot when the cause is over. See the module.
    """

    def register(build: ReminderBuilder) -> ReminderBuilder:
        @outbox.mail(kind, label=label, give_up_after=GIVE_UP_AFTER)
        def build_mail(message: Message) -> Mail:
            return build(_reminder_of(message))

        _kinds[kind] = ReminderKind(due, build)
        return build

    return register


def render(row: Reminder, context: Mapping[str, object]) -> Mail:
    """A reminder's mail from its template, with the link that stops it."""
    url = stop_url(row)
    stop = {"stop_url": url, "stop_label": outbox.label_of(row.kind)}
    return outbox.render(row.kind, {**context, **stop}, unsubscribe=url)


def unreminded(kind: str, *, about: str | None = None, to: str = "company", key: str = "pk") -> Q:
    """A condition on companies (or, with `to="distributor"`, distributors): neither reminded nor stopped.

    `about` is the name of the column or annotation that tells the occasions apart; without it, one
    reminder of the kind is enough for ever. `key` is the path to the company's (distributor's) key.
    """
    # A row is of a company or of a distributor; told both, its unique index finds it without reading others.
    other = "distributor" if to == "company" else "company"
    reminded = Reminder.objects.filter(**{to: OuterRef(key), other: None}, kind=kind)
    if about is not None:
        reminded = reminded.filter(about=OuterRef(about))
    stopped = ReminderStop.objects.filter(**{to: OuterRef(key)}, kind=kind)
    # No EXISTS: PostgreSQL makes a join of it that reads all that its distributor was ever reminded of.
    never = IsNull(Subquery(reminded.values("pk")[:1]), rhs=True)
    return Q(never) & ~Q(Exists(stopped))


# --- sending


def send_due(now: datetime | None = None) -> int:
    """Writes and queues every reminder that is due; returns how many. A second call finds nothing.

    Nor does one at night, as when beat calls what fell due during an outage: they wait for the morning.
    """
    moment = now or timezone.now()
    if timezone.localtime(moment).hour not in REMINDER_HOURS:
        return 0
    return sum(_try_to_send(name, due) for name, kind in _kinds.items() for due in kind.due(moment))


def _try_to_send(kind: str, due: Due) -> bool:
    """One address that nothing can be sent to must not stop the others' reminders."""
    try:
        return _send(kind, due)
    except ValidationError:
        logger.warning(
            "The reminder %s has no usable address: company %s, distributor %s.",
            kind,
            due.company_id,
            due.distributor_id,
        )
        return False


@transaction.atomic
def _send(kind: str, due: Due) -> bool:
    reminder, is_new = Reminder.objects.get_or_create(
        **_of(kind, due), about=due.about, defaults={"to": due.to}
    )
    if is_new:
        outbox.post(kind, to=due.to, about=reminder, hurried=False)
    return is_new


def _reminder_of(message: Message) -> Reminder:
    """The row behind a mail, as its builder gets it."""
    reminder = (
        Reminder.objects.select_related("company__distributor", "distributor")
        .filter(pk=message.about, company__deleted_at=None)
        .first()
    )
    if reminder is None:
        raise Moot("la cuenta ya no existe.")
    if is_stopped(reminder):
        raise Moot("se pidió no recibir más estos recordatorios.")
    return reminder


# --- stopping


def stop_url(reminder: Reminder) -> str:
    """The address of the page that stops reminders like this one; it opens without signing in."""
    return outbox.page_url("recordatorio", _SIGNER.sign_object(reminder.pk))


def find(token: str) -> Reminder | None:
    """The reminder that a stop link came with; None when the link is altered. It never gets too old."""
    try:
        pk = _SIGNER.unsign_object(token)
    except signing.BadSignature:
        return None
    return Reminder.objects.filter(pk=pk).first()


def stop(reminder: Reminder) -> None:
    """No more reminders of this kind for this company or distributor; a second time changes nothing."""
    ReminderStop.objects.get_or_create(**_of(reminder.kind, reminder))


def is_stopped(reminder: Reminder) -> bool:
    """Whether reminders like this one have been stopped."""
    return ReminderStop.objects.filter(**_of(reminder.kind, reminder)).exists()


def _of(kind: str, owner: Reminder | Due) -> ReminderOf:
    return {"kind": kind, "company_id": owner.company_id, "distributor_id": owner.distributor_id}
