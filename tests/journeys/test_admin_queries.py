"""Every list and page of admin, asked with what no row has: an answer, never a fault of ours.

The long form (every malformed value, with every lookup) runs with CHAOS=1 (`make chaos`).
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.admin.filters import AllValuesFieldListFilter
from django.http import HttpRequest
from django.test import Client, RequestFactory

from companies.models import User
from tests.journeys.test_admin_matrix import address, of_one_row, patterns
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
LONG = bool(os.environ.get("CHAOS"))
MORE = ("a\x00b", "-1", "1e999", "2026-13-45", "'\"<>%", "\ud800", "ñ" * 5000, "")
MALFORMED = ("\x00", "x", "9" * 40, *(MORE if LONG else ()))
LOOKUPS = (
    *("__exact", "__gte", ""),
    *(("__isnull", "__lt", "__id__exact", "__in", "__range", "__unheard_of") if LONG else ()),
)
ALWAYS = (
    "q",
    "p",
    "o",
    "all",
    "e",
    "_popup",
    "_to_field",
    "_facets",
    "filtro",
    "estado",
    "paso",
    "unheard_of",
)


def lists() -> list[tuple[Any, str]]:
    """Every list of the registry, and what has an address of its own beside it."""
    return [
        (model_admin, address(model_admin, url)) for model_admin, url in patterns() if not of_one_row(url)
    ]


def filters_of(model_admin: Any, request: HttpRequest) -> Iterator[str]:
    """What the list's own filters ask, and what somebody might try: of what Django refuses unseen, one."""
    named = (each[0] if isinstance(each, tuple) else each for each in columns_of(model_admin))
    asked = [
        f"{name if isinstance(name, str) else getattr(name, 'parameter_name', '')}{lookup}"
        for name in named
        for lookup in LOOKUPS
    ]
    refused = [each for each in asked if not allowed(model_admin, each, request)]
    yield from (each for each in asked if LONG or each not in refused[1:])


def columns_of(model_admin: Any) -> tuple[Any, ...]:
    return (*model_admin.list_filter, *model_admin.list_display)


def allowed(model_admin: Any, name: str, request: HttpRequest) -> bool:
    return bool(model_admin.lookup_allowed(name, "x", request))


def encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("value", MALFORMED, ids=lambda value: ascii(value)[:12])
def test_no_list_fails_for_what_it_is_asked(sign_in: SignIn, support: User, issuer: User, value: str) -> None:
    rows_of(issuer)
    client = sign_in(support)
    assert len(lists()) > 25
    request = RequestFactory().get("/admin/")
    request.user = support
    wrong = []
    for model_admin, url in lists():
        of_list = url.endswith(f"{model_admin.opts.model_name}/")
        for name in sorted({*ALWAYS, *(filters_of(model_admin, request) if of_list else ())}):
            status = client.get(f"{url}?{encoded(name)}={encoded(value)}").status_code
            if status >= 500:
                wrong.append(f"{url}?{name}")
            if status == 403 and not LONG:
                break  # the page is closed to who asks, whatever is asked
    assert wrong == []


@pytest.mark.parametrize("page", ["/admin/", "/admin/autocomplete/", "/admin/companies/company/%00/change/"])
def test_nor_does_a_page_of_none(sign_in: SignIn, support: User, page: str) -> None:
    client = sign_in(support)
    for query in ("x=%00", "%00=1", "term=%00&app_label=%00&model_name=company&field_name=%00", "next=%00"):
        assert client.get(f"{page}?{query}").status_code < 500


def test_a_nul_finds_what_the_rest_finds(sign_in: SignIn, support: User, issuer: User) -> None:
    page = sign_in(support).get("/admin/companies/company/?q=%00PNA190312AB1").content.decode()
    assert "PANADERÍA LA ÑAPA" in page


def test_a_list_without_a_search_box_is_not_searched(sign_in: SignIn, support: User) -> None:
    without = [each for each in admin.site._registry.values() if not each.search_fields]
    assert without
    for each in without:
        url = f"/admin/{each.opts.app_label}/{each.opts.model_name}/?q=x"
        assert sign_in(support).get(url).status_code == 200


@pytest.mark.django_db
def test_no_filter_reads_a_whole_table_for_its_choices(support: User) -> None:
    """Django's own for a column without choices asks each list for every value that is written."""
    request = RequestFactory().get("/admin/")
    request.user = support
    found = [
        f"{model.__name__}.{spec.field_path}"
        for model, model_admin in admin.site._registry.items()
        if model_admin.has_view_permission(request)
        for spec in model_admin.get_changelist_instance(request).filter_specs
        if isinstance(spec, AllValuesFieldListFilter)
    ]
    assert not found
