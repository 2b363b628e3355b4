"""Every list of admin with its filters and searches, and every page about one of its rows."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import URLPattern

from benchmarks.figures import TINY, sized
from benchmarks.million.cost import Measured
from benchmarks.million.staff import LOOKED_AT
from benchmarks.sql_time import signed_in
from companies.models import User
from onboarding.backoffice.personal_data.scope import way_to_company
from tests.admin_page import sent_by

# One, all, none.
WORDS = {"one": "emp000020ab1", "many": "empresa", "none": "zzzz"}
ROUNDS = sized(2, 1)
APPS = ("companies", "onboarding", "backoffice", "certificates", "mailing")
# The tiny form asks one of each kind.
ASKED = 1 if TINY else None
OF_ROW = "<path:object_id>"
# What is for nobody, or only for a button: told before anything is looked for but the row.
REFUSED = (403, 405)


def lists(measured: Measured, person: str, user: User) -> None:
    """Of each model that the person may see: the list, the empty form, and a row's every page."""
    client = signed_in(user)
    for app in APPS:
        measured.get(f"{person} /admin/{app}/", client, f"/admin/{app}/", ROUNDS)
    for model, model_admin in admin.site._registry.items():
        request = RequestFactory().get("/admin/x/")
        request.user = user
        if model_admin.has_view_permission(request):
            of_model = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
            for name, query in _queries(model_admin, request):
                called = f"{person} list {model.__name__}, {name}"
                measured.get(called, client, f"{of_model}?{query}", ROUNDS)
            _pages(measured, f"{person} {model.__name__}", client, of_model, model_admin)
            if row := _row(model, model_admin.get_queryset(request)):
                _pages(measured, f"{person} {model.__name__}", client, of_model, model_admin, row)


def _queries(model_admin: Any, request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The list, its second page, each choice of each filter, the other end of its order, each search."""
    changelist = model_admin.get_changelist_instance(request)
    yield from (("all", ""), ("second page", "p=2"))
    for number, spec in enumerate(changelist.filter_specs[:ASKED]):
        for nth, choice in list(enumerate(spec.choices(changelist)))[1 : ASKED and 1 + ASKED]:
            yield f"filter {number + 1}, choice {nth}", choice["query_string"].lstrip("?")
    if column := next(iter(changelist.get_ordering_field_columns()), None):
        yield "the other way round", f"o=-{column}"
    if model_admin.search_fields:
        yield from ((f"search of {name}", f"q={word}") for name, word in [*WORDS.items()][:ASKED])


def _row(model: type[models.Model], rows: models.QuerySet[models.Model]) -> models.Model | None:
    """The company's that is looked at; of what is no company's, any."""
    way = way_to_company(model)
    if way is None:
        return rows.order_by("pk").first()
    return rows.filter(**{way or "pk": LOOKED_AT}).order_by("pk").first() or rows.order_by("pk").first()


def _pages(
    measured: Measured, name: str, client: Client, of_model: str, model_admin: Any, row: Any = None
) -> None:
    """What the person may open of all that has an address: of the row, or without one."""
    for pattern in model_admin.get_urls():
        route = str(pattern.pattern)
        if not pattern.name or pattern.name.endswith("_changelist") or (OF_ROW in route) != bool(row):
            continue
        address = of_model + _address(pattern, row)
        status = client.get(address).status_code
        if status in REFUSED:
            measured.asked.add(pattern.name)
        # Not of this row; whoever is shown it nowhere is named by unasked.py.
        if status in (*REFUSED, 404):
            continue
        told = f"{name} {route.removeprefix(f'{OF_ROW}/')}"
        response = measured.get(told, client, address, ROUNDS)
        if route.endswith("change/") and model_admin.has_change_permission(response.wsgi_request, row):
            measured.post(f"{told}, POST", client, address, sent_by(response))


def _address(pattern: URLPattern, row: Any) -> str:
    route = str(pattern.pattern).replace("<path:page>", "direccion-fiscal/")
    return route.replace(OF_ROW, str(row.pk)) if row else route
