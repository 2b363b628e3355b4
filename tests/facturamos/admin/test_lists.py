"""A long list is ordered by what an index has in order; a short one, and what was found, by any column."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from certificates.models import Csd
from companies.models import Company, Distributor, User
from facturamos.admin.lists import gives_order
from mailing.models import Message

SignIn = Callable[[User], Client]


@pytest.mark.parametrize(
    ("model", "name", "expected"),
    [
        (Company, "id", True),
        (Company, "code", True),
        (Company, "created_at", True),
        (Company, "name", False),
        (Company, "distributor", False),
        (Company, "nothing", False),
        (Message, "created_at", True),
        (Message, "company", False),
        (Message, "state", False),
        (Csd, "uploaded_at", True),
        (Csd, "company", False),
        (Csd, "rfc", False),  # unique among the active ones alone
    ],
)
def test_which_fields_an_index_orders(model: type[Model], name: str, expected: bool) -> None:
    assert gives_order(model, name) is expected


def test_every_list_that_stands_newest_first_has_an_index_for_it() -> None:
    for model, model_admin in admin.site._registry.items():
        first = [str(name) for name in model._meta.ordering or ()][:1]
        if first and not getattr(model_admin, "is_short", False) and first[0] not in ("pk", "-pk"):
            assert gives_order(model, first[0].lstrip("-")), model


@pytest.mark.django_db
def test_an_order_that_is_not_offered_is_not_given(
    sign_in: SignIn, support: User, issuer: User, other_issuer: User
) -> None:
    client = sign_in(support)
    by_name = client.get("/admin/companies/company/", {"o": "2"})
    assert [company.name for company in by_name.context["cl"].result_list] == [
        "JOSÉ NÚÑEZ PEÑA",
        "PANADERÍA LA ÑAPA",
    ]
    for sign, names in (
        ("", ["PANADERÍA LA ÑAPA", "JOSÉ NÚÑEZ PEÑA"]),
        ("-", ["JOSÉ NÚÑEZ PEÑA", "PANADERÍA LA ÑAPA"]),
    ):
        by_code = client.get("/admin/companies/company/", {"o": f"{sign}1"})
        assert [company.name for company in by_code.context["cl"].result_list] == names


@pytest.mark.django_db
def test_what_was_found_is_ordered_by_any_column(
    sign_in: SignIn, support: User, issuer: User, other_issuer: User
) -> None:
    client = sign_in(support)
    for sign, names in (
        ("", ["JOSÉ NÚÑEZ PEÑA", "PANADERÍA LA ÑAPA"]),
        ("-", ["PANADERÍA LA ÑAPA", "JOSÉ NÚÑEZ PEÑA"]),
    ):
        found = client.get("/admin/companies/company/", {"q": "example.com", "o": f"{sign}2"})
        assert [company.name for company in found.context["cl"].result_list] == names


@pytest.mark.django_db
def test_a_short_list_is_ordered_by_any_column(
    sign_in: SignIn, support: User, distributor: User, other_distributor: User
) -> None:
    page = sign_in(support).get("/admin/companies/distributor/", {"o": "-1"})
    assert [row.name for row in page.context["cl"].result_list] == [
        "Distribuidora del Norte",
        "Distribuidora del Bajío",
    ]
    assert Distributor.objects.count() == 2
