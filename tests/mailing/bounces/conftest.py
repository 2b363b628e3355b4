"""A message that has left, and the address that it comes back to."""

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from companies.accounts.credentials import CREDENTIALS
from companies.models import User
from facturamos.jobs.models import Job
from mailing.models import Message
from tests.mailing.bounces.samples_standard import TO


@pytest.fixture
def bounce_address(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "rebotes@facturamos.example"


@pytest.fixture
def sent(bounce_address: None, issuer: User) -> Message:
    """Credentials that a server took an hour ago."""
    User.objects.filter(pk=issuer.pk).update(email=TO, password_is_temporary=True)
    issuer.refresh_from_db()
    return sent_to(issuer)


def sent_to(user: User) -> Message:
    """Credentials to a user's present address, as they are once a server took them."""
    now = timezone.now()
    return Message.objects.create(
        kind=CREDENTIALS,
        to=user.email,
        about=str(user.pk),
        company=user.company,
        turn=f"company {user.company_id}",
        give_up_at=now,
        state=Job.State.DONE,
        finished_at=now,
        mailed_at=now,
    )
