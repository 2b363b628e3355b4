"""Signing in: by user name ignoring case, under limits that concurrent guesses do not slip through."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from axes.backends import AxesStandaloneBackend
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from companies.models import User
from facturamos.groups import GROUPS
from facturamos.querysets import Prepared


class AxesBackend(AxesStandaloneBackend):  # type: ignore[misc]  # axes ships no types
    """Refuses before any password is hashed, once the limit is reached."""


class Backend(ModelBackend):
    """Finds the user with its company in one query; each page needs both."""

    def get_user(self, user_id: Any) -> User | None:
        try:
            user = _user().get(user_id)
        except User.DoesNotExist:
            return None
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, and of a company that has not been deleted."""
        company = user.company
        return bool(user.is_active) and (company is None or company.deleted_at is None)

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Those of the group of the user's role; nobody is put into one."""
        return Permission.objects.filter(group__name=GROUPS.get(user_obj.role, ""))

    def _get_user_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Nobody has any of its own."""
        return Permission.objects.none()


@cache
def _user() -> Prepared[User]:
    """The query of every page of somebody who has signed in."""
    return Prepared(User.objects.select_related("company"), "pk")


def limit_key(username: str) -> str:
    """One key for all spellings that find the same user, or each would have guesses of its own.

    The database compares upper-cased names, where «ı» and «i» are one.
    """
    return unicodedata.normalize("NFKC", username).upper().casefold()


def counted_name(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The name under which axes counts an attempt (AXES_USERNAME_CALLABLE)."""
    return limit_key((credentials or request.POST).get("username") or "")


@contextmanager
def one_guess_at_a_time(username: str, address: str) -> Iterator[None]:
    """Serialises guesses for one user from one address.

    axes counts failures after the fact: without the lock, guesses sent at the same moment all pass the
    check before the first is counted (19 passwords tested at a limit of 5).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"sign-in:{limit_key(username)}:{address}"],
            )
        yield


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes answers above the limit: a page that says when to try again."""
    return render(request, "companies/locked_out.html", status=429)
