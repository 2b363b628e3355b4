"""An issuer at work in its wizard."""

from collections.abc import Callable

import pytest
from django.test import Client

from certificates.testing import CA, Pair
from companies.models import PrivacyNotice, User
from tests.authority import known_ca
from tests.certificates.conftest import rsa_key
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab


@pytest.fixture
def notice(db: None) -> PrivacyNotice:
    """A privacy notice in force."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.\n\nTambién los de la Ñ.")
    notice.publish()
    return notice


@pytest.fixture
def tab(issuer: User, sign_in: Callable[[User], Client], notice: PrivacyNotice) -> Tab:
    """The issuer, signed in, with the notice accepted: every step is open."""
    tab = Tab(sign_in(issuer))
    response = tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
    assert response.status_code == 302
    return tab


@pytest.fixture(scope="session")
def authority() -> CA:
    """A certificate authority with the SAT's marks, which this site knows."""
    return known_ca()


@pytest.fixture
def pair(authority: CA, issuer: User) -> Pair:
    """A valid CSD pair of the issuer's company."""
    assert issuer.company is not None
    return authority.issue(rfc=issuer.company.rfc, name=issuer.company.name, key=rsa_key())
