"""A statement is planned once a connection, and never stays unusable."""

from collections.abc import Iterator

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from companies.models import Company, User
from facturamos.database.statements import Columns, Statement

COMPANY = Columns(Company, "company")
MARK = "asked by its test"
ASKED = "SELECT {columns} FROM companies_company AS company WHERE id = %s /* asked by its test */"
LOCK = "SELECT FROM companies_company WHERE id = %s FOR NO KEY UPDATE;"


@pytest.fixture
def statement() -> Iterator[Statement]:
    """One that no connection has heard of; what it is prepared as is forgotten."""
    connection.ensure_connection()
    connection.connection.prepared.clear()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    yield Statement(ASKED, COMPANY)
    connection.connection.prepared.clear()


def prepared() -> int:
    """How often the server has prepared it for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{MARK}%"])
        (count,) = cursor.fetchone()
    return int(count)


def found(statement: Statement, issuer: User, behind: str = "") -> Company:
    row = statement.first([issuer.company_id], behind=behind)
    assert row is not None
    return row[COMPANY]


def test_it_is_prepared_once_with_and_without_a_lock(issuer: User, statement: Statement) -> None:
    with CaptureQueriesContext(connection) as queries:
        companies = [found(statement, issuer, behind) for behind in ("", LOCK, "", LOCK)]
    assert companies == [issuer.company] * 4
    assert len(queries) == 4
    assert prepared() == 1


def test_what_it_finds_is_of_the_moment(issuer: User, statement: Statement) -> None:
    found(statement, issuer)
    Company.objects.filter(users=issuer).update(name="OTRA ÑAPA")
    assert found(statement, issuer).name == "OTRA ÑAPA"
    assert statement.first([0]) is None


def test_through_a_pooler_nothing_is_prepared(issuer: User, statement: Statement, settings: Settings) -> None:
    settings.DATABASE_POOLER = "transaction"
    assert found(statement, issuer, LOCK) == issuer.company
    assert found(statement, issuer) == issuer.company
    assert prepared() == 0


def test_it_is_a_read_to_the_history(issuer: User, statement: Statement) -> None:
    """Nobody says whose change it is."""
    with pghistory.context(user=issuer.pk), CaptureQueriesContext(connection) as queries:
        for behind in ("", "", LOCK):
            found(statement, issuer, behind)
    assert not [query for query in queries if "set_config" in query["sql"]]


def test_one_whose_plan_is_of_no_use_any_more_is_prepared_anew(issuer: User, statement: Statement) -> None:
    """A release that changes a column's type meets the processes of the former one."""
    found(statement, issuer)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE companies_company ALTER COLUMN csf_name TYPE varchar(999)")
    with pytest.raises(DatabaseError, match="result type"), transaction.atomic():
        found(statement, issuer)
    assert found(statement, issuer) == issuer.company
    assert prepared() == 2


def test_one_that_failed_at_first_can_be_asked_again(issuer: User, statement: Statement) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        statement.first(["no number"])
    assert found(statement, issuer) == issuer.company
    assert found(statement, issuer) == issuer.company


def test_a_transaction_that_is_undone_leaves_it_as_it_is(issuer: User, statement: Statement) -> None:
    with transaction.atomic():
        found(statement, issuer)
        transaction.set_rollback(True)
    assert found(statement, issuer) == issuer.company
    assert prepared() == 1
