"""A query whose SQL is made once still answers what is asked, each time."""

from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from facturamos.querysets import Prepared
from tests.conftest import make_distributor, make_issuer


@pytest.mark.django_db
def test_each_value_finds_its_own_row_as_it_is_now(issuer: User, other_issuer: User) -> None:
    users = Prepared(User.objects.select_related("company"), "pk")
    for user in (issuer, other_issuer, issuer):
        with CaptureQueriesContext(connection) as queries:
            found = users.get(user.pk)
            assert (found, found.company) == (user, user.company)
        assert len(queries) == 1
    User.objects.filter(pk=issuer.pk).update(full_name="Ñandú")
    assert users.get(issuer.pk).full_name == "Ñandú"


@pytest.mark.django_db
def test_a_row_that_is_not_there(issuer: User) -> None:
    users = Prepared(User.objects.all(), "pk")
    with pytest.raises(User.DoesNotExist):
        users.get(987654321)
    with pytest.raises(User.DoesNotExist):
        users.get(Prepared.ASKED)


@pytest.mark.django_db
def test_it_locks(issuer: User) -> None:
    companies = Prepared(Company.objects.select_for_update(no_key=True).only("pk"), "pk")
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        companies.get(issuer.company_id or 0)
    assert "FOR NO KEY UPDATE" in queries[-1]["sql"]


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection() -> None:
    issuer = make_issuer(make_distributor("D"), name="LA ÑAPA", rfc="PNA190312AB1", username="panaderia")
    users = Prepared(User.objects.all(), "pk")
    seen: list[object] = []

    def ask() -> None:
        with CaptureQueriesContext(connection) as queries:
            seen.append(users.get(issuer.pk).username)
        seen.append(len(queries))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    with CaptureQueriesContext(connection) as queries:
        users.get(issuer.pk)
    assert [*seen, len(queries)] == ["panaderia", 1, 1]
