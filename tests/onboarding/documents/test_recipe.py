"""The recipe «a document (PDF)» of docs/recipes.md, tried out: four places, and the rest follows."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.template import Engine
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches
from pytest_django.fixtures import Settings

from companies.documents import typesetting
from companies.models import User
from facturamos import urls
from onboarding.documents import kinds, registry
from tests.companies.documents import reading
from tests.recipes import blocks, places

pytestmark = pytest.mark.django_db

TITLE = "A document (PDF)"
NAME = "contact_sheet"
MODULE = f"{kinds.__name__}.{NAME}"
PAGE = "onboarding/hub.html"
PLACES = 5  # of house.md; the recipe has four

urlpatterns: list[URLPattern | URLResolver] = []
handler404 = urls.handler404


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    """Places 1 to 3: a file beside the other kinds, its template, and a link on the hub."""
    _write_the_kind(tmp_path / "kinds", monkeypatch)
    _write_the_template(tmp_path / "typst", monkeypatch)
    _write_the_link(tmp_path / "templates", monkeypatch)
    settings.ROOT_URLCONF = __name__
    settings.SUPPORT = {**settings.SUPPORT, "phone": "800 000 0000"}
    clear_url_caches()
    yield
    clear_url_caches()
    del sys.modules[MODULE]
    _forget_templates()


def _write_the_kind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = blocks(TITLE, "python")
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(code)
    monkeypatch.setattr(registry, "_urls", dict(registry._urls))
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(folder)])
    # As a process that starts anew does it.
    exec(Path(kinds.__file__).read_text(), vars(kinds))  # noqa: S102
    monkeypatch.setitem(globals(), "urlpatterns", [*kinds.urls(), *urls.urlpatterns])


def _write_the_template(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (template,) = blocks(TITLE, "typst")
    shutil.copytree(typesetting.TEMPLATES, folder)
    (folder / f"{NAME}.typ").write_text(template)
    monkeypatch.setattr(typesetting, "TEMPLATES", folder)


def _write_the_link(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (link,) = blocks(TITLE, "django")
    page = (Path(django_settings.BASE_DIR) / "templates" / PAGE).read_text()
    (folder / PAGE).parent.mkdir(parents=True)
    before, end, name = page.rpartition("{% endblock")
    (folder / PAGE).write_text(f"{before}{link}{end}{name}")
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [folder, *engine.dirs])
    _forget_templates()


def _forget_templates() -> None:
    for loader in Engine.get_default().template_loaders:
        loader.reset()


# Place 4: what it says. The rest of this file is what no recipe asks for.


def test_the_link_on_the_hub_leads_to_it(written: None, client: Client, issuer: User) -> None:
    client.force_login(issuer)
    link = re.search(
        r'href="([^"]+)" download>Descargar la hoja de contacto', client.get("/configuracion/").text
    )
    assert link

    answer = client.get(link[1])

    assert issuer.company is not None
    code = issuer.company.code
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="contacto-{code}.pdf"'
    (text,) = reading.pages(answer.content)
    assert f"{issuer.company.name}, con el código {code}. Si una factura falla, llame al 800" in text
    assert "Página 1 de 1" in text


# ---


def test_the_recipe_names_no_more_places_than_the_plan() -> None:
    assert 0 < len(places(TITLE)) <= PLACES


def test_a_name_is_never_read_as_a_command(written: None, client: Client, issuer: User) -> None:
    company = issuer.company
    assert company is not None
    company.name = '#panic("x") *N* $ "Ñ" \\'
    company.save()
    client.force_login(issuer)

    (page,) = reading.pages(client.get("/configuracion/hoja-de-contacto.pdf").content)

    assert '#panic("x") *N* $ "Ñ" \\, con el código' in page


@pytest.mark.parametrize("who", [None, "distributor", "support"])
def test_nobody_but_an_issuer_is_let_in(
    written: None, client: Client, who: str | None, request: pytest.FixtureRequest
) -> None:
    if who:
        client.force_login(request.getfixturevalue(who))

    answer = client.get("/configuracion/hoja-de-contacto.pdf")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/" if who else "/entrar/")


def test_it_only_answers_who_asks(written: None, client: Client, issuer: User) -> None:
    client.force_login(issuer)

    assert client.post("/configuracion/hoja-de-contacto.pdf").status_code == 405
