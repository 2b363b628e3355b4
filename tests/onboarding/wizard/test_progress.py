"""Where a company stands, also one that nobody made more of than its row."""

import pytest
from django.test import Client

from companies.models import User
from onboarding.models import Onboarding
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
