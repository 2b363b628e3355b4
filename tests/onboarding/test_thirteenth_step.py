"""docs/adding-a-step.md, tried out: one file's worth of step, one line in the tuple."""

from collections.abc import Iterator

import pytest
from django import forms
from django.test import Client
from django.urls import clear_url_caches, path
from pytest_django.fixtures import Settings

from companies.models import Company, User
from facturamos import urls
from facturamos.forms import PageForm
from onboarding.steps import STEPS
from onboarding.steps.base import Step
from onboarding.wizard import OnboardingWizard
from tests.onboarding.browser import Tab


class PhoneForm(PageForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A form of this page alone."""

    class Meta:
        model = Company
        fields = ["phone"]


extra = Step(
    slug="llamada",
    title="Llamada",
    heading="¿A qué teléfono le llamamos?",
    lead="Para darle la bienvenida.",
    form_class=PhoneForm,
    instance=lambda progress: progress.company,
    rows=lambda progress: [progress.company],
)

pages = (*STEPS[:-1], extra, STEPS[-1])
urlpatterns = [
    path(
        "configuracion/<slug:step>/",
        OnboardingWizard.as_view(url_name="paso", pages=pages),
        name="paso",
    ),
    *urls.urlpatterns,
]
handler404 = urls.handler404


@pytest.fixture
def thirteen(settings: Settings) -> Iterator[None]:
    """The site with thirteen steps."""
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.mark.usefixtures("thirteen")
def test_a_thirteenth_step_needs_nothing_else(tab: Tab, issuer: User) -> None:
    text = tab.client.get("/configuracion/llamada/").content.decode()
    assert "Paso 12 de 13" in text

    response = tab.submit("llamada", {"phone": "4770000000"})

    assert response.headers["Location"] == "/configuracion/terminar/"
    assert Company.objects.get(users=issuer).phone == "4770000000"


@pytest.mark.usefixtures("thirteen")
def test_finishing_asks_for_it_too(tab: Tab, client: Client) -> None:
    assert "Llamada" in tab.client.get("/configuracion/terminar/").content.decode()
