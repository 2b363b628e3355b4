"""The recipe «a page of a company in admin» of docs/recipes.md, tried out: four places; the rest follows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib import admin
from django.template import Engine
from django.test import Client
from django.urls import clear_url_caches, path

from companies.models import User
from facturamos import urls
from onboarding.backoffice.companies import pages
from onboarding.backoffice.companies.admin import AccountAdmin
from tests.recipes import blocks, places

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Client]
TITLE = "A page of a company in admin"
PLACES = 4


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pages.CompanyPage]:
    """Places 1 to 3: the view, its line in the list, the template; and the addresses, read anew."""
    view, line = blocks(TITLE, "python")
    (template,) = blocks(TITLE, "django")
    folder = tmp_path / "admin" / "backoffice"
    folder.mkdir(parents=True)
    (folder / "contacts.html").write_text(template)
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [tmp_path, *engine.dirs])
    names = dict(vars(pages))
    exec(view, names)  # noqa: S102  (as it stands in the recipe)
    page: pages.CompanyPage = eval(line, names)  # noqa: S307
    monkeypatch.setattr(AccountAdmin, "company_pages", (*pages.COMPANY_PAGES, page))
    monkeypatch.setattr(urls, "urlpatterns", [path("admin/", admin.site.urls), *urls.urlpatterns])
    clear_url_caches()
    yield page
    clear_url_caches()


def url(user: User, page: str = "contactos") -> str:
    return f"/admin/companies/company/{user.company_id}/{page}/"


# Place 4: what it shows, and to whom. The rest of this file is what no recipe asks for.


def test_it_tells_how_to_reach_the_company(sign_in: SignIn, distributor: User, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(full_name="Íñigo & Hijos", email="inigo@example.com")

    page = sign_in(distributor).get(url(issuer)).content.decode()

    assert "PANADERÍA LA ÑAPA: sin teléfono" in page
    assert "<li>Íñigo &amp; Hijos, inigo@example.com</li>" in page


# ---


def test_the_recipe_names_four_places() -> None:
    assert 0 < len(places(TITLE)) <= PLACES


def test_it_has_admins_frame(sign_in: SignIn, support: User, issuer: User) -> None:
    page = sign_in(support).get(url(issuer)).content.decode()

    assert "<title>Contactos · PANADERÍA LA ÑAPA · Facturamos.com.mx</title>" in page
    assert '<li aria-current="page">Contactos</li>' in page
    assert f'<li><a href="{url(issuer, "resumen")}">PANADERÍA LA ÑAPA</a></li>' in page


@pytest.mark.parametrize("on", ["change", "resumen"])
def test_the_companys_other_pages_have_a_tab_for_it(
    sign_in: SignIn, support: User, issuer: User, on: str
) -> None:
    page = sign_in(support).get(url(issuer, on)).content.decode()

    assert f'<a href="{url(issuer)}">Contactos</a>' in page


def test_a_distributor_has_the_tab_of_what_it_may_open(
    sign_in: SignIn,
    distributor: User,
    issuer: User,
    page: pages.CompanyPage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    supports = pages.CompanyPage("otra", "Otra", page.view)
    monkeypatch.setattr(AccountAdmin, "company_pages", (*AccountAdmin.company_pages, supports))
    monkeypatch.setattr(urls, "urlpatterns", [path("admin/", admin.site.urls), *urls.urlpatterns])
    clear_url_caches()

    text = sign_in(distributor).get(url(issuer, "change")).content.decode()

    assert f'<a href="{url(issuer)}">Contactos</a>' in text
    assert f'<a href="{url(issuer, "otra")}">' not in text


def test_another_distributors_company_is_unknown(
    sign_in: SignIn, other_distributor: User, issuer: User
) -> None:
    assert sign_in(other_distributor).get(url(issuer)).status_code == 404


def test_nobody_else_gets_in(client: Client, sign_in: SignIn, issuer: User) -> None:
    assert client.get(url(issuer)).status_code == 302
    assert sign_in(issuer).get(url(issuer)).status_code == 302


def test_it_is_supports_where_nothing_is_said(
    sign_in: SignIn, distributor: User, issuer: User, page: pages.CompanyPage
) -> None:
    supports = pages.CompanyPage("otra", "Otra", page.view)

    assert page.allowed(distributor)
    assert not supports.allowed(distributor)
    assert not supports.allowed(issuer)
