"""The end of a deleted company's data: not a row, not a file and not a line of history is left."""

from datetime import timedelta
from typing import Any

import pghistory
import pgtrigger
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone
from pghistory.core import event_models
from pghistory.models import Context

from companies.models import Company, ManifestLetter, SecondFactor, User
from onboarding.backoffice import tasks
from onboarding.backoffice.models import AccountImport
from onboarding.backoffice.personal_data import erasure
from onboarding.backoffice.personal_data.erasure import ERASE_AFTER, erase_due, forget_history
from onboarding.backoffice.personal_data.scope import about_company
from tests.onboarding.backoffice.rows import rows_of

pytestmark = pytest.mark.django_db


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def deleted(company: Company, ago: timedelta) -> None:
    moment = timezone.now() - ago
    Company.objects.filter(pk=company.pk).update(
        deleted_at=moment - timedelta(days=15), deletion_final_at=moment
    )


def count_everywhere(needle: str) -> dict[str, int]:
    """In how many rows of each table a text occurs, whatever the column."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(table)} AS t WHERE t::text LIKE %s",  # noqa: S608
                [f"%{needle}%"],
            )
            (count,) = cursor.fetchone()
            if count:
                found[table] = count
    return found


def test_nothing_of_it_is_left_and_nothing_else_is_touched(
    issuer: User, other_issuer: User, distributor: User, django_capture_on_commit_callbacks: Any
) -> None:
    rows_of(issuer)
    rows_of(other_issuer)
    AccountImport.objects.update(created_by=distributor)
    company, other = company_of(issuer), company_of(other_issuer)
    letter = str(ManifestLetter.objects.get(company=company).acknowledgement)
    before = {held.label: held.rows.count() for held in about_company(other)}
    deleted(company, ERASE_AFTER + timedelta(days=1))

    with django_capture_on_commit_callbacks(execute=True):
        assert erase_due() == 1

    connection.check_constraints()
    assert [held.label for held in about_company(company) if held.rows.exists()] == []
    # An import is its distributor's; it forgets its rows by itself.
    left = count_everywhere(company.rfc).keys() | count_everywhere(company.code).keys()
    assert left <= {"backoffice_accountimport", "backoffice_importrow"}
    assert not default_storage.exists(letter)
    assert not LogEntry.objects.filter(change_message__contains=company.name)
    assert {held.label: held.rows.count() for held in about_company(other)} == before
    assert before["admin.LogEntry"] == 3


def test_who_made_its_changes_goes_with_the_last_line_of_history(issuer: User, other_issuer: User) -> None:
    company, other = company_of(issuer), company_of(other_issuer)
    with pghistory.context(user=issuer.pk, source="/configuracion/datos-fiscales"):
        Company.objects.filter(pk=company.pk).update(name="OTRO NOMBRE")
    with pghistory.context(user=issuer.pk, source="/admin/companies") as both:
        Company.objects.filter(pk__in=[company.pk, other.pk]).update(phone="5555555555")
    deleted(company, ERASE_AFTER + timedelta(days=1))

    assert erase_due() == 1

    assert [context.pk for context in Context.objects.filter(metadata__user=issuer.pk)] == [both.id]


@pytest.mark.parametrize("ago", [timedelta(0), ERASE_AFTER - timedelta(hours=1)])
def test_until_then_it_is_only_blocked(issuer: User, ago: timedelta) -> None:
    deleted(company_of(issuer), ago)

    assert erase_due() == 0
    assert Company.objects.filter(pk=company_of(issuer).pk).exists()


def test_one_that_was_never_deleted_stays(issuer: User) -> None:
    tasks.erase()

    assert Company.objects.filter(pk=company_of(issuer).pk).exists()


def many_deleted(company: Company, count: int) -> QuerySet[Company]:
    """So many more whose time is over."""
    gone = timezone.now() - ERASE_AFTER - timedelta(days=1)
    rows = [
        Company(
            distributor_id=company.distributor_id,
            rfc=f"AAA0101{number:05d}",
            name="x",
            deleted_at=gone,
            deletion_final_at=gone,
        )
        for number in range(count)
    ]
    Company.objects.bulk_create(rows)
    return Company.objects.filter(name="x")


def test_all_that_is_due_goes_in_one_night(issuer: User) -> None:
    rows = many_deleted(company_of(issuer), erasure.BATCH + 1)

    assert erase_due() == erasure.BATCH + 1

    assert not rows.exists()


def test_one_that_fails_stops_no_other_and_the_night_counts_as_failed(
    issuer: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rows, erase = many_deleted(company_of(issuer), 3), erasure.erase
    first = rows.earliest("pk")

    def erase_but_one(company: Company) -> None:
        if company == first:
            raise OSError
        erase(company)

    monkeypatch.setattr(erasure, "erase", erase_but_one)

    with pytest.raises(ExceptionGroup):
        tasks.erase()

    assert list(rows) == [first]
    assert f"«{first.code}» failed" in caplog.text


def test_what_the_night_has_no_time_for_goes_the_next(issuer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = many_deleted(company_of(issuer), 3)
    assert (tasks.erase.time_limit or 0) > erasure.ERASE_FOR.total_seconds()
    monkeypatch.setattr(erasure, "ERASE_FOR", timedelta(seconds=-1))
    assert (erase_due(), rows.count()) == (0, 3)
    monkeypatch.undo()

    assert (erase_due(), rows.count()) == (3, 0)


def history_of(model: type[Model]) -> QuerySet[Any]:
    (history,) = event_models(tracks_model=model)
    return history._base_manager.all()


def as_of(model: type[Model], ago: timedelta) -> None:
    """All lines of its history become so old."""
    with pgtrigger.ignore():
        history_of(model).update(pgh_created_at=timezone.now() - ago)


def second_factor_of(user: User) -> SecondFactor:
    with pghistory.context(user=user.pk, source="/segundo-factor/"):
        return SecondFactor.objects.create(user=user)


def test_history_of_what_is_gone_and_was_of_no_company_ends_on_a_date(support: User) -> None:
    second_factor_of(support).delete()
    as_of(SecondFactor, ERASE_AFTER - timedelta(hours=1))
    assert forget_history() == 0

    as_of(SecondFactor, ERASE_AFTER + timedelta(hours=1))
    tasks.forget_history()

    assert not history_of(SecondFactor).exists()
    assert not Context.objects.filter(metadata__user=support.pk).exists()


def test_history_of_somebody_who_was_deleted_by_hand_ends_too(distributor: User) -> None:
    second_factor_of(distributor)
    distributor.delete()
    for model in (SecondFactor, User):
        as_of(model, ERASE_AFTER + timedelta(hours=1))

    forget_history()

    assert not history_of(SecondFactor).exists()
    assert not history_of(User).filter(pgh_obj=distributor.pk).exists()


def test_history_of_what_is_there_or_of_a_company_that_is_stays(issuer: User, support: User) -> None:
    second_factor_of(issuer).delete()
    second_factor_of(support)
    for model in (SecondFactor, User, Company):
        as_of(model, 2 * ERASE_AFTER)

    assert forget_history() == 0
