"""Every page of admin × everybody × GET and POST, generated from the registry: nobody sees another's rows."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern

from certificates.models import SatAuthority, SatList
from companies.models import PrivacyNotice, ResetRequest, User
from mailing.models import RelayState
from onboarding.models import Download
from tests.onboarding.backoffice.rows import authority_row, rows_of

SignIn = Callable[[User], Client]
NOT_OF_A_COMPANY = (RelayState, PrivacyNotice, ResetRequest, Download, SatAuthority, SatList)
APP_LISTS = ("/admin/", "/admin/companies/", "/admin/onboarding/", "/admin/backoffice/")


def patterns() -> list[tuple[Any, URLPattern]]:
    """Every URL of every registered model: its admin class, the pattern."""
    return [
        (model_admin, url) for model_admin in admin.site._registry.values() for url in model_admin.get_urls()
    ]


def of_one_row(url: URLPattern) -> bool:
    return "<path:object_id>" in str(url.pattern)


def address(model_admin: Any, url: URLPattern, pk: object = "") -> str:
    opts = model_admin.opts
    route = str(url.pattern).replace("<path:object_id>", str(pk)).replace("<path:page>", "datos-fiscales/")
    return f"/admin/{opts.app_label}/{opts.model_name}/{route}"


def addresses_of(rows: list[Any]) -> list[str]:
    """Every page of admin about these rows."""
    return [
        address(model_admin, url, row.pk)
        for row in rows
        for model_admin, url in patterns()
        if isinstance(row, model_admin.model) and of_one_row(url)
    ]


def content_of(response: Any) -> str:
    """A page's text, or a file's, read to its end."""
    data: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    if data.startswith(b"PK"):
        book = ZipFile(BytesIO(data))
        # A package holds PDFs, too.
        return "".join(book.read(name).decode(errors="replace") for name in book.namelist())
    return data.decode()


@pytest.fixture
def foreign_rows(other_issuer: User, other_distributor: User) -> list[Any]:
    return [*rows_of(other_issuer), other_distributor]


def test_the_rows_stand_for_every_model_in_admin(foreign_rows: list[Any]) -> None:
    covered = {type(row) for row in foreign_rows} | set(NOT_OF_A_COMPANY)
    assert covered == set(admin.site._registry)


def test_another_distributors_rows_are_not_there(
    sign_in: SignIn, distributor: User, issuer: User, foreign_rows: list[Any]
) -> None:
    client = sign_in(distributor)
    urls = addresses_of(foreign_rows)
    assert len(urls) > 40
    for url in urls:
        # The last pattern of Django's sends an id without a verb on to its change page.
        follow = url.rstrip("/").endswith(tuple(str(row.pk) for row in foreign_rows))
        assert client.get(url, follow=follow).status_code == 404, url
        assert client.post(url, {"post": "yes"}, follow=follow).status_code == 404, url


def test_an_unknown_row_is_not_there_for_support(sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    for model_admin, url in patterns():
        if of_one_row(url) and "object_id>/" in str(url.pattern) and url.name:
            response = client.get(address(model_admin, url, 987654321))
            assert response.status_code == 404, url


def test_issuers_and_visitors_see_nothing_of_admin(
    client: Client, sign_in: SignIn, issuer: User, distributor: User
) -> None:
    rows = rows_of(issuer)
    lists = [address(model_admin, url) for model_admin, url in patterns() if not of_one_row(url)]
    for url in [*lists, *addresses_of(rows), "/admin/", "/admin/autocomplete/", "/admin/password_change/"]:
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 302, url
            assert response["Location"].startswith(("/entrar/", "/admin/login/")), url
    sign_in(issuer)
    for url in [*lists, *addresses_of(rows), "/admin/"]:
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 302, url
            assert client.get(response["Location"])["Location"] == "/configuracion/", url


def test_nothing_foreign_is_written_on_a_distributors_pages(
    sign_in: SignIn, distributor: User, issuer: User, foreign_rows: list[Any]
) -> None:
    mine = rows_of(issuer)
    foreign = ["NUPJ800101AB2", "NÚÑEZ PEÑA", "Distribuidora del Norte", ">jose<", "jose@example.com"]
    client = sign_in(distributor)
    lists = [address(model_admin, url) for model_admin, url in patterns() if not of_one_row(url)]
    seen = 0
    for url in [
        *lists,
        *addresses_of(mine),
        "/admin/",
        "/admin/companies/",
        "/admin/onboarding/",
        "/admin/backoffice/",
    ]:
        response = client.get(url)
        assert response.status_code in (200, 302, 403), url
        seen += response.status_code == 200
        page = content_of(response)
        for word in foreign:
            assert word not in page, (url, word)
    assert seen > 10


def test_search_finds_only_ones_own(
    sign_in: SignIn, distributor: User, issuer: User, foreign_rows: list[Any], other_issuer: User
) -> None:
    client = sign_in(distributor)
    company = other_issuer.company
    assert company is not None
    for words in (company.code, company.rfc, "NÚÑEZ", other_issuer.email, other_issuer.username):
        for path in ("company", "user"):
            page = client.get(f"/admin/companies/{path}/", {"q": words}).content.decode()
            assert "JOSÉ" not in page
            assert f"/admin/companies/{path}/{company.pk}/" not in page


def test_support_opens_every_page(sign_in: SignIn, support: User, issuer: User) -> None:
    rows = [
        *rows_of(issuer),
        Download.objects.create(title="Guía", file="descargas/x/guia.pdf"),
        authority_row(support),
        SatList.objects.create(listed=1, ours=1),
        RelayState.objects.present(),
    ]
    client = sign_in(support)
    for model_admin, url in patterns():
        if url.name and not of_one_row(url):
            assert client.get(address(model_admin, url)).status_code in (200, 403), url
    for url_of_row in addresses_of(rows):
        response = client.get(url_of_row, follow=True)
        content_of(response)
        assert response.status_code in (200, 403), url_of_row


@pytest.mark.parametrize("path", ["companies/user", "companies/company"])
@pytest.mark.parametrize("lookup", ["password__startswith", "users__password__startswith"])
def test_a_query_string_does_not_guess_hidden_columns(
    sign_in: SignIn, support: User, path: str, lookup: str
) -> None:
    response = sign_in(support).get(f"/admin/{path}/", {lookup: "argon2"})
    assert response.status_code == 400


def test_filters_name_no_other_distributor(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    client = sign_in(distributor)
    other = other_issuer.company
    assert other is not None
    response = client.get("/admin/companies/company/", {"distributor__id__exact": other.distributor_id})
    assert "Norte" not in response.content.decode()


def test_what_django_says_is_spanish(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    english = re.compile(r"\b(the|Search|Filter|Select|Please|Change|View|Add|Delete|Save|Home|results?)\b")
    for url in [
        *addresses_of(rows_of(issuer)),
        "/admin/",
        "/admin/companies/company/",
        "/admin/companies/user/add/",
    ]:
        response = client.get(url, follow=True)
        text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", content_of(response), flags=re.DOTALL)
        labels = " ".join(re.findall(r'(?:alt|title|aria-label|placeholder)="([^"]*)"', content_of(response)))
        assert not english.findall(text + labels), url
