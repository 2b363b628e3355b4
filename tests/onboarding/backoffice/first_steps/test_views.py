"""«Primeros pasos»: each step's state is what is there; the page is the owner's."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.models import Distributor, PrivacyNotice, User
from facturamos.status.models import SignOfLife
from onboarding.backoffice.first_steps.steps import FirstStep, first_steps
from tests.conftest import PASSWORD

SignIn = Callable[[User], Client]
PAGE = "/admin/primeros-pasos/"


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_superuser("dueña", PASSWORD, email="duena@example.com")


def step(title: str) -> FirstStep:
    return next(each for each in first_steps() if title in each.title)


def test_a_fresh_site_has_a_draft_to_adapt(sign_in: SignIn, owner: User) -> None:
    draft = PrivacyNotice.objects.get()
    assert draft.published_at is None
    assert "[Razón social" in draft.text
    page = sign_in(owner).get(PAGE).content.decode()
    assert f'href="/admin/companies/privacynotice/{draft.pk}/change/">Adaptar el borrador</a>' in page


@pytest.mark.django_db
def test_each_is_done_when_it_is_there(owner: User) -> None:
    assert not step("aviso").done
    PrivacyNotice.objects.get().publish()
    assert step("aviso").done

    assert not step("distribuidor").done
    Distributor.objects.create(name="Norte", email="norte@example.com")
    assert step("distribuidor").done

    assert not step("segundo propietario").done
    User.objects.create_superuser("dueño", PASSWORD, email="dueno@example.com")
    assert step("segundo propietario").done

    assert step("respaldo").said == "Todavía no se ha probado un respaldo."
    SignOfLife.objects.note(SignOfLife.BACKUP)
    assert step("respaldo").done


def test_somebody_who_attends_is_counted_while_active(owner: User, support: User) -> None:
    assert step("quien atiende").done
    User.objects.filter(pk=support.pk).update(is_active=False)
    assert not step("quien atiende").done


def test_the_front_page_leads_there_until_all_is_done(sign_in: SignIn, owner: User) -> None:
    assert f'<a href="{PAGE}">Ver los primeros pasos</a>' in sign_in(owner).get("/admin/").content.decode()


def test_it_is_the_owners(sign_in: SignIn, support: User, distributor: User) -> None:
    assert sign_in(support).get(PAGE).status_code == 403
    assert PAGE not in sign_in(support).get("/admin/").content.decode()
    assert sign_in(distributor).get(PAGE).status_code == 403
