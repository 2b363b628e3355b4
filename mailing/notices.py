"""Mails that tell a company's people what has changed: each who signs in for it, at the address it confirmed.

Written in the transaction of the change, which locks what it changes: a second click finds it done and tells
nothing. In the worker the builder asks `reader_of` whom it writes to, and raises Moot when the change no
longer stands.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, QuerySet

from mailing import outbox
from mailing.models import Message
from mailing.outbox import Moot

NOW = timedelta(0)

# What an app above knows of where a company stands, by the key of the mail's reader.
type Standing = Callable[[int], Mapping[str, object]]
_standings: list[Standing] = []


def standing(function: Standing) -> Standing:
    """Makes a function one that every mail of `tell` asks, so that they all say the same."""
    _standings.append(function)
    return function


def context_of(message: Message) -> dict[str, object]:
    """What each of these mails begins with: its reader, and where the company stands."""
    reader = reader_of(message)
    context: dict[str, object] = {"user": reader}
    for function in _standings:
        context |= function(reader.pk)
    return context


def tell(kind: str, row: Model, *, after: timedelta = NOW) -> None:
    """Posts a mail about a row, which is a company's; it leaves not before `after` has passed."""
    tell_all(kind, type(row)._default_manager.filter(pk=row.pk), after=after)


def tell_all(kind: str, rows: QuerySet[Model], *, after: timedelta = NOW) -> None:
    """Posts a mail about each of many rows, in two statements."""
    told = rows.filter(
        company__deleted_at=None, company__users__is_active=True, company__users__confirmed_email__gt=""
    )
    mails = told.values_list("company__users__confirmed_email", "pk", "company_id")
    outbox.post_many(kind, list(mails), after=after)


def reader_of(message: Message) -> AbstractBaseUser:
    """Whom a mail of `tell` is for. Raises Moot when the address is another by now, or the account closed."""
    reader = get_user_model().objects.filter(
        company=message.company_id,
        company__deleted_at=None,
        confirmed_email=message.to,
        is_active=True,
    )
    if found := reader.select_related("company").first():
        return found
    raise Moot("la dirección ya no es de nadie de la empresa.")
