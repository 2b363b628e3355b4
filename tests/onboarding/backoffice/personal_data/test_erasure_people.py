"""Who no longer works for a distributor, or for us: blocked, and after years nobody's any more."""

from collections.abc import Callable
from datetime import timedelta

import pghistory
import pgtrigger
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pghistory.core import event_models

from companies.models import SecondFactor, SecurityEvent, User
from mailing.models import Message
from onboarding.backoffice import tasks
from onboarding.backoffice.models import CompanyNote, SavedFilter
from onboarding.backoffice.personal_data.erasure import (
    ERASE_AFTER,
    NOBODY,
    blocked_since,
    erase_due,
    person_erased_on,
)
from onboarding.models import Reminder
from tests.onboarding.backoffice.personal_data.test_erasure import count_everywhere

pytestmark = pytest.mark.django_db

type SignIn = Callable[[User], Client]

NAMES = ("Begoña", "begona", "otra.begona", "5512345678")
ADDRESS = "begona@distribuidora.example"
OVER = ERASE_AFTER + timedelta(days=1)


@pytest.fixture
def clerk(distributor: User) -> User:
    user = User.objects.create(
        role="distributor",
        distributor=distributor.distributor,
        distributor_role="clerk",
        username="begona",
        full_name="Begoña Ñúñez",
        initials="BÑ",
        email=ADDRESS,
        confirmed_email=ADDRESS,
        alternate_email="otra.begona@example.com",
        phone="5512345678",
    )
    SecurityEvent.objects.create(user=user, kind="signed_in", address="192.0.2.7")
    SecondFactor.objects.create(user=user)
    SavedFilter.objects.create(user=user, name="Las de Begoña", query="")
    return user


def leave(user: User, ago: timedelta = timedelta(0)) -> None:
    """The account was made inactive so long ago."""
    user.is_active = False
    user.save()
    [history] = event_models(tracks_model=User)
    with pgtrigger.ignore():
        history._base_manager.filter(pgh_obj=user.pk).update(pgh_created_at=timezone.now() - ago)


def test_nothing_tells_who_it_was_and_its_work_stays(clerk: User, issuer: User, distributor: User) -> None:
    assert issuer.company is not None
    with pghistory.context(user=clerk.pk, url="/admin/companies/company/"):
        note = CompanyNote.objects.create(company=issuer.company, text="Llamar", written_by=clerk)
        User.objects.filter(pk=clerk.pk).update(phone="55 1234 5678")
    Message.objects.create(
        kind="companies.credentials", about=str(clerk.pk), to=ADDRESS, give_up_at=timezone.now()
    )
    Reminder.objects.create(
        kind="onboarding.week", distributor=clerk.distributor, to=ADDRESS, about="2026-48"
    )
    leave(clerk, OVER)
    others = User.objects.exclude(pk=clerk.pk).count()

    assert erase_due() == 1

    connection.check_constraints()
    assert [count_everywhere(name) for name in NAMES] == [{}] * len(NAMES)
    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.username, clerk.has_usable_password()) == (
        NOBODY,
        f"baja-{clerk.pk}",
        False,
    )
    note.refresh_from_db()
    assert note.written_by == clerk
    assert User.objects.exclude(pk=clerk.pk).count() == others
    assert erase_due() == 0


def test_who_calls_itself_as_an_erased_one_is_erased_too(clerk: User) -> None:
    clerk.full_name = NOBODY
    leave(clerk, OVER)

    assert erase_due() == 1

    clerk.refresh_from_db()
    assert clerk.email == ""


@pytest.mark.parametrize("ago", [timedelta(0), ERASE_AFTER - timedelta(hours=1)])
def test_until_then_it_is_only_blocked(clerk: User, ago: timedelta) -> None:
    leave(clerk, ago)

    tasks.erase()

    clerk.refresh_from_db()
    assert clerk.full_name == "Begoña Ñúñez"


def test_who_came_back_is_not_erased_and_counts_anew(clerk: User) -> None:
    leave(clerk, OVER)
    clerk.is_active = True
    clerk.save()
    assert blocked_since(clerk) is None
    assert erase_due() == 0
    clerk.is_active = False
    clerk.save()

    since = blocked_since(clerk)

    assert since is not None
    assert timezone.now() - since < timedelta(minutes=1)
    assert erase_due() == 0


def test_a_company_s_account_goes_with_its_company(issuer: User) -> None:
    leave(issuer, OVER)

    assert person_erased_on(issuer, blocked_since(issuer)) is None
    assert erase_due() == 0


def test_support_reads_both_dates(clerk: User, support: User, sign_in: SignIn) -> None:
    page = f"/admin/personas/{clerk.pk}/"
    assert "Inactiva desde" not in sign_in(support).get(page).content.decode()
    leave(clerk)

    said = sign_in(support).get(page).content.decode()

    assert "Inactiva desde el" in said
    assert "Sus datos se" in said
