"""The recipe «a step» of docs/recipes.md, tried out: three places, and every page counts it in."""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, path

import onboarding.steps
from companies.models import Company, User
from facturamos import urls
from onboarding.documents import guide
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.step import AnyStep
from onboarding.wizard.stepper import number_of, total, total_in_words
from onboarding.wizard.views import OnboardingWizard
from tests.companies.documents import reading
from tests.onboarding.browser import Tab
from tests.recipes import section

PLACES = 3
SLUG = "llamada"
TOTAL = total(STEPS) + 1
NUMBER = TOTAL - 1  # before the last page


def recipe() -> str:
    """The section «A step» of docs/recipes.md."""
    return section("A step")


@pytest.fixture(scope="module")
def step(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyStep]:
    """Place 1: the recipe's own file, beside the others as far as Python can tell."""
    folder = tmp_path_factory.mktemp("steps")
    (code,) = re.findall(r" *```python\n(.*?)```", recipe(), re.DOTALL)
    (folder / f"{SLUG}.py").write_text(dedent(code))
    onboarding.steps.__path__.append(str(folder))
    yield importlib.import_module(f"onboarding.steps.{SLUG}").WelcomeCallStep()
    onboarding.steps.__path__.remove(str(folder))
    del sys.modules[f"onboarding.steps.{SLUG}"]


@pytest.fixture
def steps(step: AnyStep, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[AnyStep, ...]]:
    """Place 2: its name in `STEPS`, which every module has imported by now."""
    steps = (*STEPS[:-1], step, STEPS[-1])
    for module in [*sys.modules.values()]:
        # This module's own is the one that it compares with.
        if module.__name__ != __name__ and vars(module).get("STEPS") is STEPS:
            monkeypatch.setattr(module, "STEPS", steps)
    wizard = OnboardingWizard.as_view(url_name="paso", pages=steps)
    patterns = [path("configuracion/<slug:step>/", wizard, name="paso"), *urls.urlpatterns]
    monkeypatch.setattr(urls, "urlpatterns", patterns)
    forget()
    yield steps
    forget()


def forget() -> None:
    """What is made once per process."""
    clear_url_caches()
    guide.steps.cache_clear()


# Place 3: what is particular to the page. The rest of this file is what no recipe asks for.


@pytest.mark.usefixtures("steps")
def test_it_is_shown_and_saved(tab: Tab, issuer: User, step: AnyStep) -> None:
    text = tab.client.get("/configuracion/llamada/").content.decode()
    assert f"Paso {NUMBER} de {TOTAL}" in text

    response = tab.submit("llamada", dict(step.sample_answer))

    assert response.headers["Location"] == "/configuracion/terminar/"
    assert Company.objects.get(users=issuer).phone == "4770000000"


# ---


def test_the_recipe_names_three_places() -> None:
    places = re.findall(r"^\d\. \*\*(.+?)\*\*", recipe(), re.MULTILINE)

    assert 0 < len(places) <= PLACES, places


def test_every_step_says_what_a_class_must_say() -> None:
    for step in STEPS:
        assert step.slug
        assert step.title
        assert step.heading
        assert step.lead
        assert step.form_class


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", f"{total_in_words((*STEPS, STEPS[-1])).capitalize()} pasos, uno a la vez"),
        ("/", "<b>Llamada</b>: a qué teléfono"),
        ("/asistencia/", f"«Paso 4 de {TOTAL}»"),
        ("/manuales/", f"Los {total_in_words((*STEPS, STEPS[-1]))} pasos"),
        ("/manuales/guia/", f"Los {TOTAL} pasos"),
        ("/manuales/guia/", f"Paso {NUMBER}: Llamada"),
        ("/configuracion/", "/configuracion/llamada/"),
        ("/configuracion/datos-fiscales/", f"de {TOTAL} · Datos fiscales"),
        ("/configuracion/datos-fiscales/", "/configuracion/llamada/"),
        ("/configuracion/terminar/", f"Paso {TOTAL} de {TOTAL}"),
        ("/configuracion/terminar/", "Llamada"),
    ],
)
@pytest.mark.usefixtures("steps")
def test_every_page_counts_it_in(tab: Tab, address: str, words: str) -> None:
    assert words in tab.client.get(address).content.decode()


@pytest.mark.usefixtures("steps")
def test_the_guide_does_without_its_picture(client: Client, db: None) -> None:
    page = client.get("/manuales/guia/").content.decode()

    assert "guia/datos-fiscales.png" in page
    assert "guia/llamada.png" not in page
    assert [slug for slug in guide.made_of() if slug not in {each.slug for each in guide.steps()}] == []


@pytest.mark.usefixtures("steps")
def test_the_acta_and_the_manual_count_it_in(tab: Tab) -> None:
    acta, manual = (
        " ".join(reading.pages(tab.client.get(f"/configuracion/{file}").content))
        for file in ("terminar/acta.pdf", "carta-manifiesto/manual.pdf")
    )

    assert "Llamada" in acta
    assert f"Paso 3 de {TOTAL}" in manual


def test_finishing_asks_for_it(tab: Tab, issuer: User, steps: tuple[AnyStep, ...]) -> None:
    assert "llamada" in missing(issuer, steps)
    tab.submit("llamada", {"phone": "4770000000"})
    assert "llamada" not in missing(issuer, steps)


def missing(issuer: User, steps: tuple[AnyStep, ...]) -> list[str]:
    return [line.code for line in Readiness(Progress.of(issuer), steps).before_finishing]


def test_no_text_counts_the_steps_by_itself(steps: tuple[AnyStep, ...]) -> None:
    """A number of steps that is written out is wrong as soon as there is another one."""
    counted = re.compile(r"\b(doce|once|12|11) pasos\b|\bPaso \d+ de \d+", re.IGNORECASE)
    root = Path(settings.BASE_DIR)
    written = [
        str(file.relative_to(root))
        for folder in ("templates", "onboarding", "companies", "certificates", "mailing")
        for file in (root / folder).rglob("*")
        if file.suffix in (".html", ".txt", ".py", ".typ")
        and counted.search(re.sub(r"«Paso 3 de 12»", "", file.read_text()))
    ]

    assert written == []
    assert total(steps) == TOTAL
    assert number_of("terminar", steps) == TOTAL
