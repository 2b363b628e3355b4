"""What the board says of uploads that were refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certificates.models import Diagnosis
from companies.models import User
from onboarding.backoffice.board import companies
from onboarding.backoffice.board.companies import Row
from onboarding.readiness import Readiness
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress

FIEL = [{"code": "file", "state": "bad", "title": "Son de la FIEL (e.firma), no del CSD", "message": ""}]


def row_of(user: User) -> Row:
    assert user.company is not None
    [row] = companies.rows([user.company.pk])
    return row


def diagnosis(user: User, code: str, *, ok: bool = False, days_ago: int = 0) -> None:
    assert user.company is not None
    Diagnosis.objects.create(
        code=code,
        company=user.company,
        ok=ok,
        for_support=False,
        report=[] if ok else FIEL,
        created_at=timezone.now() - timedelta(days=days_ago),
    )


@pytest.fixture
def entered(issuer: User) -> User:
    User.objects.filter(pk=issuer.pk).update(last_login=timezone.now())
    return issuer


def test_who_tried_four_times_is_told_from_who_never_tried(entered: User, other_issuer: User) -> None:
    for number in range(4):
        diagnosis(entered, f"CSD-AAA{number}", days_ago=3 - number)
    assert row_of(entered).blocked.upload == "Sellos rechazados hoy, CSD-AAA3; 4 intentos."
    assert row_of(other_issuer).blocked.upload == ""


def test_it_says_what_was_wrong_once_that_is_what_is_missing(entered: User) -> None:
    diagnosis(entered, "CSD-XKEM")
    told = str(row_of(entered).blocked)
    assert "Sellos rechazados hoy, CSD-XKEM." in told
    missing = [line.brief for line in Readiness(Progress.of(entered), STEPS).missing]
    assert "Los sellos que subió no se pueden usar: «Son de la FIEL (e.firma), no del CSD»." in missing


def test_a_good_upload_later_says_nothing_more(entered: User) -> None:
    diagnosis(entered, "CSD-XKEM", days_ago=1)
    diagnosis(entered, "CSD-GOOD", ok=True)
    assert row_of(entered).blocked.upload == ""


def test_it_names_the_day(entered: User) -> None:
    diagnosis(entered, "CSD-XKEM", days_ago=400)
    assert row_of(entered).blocked.upload.startswith("Sellos rechazados el ")
