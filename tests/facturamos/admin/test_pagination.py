"""Long lists: counted exactly while that is cheap, else as the planner estimates."""

import pytest
from django.db import connection

from companies.models import Company, User
from facturamos.admin import pagination
from facturamos.admin.pagination import EstimatedPaginator
from tests.query_budgets import make_companies


def test_a_short_list_is_counted(issuer: User) -> None:
    assert EstimatedPaginator(Company.objects.all(), 50).count == 1
    assert EstimatedPaginator(Company.objects.none(), 50).count == 0
    assert EstimatedPaginator([1, 2], 50).count == 2


def test_a_long_one_is_estimated(issuer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_companies(issuer, 300)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE companies_company")
    monkeypatch.setattr(pagination, "EXACT", 100)
    pages = EstimatedPaginator(Company.objects.order_by("-pk"), 50)
    assert 250 <= pages.count <= 350
    assert len(pages.page(1).object_list) == 50
