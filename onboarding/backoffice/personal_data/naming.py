"""Which rows that name somebody by a user name or an address are that person's own.

An address in an account proves nothing before it is confirmed, and one that is confirmed may serve several
companies: an accountant's stands in the accounts of all its clients.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.apps import apps
from django.db.models import Q

from companies.models import User

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class NamedIn:
    """The column of a table that names somebody, and the one that tells when that was."""

    column: str
    moment: str


# What was typed to come in.
TYPED = {
    "axes.AccessAttempt": NamedIn("username", "attempt_time"),
    "axes.AccessAttemptExpiration": NamedIn("access_attempt__username", "access_attempt__attempt_time"),
    "axes.AccessFailureLog": NamedIn("username", "attempt_time"),
    "axes.AccessLog": NamedIn("username", "attempt_time"),
    "companies.ResetRequest": NamedIn("asked_for", "created_at"),
}
# Where mail went.
MAILED = {
    "mailing.Message": NamedIn("to", "created_at"),
    "onboarding.Reminder": NamedIn("to", "created_at"),
}
NAMED = TYPED | MAILED


@dataclass(frozen=True)
class OwnName:
    """A user name or a confirmed address; until when, where another has taken its place."""

    name: str
    until: datetime | None = None


def named(label: str, user: User) -> Q:
    """Whatever the case: so one signs in, and so tries are counted."""
    own = list(own_addresses(user))
    if label in TYPED:
        names = own if _is_of_another(user.username, user) else [OwnName(user.username), *own]
        return _at(TYPED[label], names)
    mine = _mails_of(label, user)
    return (mine & _at(MAILED[label], own)) if own else (mine & _unconfirmed(label, user))


def own_addresses(user: User) -> Iterator[OwnName]:
    """The confirmed address, and those that were: somebody else may have them by now."""
    events = apps.get_model("companies", "UserEvent")._base_manager.filter(pgh_obj=user.pk).order_by("pgh_id")
    history = events.values_list("confirmed_email", "pgh_created_at")
    for (address, _), (following, until) in pairwise(history):
        if address not in ("", following):
            yield OwnName(address, until)
    if user.confirmed_email:
        yield OwnName(user.confirmed_email)


def _at(where: NamedIn, own: list[OwnName]) -> Q:
    found = NOTHING
    for each in own:
        until = {f"{where.moment}__lte": each.until} if each.until else {}
        found |= Q(**{f"{where.column}__iexact": each.name}, **until)
    return found


def _mails_of(label: str, user: User) -> Q:
    """What other companies were told at the same address is theirs."""
    if label == "onboarding.Reminder":
        return Q(company=user.company_id, distributor=user.distributor_id)
    return Q(company=user.company_id) | Q(company=None)


def _unconfirmed(label: str, user: User) -> Q:
    """Who never confirmed an address is given what went to the one in its account, for its company alone.

    What is somebody else's by proof is not: then, and where there is no company, mails about the account.
    """
    if not user.email:
        return NOTHING
    sent, of_another = Q(to__iexact=user.email), _is_of_another(user.email, user)
    if label == "onboarding.Reminder":
        return NOTHING if of_another else sent
    about_account = Q(kind__startswith="companies.", about=str(user.pk))
    return sent & about_account if of_another or not user.company_id else sent & ~Q(company=None)


def _is_of_another(name: str, user: User) -> bool:
    """Whether somebody else has proved to read mail there; an account's own name may look like that, too."""
    return User.objects.filter(confirmed_email__iexact=name).exclude(pk=user.pk).exists()
