"""Signing in: by user name or e-mail address ignoring case, under limits that no guess slips through."""

import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import check_password_with_timing_attack_mitigation
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables

from companies.accounts import temporary_passwords
from companies.models import Company, User
from facturamos.admin.groups import GROUPS
from facturamos.database.statements import Columns, Statement
from facturamos.locks import lock_name

# Beside what the client sent, where no client can put it (its headers begin with HTTP_).
_EXPIRED = "companies.temporary_password_expired"
_NAMES = "companies.names_to_sign_in"

_USER, _COMPANY = Columns(User, "person"), Columns(Company, "company")
_WITH_COMPANY = Statement(
    """
    SELECT {columns} FROM companies_user AS person
    LEFT JOIN companies_company AS company ON company.id = person.company_id
    WHERE person.id = %s
    """,
    _USER,
    _COMPANY,
)


def read_user(user_id: int) -> User | None:
    """The user as it is now, with its company; None when there is none."""
    found = _WITH_COMPANY.first([user_id])
    if found is None:
        return None
    user = found[_USER]
    user.company = found.get(_COMPANY)
    return user


class Backend(ModelBackend):
    """Finds the user with its company in one query; each page needs both."""

    @sensitive_variables("password")
    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: object,
    ) -> User | None:
        """Whose they are; nobody's once a temporary password's time is over.

        `username` may be an e-mail address (UserManager.find_to_sign_in).
        """
        if username is None or password is None:
            return None
        user = User.objects.find_to_sign_in(username)
        meant = meant_password(user, password)
        # Nobody's password takes as long to refuse as somebody's.
        right = check_password_with_timing_attack_mitigation(user, meant)
        if user is None or not right or not self.user_can_authenticate(user):
            return None
        if user.temporary_password_expired:
            if request is not None:
                request.META[_EXPIRED] = user
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        user = read_user(user_id)
        return user if self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: AbstractBaseUser | AnonymousUser | None) -> bool:
        """Active, and of a company that has not been deleted."""
        if not isinstance(user, User):
            return False
        company = user.company
        return user.is_active and (company is None or company.deleted_at is None)

    def _get_group_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Those of the group of the user's duty; nobody is put into one."""
        return Permission.objects.filter(group__name=GROUPS.get(user_obj.duty, ""))

    def _get_user_permissions(self, user_obj: User) -> QuerySet[Permission]:
        """Nobody has any of its own."""
        return Permission.objects.none()


def temporary_password_expired(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> bool:
    """Whether the backend refused, in this request, the right temporary password, too late.

    Only who knows the password may be told. It is no guess and counts for no limit (AXES_WHITELIST_CALLABLE).
    """
    return expired_user(request) is not None


def expired_user(request: HttpRequest) -> User | None:
    """Who gave, in this request, the right temporary password, too late."""
    user = request.META.get(_EXPIRED)
    return user if isinstance(user, User) else None


def meant_password(user: User | None, password: str) -> str:
    """What was typed; in the place of a temporary password without what pasting added to it.

    Of a password that somebody chose each character counts, blanks too.
    """
    if user is None or not user.password_is_temporary:
        return password
    return temporary_passwords.typed(password) or password


def account_name(request: HttpRequest, typed: str) -> str:
    """The user name of the account that `typed` stands for; `typed` itself when it stands for none.

    One query for each spelling and request, whether it is known or not.
    """
    names: dict[str, str] = request.META.setdefault(_NAMES, {})
    if typed not in names:
        user = User.objects.find_to_sign_in(typed)
        name = user.username if user else typed
        names |= {typed: name, name: name}
    return names[typed]


def limit_key(username: str) -> str:
    """One key for all spellings that find the same user, or each would have guesses of its own.

    The database compares upper-cased names, where «ı» and «i» are one.
    """
    return unicodedata.normalize("NFKC", username).upper().casefold()


def counted_name(request: HttpRequest, credentials: Mapping[str, str] | None = None) -> str:
    """The name under which axes counts an attempt (AXES_USERNAME_CALLABLE): the account's, or guesses by
    e-mail address would come on top of those by user name.
    """
    typed = (credentials or request.POST).get("username") or ""
    return limit_key(account_name(request, typed))


@contextmanager
def one_guess_at_a_time(username: str, address: str) -> Iterator[None]:
    """Serialises guesses for one user from one address.

    axes counts failures after the fact: without the lock, guesses sent at the same moment all pass the
    check before the first is counted (19 passwords tested at a limit of 5).
    """
    with transaction.atomic():
        lock_name(f"sign-in:{limit_key(username)}:{address}")
        yield


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    """What axes answers above the limit: a page that says when to try again."""
    minutes = settings.AXES_COOLOFF_TIME // timedelta(minutes=1)
    told = {
        "title": f"Espere {minutes} minutos",
        "lead": f"Para cuidar su cuenta, espere {minutes} minutos antes de intentar otra vez.",
    }
    return render(request, "companies/locked_out.html", told, status=429)
