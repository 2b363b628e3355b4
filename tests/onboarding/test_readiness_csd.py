"""From when one can invoice: the same on the page of the CSD, on the last page and on the panel."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from certificates.models import Csd
from certificates.testing import CA
from companies.models import User
from onboarding.models import Onboarding
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from tests.onboarding.answers import csd_files
from tests.onboarding.browser import Tab
from tests.onboarding.steps.test_sellos import work

pytestmark = pytest.mark.django_db

PAGES = ("/configuracion/sellos/", "/configuracion/terminar/", "/panel/")


@pytest.fixture
def client(tab: Tab, issuer: User, authority: CA) -> Client:
    """The issuer, with a CSD of this hour, and finished."""
    assert issuer.company is not None
    pair = authority.issue(
        rfc=issuer.company.rfc,
        name=issuer.company.name,
        valid_from=datetime.now(UTC) - timedelta(hours=1),
    )
    tab.submit("sellos", csd_files(pair))
    work()
    Onboarding.objects.update(finished_at=datetime.now(UTC), finished_by=issuer)
    return tab.client


def state_on_the_panel(issuer: User) -> str:
    lines = Readiness(Progress.of(issuer), STEPS).on_panel
    return next(line.state for line in lines if line.code == "sellos")


@pytest.mark.parametrize("page", PAGES)
def test_a_new_csd_says_between_which_hours(client: Client, page: str) -> None:
    text = client.get(page).text

    assert "entre el " in text
    assert "activo en el sat" not in text.lower()


@pytest.mark.parametrize("page", PAGES)
def test_once_active_at_the_sat_it_says_so_with_the_date(client: Client, issuer: User, page: str) -> None:
    Csd.objects.update(usable_since=datetime(2026, 3, 2, 18, tzinfo=UTC), sat_status="A")

    text = client.get(page).text

    assert "Activo en el SAT, comprobado el 2 de marzo de 2026" in text
    assert "entre el " not in text
    assert state_on_the_panel(issuer) == "done"


@pytest.mark.parametrize("page", PAGES)
def test_a_revoked_csd_is_a_problem_on_each(client: Client, issuer: User, page: str) -> None:
    Csd.objects.update(sat_status="R")

    text = client.get(page).text

    assert "El SAT revocó sus sellos" in text
    assert "Con un problema" in text
    assert state_on_the_panel(issuer) == "problem"
