"""Those who are reminded: an account that nobody has opened yet, and one that was begun."""

from datetime import timedelta

import pytest
from django.core import mail

from companies.accounts import credentials
from companies.models import User
from mailing.models import Message
from onboarding.account_opening import open_account
from onboarding.models import Onboarding, StepState
from tests.companies.accounts.mail import deliver
from tests.onboarding.reminders.kinds.letters import HOUR, NOW


@pytest.fixture
def account(distributor: User) -> User:
    """An account whose credentials were mailed now, by the real clock."""
    assert distributor.distributor is not None
    user = open_account(
        distributor=distributor.distributor,
        name="TORTILLERÍA EL NIÑO",
        rfc="TNI190312AB1",
        full_name="Íñigo Peña",
        email="inigo@example.com",
    )
    deliver(Message.objects.get(kind=credentials.CREDENTIALS))
    mail.outbox.clear()
    user.refresh_from_db()
    return user


@pytest.fixture
def started(issuer: User) -> User:
    """An issuer who came in and saved a page eight days ago."""
    long_ago = NOW - timedelta(days=8)
    User.objects.filter(pk=issuer.pk).update(last_login=long_ago - HOUR)
    way = Onboarding.objects.get(company=issuer.company_id)
    StepState.objects.create(onboarding=way, slug="datos-fiscales", saved_at=long_ago)
    return issuer
