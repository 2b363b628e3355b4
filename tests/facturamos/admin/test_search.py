"""Every word is found, in whichever table, however many rows have it; the indexes serve few."""

import pytest
from django.contrib import admin
from django.db import connection

from companies.models import Company, User
from facturamos.admin import search as searching
from facturamos.admin.search import search
from tests.onboarding.backoffice.rows import rows_of

FIELDS = ("code", "name", "rfc", "users__email", "users__username")


@pytest.mark.django_db
@pytest.mark.parametrize("few", [0, 1, 2000])
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ñapa", 1),
        ("ÑAPA pna19", 1),
        ("panaderia@example", 1),
        ("ñapa jose@example", 0),
        ("b1", 1),  # too short for the index; no digits alone, which a code may have
        ("a", 2),
        ("A example.com", 2),
        ("%", 0),
        ("_", 0),
        ("'", 0),
        ("", 2),
        ("   ", 2),
    ],
)
def test_words(
    monkeypatch: pytest.MonkeyPatch, issuer: User, other_issuer: User, few: int, words: str, found: int
) -> None:
    monkeypatch.setattr(searching, "FEW", few)  # both ways find the same
    assert search(Company.objects.all(), FIELDS, words).count() == found


@pytest.mark.django_db
def test_it_looks_only_where_it_is_told(issuer: User, other_issuer: User) -> None:
    assert issuer.company
    mine = Company.objects.filter(pk=issuer.company.pk)
    assert search(mine, FIELDS, "jose@example").count() == 0
    assert list(search(mine, FIELDS, "example.com")) == [issuer.company]


@pytest.mark.django_db
def test_every_list_with_a_search_finds_by_the_companys_rfc(issuer: User) -> None:
    tried = 0
    for row in rows_of(issuer):
        fields = admin.site._registry[type(row)].search_fields
        if any(field.endswith("company__rfc") for field in fields):
            tried += 1
            rows = type(row)._default_manager.all()
            assert row in search(rows, fields, "pna190312ab1"), row
            assert not search(rows, fields, "zzzz").exists(), row
    assert tried > 5


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "index"), [(Company, "company_trigrams"), (User, "user_trigrams")])
def test_an_index_serves_the_words(model: type[Company] | type[User], index: str) -> None:
    rows = model.objects.search("ñapa").order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in rows.explain()
