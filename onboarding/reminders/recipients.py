"""Whom a reminder is for: looked for when it is due, and once more when its mail is written."""

from datetime import timedelta

from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from companies.models import Distributor, User
from mailing.outbox import Moot
from onboarding.models import Reminder

# What has been due for longer is left in peace: an account given up, or a site that was down for weeks.
TOO_LATE_AFTER = timedelta(days=30)


def issuers() -> QuerySet[User]:
    """Who can be written to about an account of their own that is still open."""
    return User.objects.open().filter(role=User.Role.ISSUER).exclude(email="").order_by("pk")


def first_address(users: QuerySet[User]) -> Coalesce:
    """The address of the oldest active account that has one; empty when none has."""
    rows = users.filter(is_active=True).exclude(email="").order_by("pk")
    return Coalesce(Subquery(rows.values("email")[:1]), Value(""))


def user_of(reminder: Reminder) -> User:
    """The issuer that a reminder goes to. Raises Moot when the address has become another."""
    user = User.objects.filter(company=reminder.company_id, email=reminder.to, is_active=True).first()
    if user is None:
        raise Moot("la dirección ya no es la del usuario.")
    return user


def distributor_of(reminder: Reminder) -> Distributor:
    """The distributor that a reminder goes to. Raises Moot for a reminder of a company."""
    if reminder.distributor is None:
        raise Moot("el distribuidor ya no existe.")
    return reminder.distributor
