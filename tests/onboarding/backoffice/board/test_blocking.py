"""What keeps a company from going on."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.accounts.credentials import CREDENTIALS
from companies.models import Company, User
from mailing.models import Message
from onboarding.backoffice.board import companies
from onboarding.models import Onboarding, StepState
from onboarding.steps import STEPS


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def entered(user: User, days_ago: int = 0) -> None:
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days_ago))


def row_of(user: User) -> companies.Row:
    [row] = companies.rows([company_of(user).pk])
    return row


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "están en camino"),
        ({"state": "done", "finished_at": timezone.now()}, "no se pudo entregar"),
        ({"state": "dead", "finished_at": timezone.now()}, "no se pudo entregar"),
        ({"state": "done", "finished_at": timezone.now(), "mailed_at": timezone.now()}, "le enviamos"),
    ],
)
def test_it_tells_what_became_of_the_credentials(
    issuer: User, changes: dict[str, Any], sentence: str
) -> None:
    Message.objects.create(
        kind=CREDENTIALS,
        to=issuer.email,
        about=str(issuer.pk),
        company=issuer.company,
        give_up_at=timezone.now(),
        **changes,
    )
    assert sentence in row_of(issuer).blocked.text


def test_a_note_of_support_is_what_blocks(issuer: User) -> None:
    entered(issuer)
    onboarding = Onboarding.objects.get(company=issuer.company)
    StepState.objects.create(onboarding=onboarding, slug=STEPS[0].slug, note="Lea la versión nueva.")
    assert row_of(issuer).blocked.text.endswith("por una nota de Asistencia: Lea la versión nueva.")
