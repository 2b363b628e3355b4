"""The end of what is held about a deleted company, and about who no longer works with the site.

First blocked, then erased. The law (LFPDPPP) calls the time between «bloqueo»: a deleted company is closed to
all but support, which answers whoever has a right to ask, and an account that is not «Activo» opens nothing.
ERASE_AFTER after the deletion became final, every row, file and line of history goes; so long after it was
made inactive, an account of a distributor's or of ours is nobody's any more. What was done with it for
companies stays theirs, beside its number.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain

import pgtrigger
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from pghistory.core import event_models
from pghistory.models import Context

from companies.models import Company, User
from companies.models.company import FINAL_AT
from facturamos.apart import run_apart
from onboarding.backoffice.personal_data.scope import (
    about_company,
    about_user,
    all_models,
    tracked_by,
    way_to_company,
)

logger = logging.getLogger(__name__)

# Accounts and their evidence are kept for five years (Código Fiscal de la Federación, artículo 30).
ERASE_AFTER = timedelta(days=5 * 365 + 2)
# Companies that are looked for at a time.
BATCH = 20
# What is left then goes the next night: the task is killed after half an hour.
ERASE_FOR = timedelta(minutes=25)
LINES = 5_000
# What is left of an account.
NOBODY = "Persona dada de baja"
ERASED_USERNAME = "baja-"
EMPTIED = ("initials", "email", "confirmed_email", "alternate_email", "phone")


def erased_on(company: Company) -> datetime | None:
    """When nothing of a company will be left; None while it is not deleted."""
    final_at = company.deletion_final_at or company.deleted_at
    return final_at + ERASE_AFTER if final_at else None


def blocked_since(user: User) -> datetime | None:
    """Since when an account opens nothing, by its history; None while it is active."""
    if user.is_active:
        return None
    [history] = event_models(tracks_model=User)
    lines = history._base_manager.filter(pgh_obj=user.pk).order_by("pgh_id")
    active = lines.filter(is_active=True).values_list("pgh_id", flat=True).last() or 0
    blocked: datetime | None = (
        lines.filter(pgh_id__gt=active).values_list("pgh_created_at", flat=True).first()
    )
    return blocked or user.created_at


def person_erased_on(user: User, since: datetime | None) -> datetime | None:
    """When an account blocked `since` will be nobody's; None for one that goes with its company."""
    return since + ERASE_AFTER if since and not user.company_id else None


def erase_due() -> int:
    """Erases all whose time is over, each in a transaction of its own; returns how many.

    Raises ExceptionGroup, after all the others, where some could not be erased.
    """
    companies = ((company.code, partial(erase, company)) for company in _over())
    people = ((user.code, partial(erase_person, user)) for user in _people_over())
    return len(run_apart(chain(companies, people)))


def _over() -> Iterator[Company]:
    """Those whose time is over, until the night is."""
    dated = Company.objects.filter(deleted_at__isnull=False).annotate(final_at=FINAL_AT)
    over = dated.filter(final_at__lt=timezone.now() - ERASE_AFTER).order_by("pk")
    end, last = time.monotonic() + ERASE_FOR.total_seconds(), 0
    while batch := list(over.filter(pk__gt=last)[:BATCH]):
        for company in batch:
            if time.monotonic() > end:
                logger.warning("The companies that are left are erased the next night.")
                return
            last = company.pk
            yield company


def erase(company: Company) -> None:
    """Every row, line of history and file of a company. Cannot be undone."""
    code = company.code
    # What never changes and keeps its history does both until now.
    with transaction.atomic(), pgtrigger.ignore():
        files = _files(company)
        keys = {held.model: list(held.rows.values_list("pk", flat=True)) for held in about_company(company)}
        for model in sorted(keys, key=_depth, reverse=True):
            if model._meta.managed and tracked_by(model) is None:
                _raw_delete(model, Q(pk__in=keys[model]))
        contexts: set[uuid.UUID] = set()
        for model in _histories():
            tracked = tracked_by(model)
            if tracked in keys:
                contexts |= _delete_lines(model, Q(pk__in=keys.get(model, [])) | Q(pgh_obj__in=keys[tracked]))
        _delete_contexts(contexts)
        transaction.on_commit(partial(_delete_files, files))
    logger.warning("erased: %s", code)


def _people_over() -> Iterator[User]:
    now = timezone.now()
    erased = Q(
        full_name=NOBODY, username=Concat(Value(ERASED_USERNAME), "pk", output_field=models.TextField())
    )
    for user in User.objects.filter(company=None, is_active=False).exclude(erased).order_by("pk"):
        on = person_erased_on(user, blocked_since(user))
        if on and on < now:
            yield user


def erase_person(user: User) -> None:
    """All that tells who an account of a distributor's or of ours was. Cannot be undone."""
    with transaction.atomic(), pgtrigger.ignore():
        own = [held for held in about_user(user) if not held.only_counted]
        keys = {held.model: list(held.rows.values_list("pk", flat=True)) for held in own}
        contexts = set(keys.pop(Context))
        LogEntry.objects.filter(pk__in=keys.pop(LogEntry)).delete()
        del keys[User]
        for model, held in keys.items():
            if tracked_by(model):
                contexts |= _delete_lines(model, Q(pk__in=held))
            else:
                _raw_delete(model, Q(pk__in=held))
        User.objects.filter(pk=user.pk).update(
            username=f"{ERASED_USERNAME}{user.pk}",
            full_name=NOBODY,
            password=make_password(None),
            last_login=None,
            **dict.fromkeys(EMPTIED, ""),
        )
        _delete_contexts(contexts)
    logger.warning("erased: %s", user.code)


def forget_history() -> int:
    """Deletes old lines of history of what is gone and was of no company that is there; returns how many.

    What is of a company goes with it. This is the rest: a second factor of staff that was reset, a draft of
    the notice, and whoever or whatever was taken out of the database by hand.
    """
    before = timezone.now() - ERASE_AFTER
    parts = [(each._meta.label, partial(_forget_lines, each, before)) for each in _histories()]
    return sum(run_apart(parts).values())


def _forget_lines(history: type[models.Model], before: datetime) -> int:
    old, forgotten = _of_nothing(history).filter(pgh_created_at__lt=before), 0
    while keys := list(old.values_list("pk", flat=True)[:LINES]):
        with transaction.atomic(), pgtrigger.ignore():
            _delete_contexts(_delete_lines(history, Q(pk__in=keys)))
        forgotten += len(keys)
    return forgotten


def _of_nothing(history: type[models.Model]) -> models.QuerySet[models.Model]:
    """Lines whose row is gone, and that lead to no company."""
    tracked, way = tracked_by(history), way_to_company(history)
    lines = history._base_manager.all()
    if tracked:
        lines = lines.exclude(Exists(tracked._base_manager.filter(pk=OuterRef("pgh_obj"))))
    if way:
        # Asked apart: on its way a line whose row is gone may meet another that is.
        of_companies = history._base_manager.filter(**{f"{way}__in": Company.objects.order_by().values("pk")})
        lines = lines.exclude(Exists(of_companies.filter(pk=OuterRef("pk"))))
    return lines


def _files(company: Company) -> list[str]:
    return [
        name
        for held in about_company(company)
        for field in held.model._meta.concrete_fields
        if isinstance(field, models.FileField) and tracked_by(held.model) is None
        for name in held.rows.exclude(**{field.name: ""}).values_list(field.name, flat=True)
    ]


def _delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)


def _histories() -> list[type[models.Model]]:
    return [model for model in all_models() if tracked_by(model)]


def _delete_lines(history: type[models.Model], which: Q) -> set[uuid.UUID]:
    """Returns the contexts that these lines named."""
    named = history._base_manager.filter(which, pgh_context__isnull=False)
    contexts = set(named.values_list("pgh_context_id", flat=True))
    _raw_delete(history, which)
    return contexts


def _delete_contexts(keys: set[uuid.UUID]) -> None:
    """Who made changes, and on which page, unless another company's history tells of the same moment."""
    unused = Context.objects.filter(pk__in=keys)
    for model in _histories():
        unused = unused.exclude(Exists(model._base_manager.filter(pgh_context=OuterRef("pk"))))
    unused._raw_delete(connection.alias)


def _depth(model: type[models.Model]) -> int:
    """How far from its company: what leads there goes before what it leads over."""
    way = way_to_company(model)
    return len(way.split("__")) if way else 0


def _raw_delete(model: type[models.Model], which: Q) -> None:
    """Without Django's collecting, which stops at protected rows; PostgreSQL looks at keys at the end."""
    rows = model._base_manager.filter(which)
    rows._raw_delete(connection.alias)
