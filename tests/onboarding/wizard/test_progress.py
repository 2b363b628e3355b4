"""Where a company stands, also one that nobody made more of than its row."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.test import Client
from django.utils import timezone

from certificates.models import Csd
from certificates.services import csd_status
from companies.models import User
from onboarding.models import Onboarding
from onboarding.wizard.progress import Progress
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab


@pytest.mark.parametrize("path", ["/configuracion/", "/configuracion/aviso-de-privacidad/"])
def test_a_company_alone_gets_what_it_lacks(issuer: User, client: Client, path: str) -> None:
    Onboarding.objects.all().delete()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert client.get(path).status_code == 200
    assert Onboarding.objects.get().company == issuer.company


def test_it_may_be_saved_at_once(tab: Tab, issuer: User) -> None:
    Onboarding.objects.all().delete()

    response = tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())

    assert response.status_code == 302
    assert Onboarding.objects.count() == 1


@pytest.mark.parametrize(
    "states",
    [
        (),
        *((state,) for state in Csd.State),
        *permutations((Csd.State.ACTIVE, Csd.State.REFUSED, Csd.State.REPLACED, Csd.State.VALIDATING), 3),
        *permutations((Csd.State.REFUSED, Csd.State.REFUSED, Csd.State.UNDER_REVIEW), 3),
    ],
)
def test_it_stands_with_the_csd_that_lists_say(issuer: User, states: tuple[Csd.State, ...]) -> None:
    """A page and a list of companies read it by a statement of their own, the page of the test by Django."""
    company, now = issuer.company, timezone.now()
    assert company is not None
    for age, state in enumerate(states):
        Csd.objects.create(
            company=company,
            state=state,
            rfc=("EKU9003173C9", company.rfc)[age % 2],
            valid_from=now - timedelta(days=30),
            valid_to=now + timedelta(days=age),
            certificate=b"",
            uploaded_at=now - timedelta(hours=(7 * age + 5) % 3),
            draft_until=now + timedelta(hours=1) if state in Csd.CANDIDATE else None,
        )

    status = Progress.of(issuer).csd

    assert status == csd_status(company)
    assert Progress.of_companies([company.pk])[company.pk].csd == status
