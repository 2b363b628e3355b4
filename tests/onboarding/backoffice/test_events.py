"""Every change of a tracked row leaves exactly one event, with who or what made it."""

from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.db import connection
from django.test import Client

from companies.models import Address, Company, User
from mailing.models import MailboxTest
from onboarding.backoffice import timeline
from onboarding.backoffice.timeline import Change
from onboarding.models import Onboarding, StepState
from tests.onboarding.answers import ANSWERS
from tests.onboarding.backoffice.rows import ADDRESS
from tests.onboarding.browser import Tab

SignIn = Callable[[User], Client]


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


@pytest.fixture
def before(issuer: User) -> list[Change]:
    changes = timeline.timeline(company_of(issuer))
    assert changes
    return changes


def test_a_page(issuer: User, tab: Tab) -> None:
    before = timeline.timeline(company_of(issuer))
    tab.submit("direccion-fiscal", ANSWERS["direccion-fiscal"]())
    changes = timeline.timeline(company_of(issuer))
    made = [
        change for change in changes if change.what in ("Dirección", "Estado de un paso: Dirección fiscal")
    ]
    assert len(changes) == len(before) + len(made) == len(before) + 2
    assert {(change.who, change.source) for change in made} == {("panaderia", "Página del emisor")}


def test_a_deed_in_admin(sign_in: SignIn, support: User, issuer: User, before: list[Change]) -> None:
    url = f"/admin/companies/company/{issuer.company_id}/reabrir-paso/"
    sign_in(support).post(url, {"step": "documentos", "note": "Revise."})
    changes = timeline.timeline(company_of(issuer))
    assert len(changes) == len(before) + 1
    made = [change for change in changes if change.who == "soporte"]
    assert [(change.what, change.deed, change.source) for change in made] == [
        ("Estado de un paso: Documentos", "se creó", "Administración")
    ]


def test_a_task(issuer: User, before: list[Change]) -> None:
    with pghistory.context(source=MailboxTest._meta.label_lower, job="x"):
        Company.objects.filter(users=issuer).update(phone="5512345678")
    changes = timeline.timeline(company_of(issuer))
    assert len(changes) == len(before) + 1
    assert "Tarea: prueba de un buzón" in {change.source for change in changes}


@pytest.mark.parametrize(
    ("sql", "deed"),
    [
        ("UPDATE onboarding_stepstate SET note = 'x' WHERE slug = 'sellos'", "cambió"),
        ("DELETE FROM onboarding_stepstate WHERE slug = 'sellos'", "se borró"),
    ],
)
def test_raw_sql(issuer: User, sql: str, deed: str) -> None:
    onboarding = Onboarding.objects.get(company=issuer.company)
    StepState.objects.create(onboarding=onboarding, slug="sellos")
    before = timeline.timeline(company_of(issuer))
    with connection.cursor() as cursor:
        cursor.execute(sql)
    changes = timeline.timeline(company_of(issuer))
    assert len(changes) == len(before) + 1
    [made] = [
        change for change in changes if change.what.startswith("Estado de un paso") and change.deed == deed
    ]
    assert made.source == "Directo en la base de datos"


def test_many_at_once_and_deleting_them(issuer: User, other_issuer: User) -> None:
    kinds: list[Any] = list(Address.Kind)
    Address.objects.bulk_create(Address(company=company_of(issuer), kind=kind, **ADDRESS) for kind in kinds)
    Address.objects.update(street="Juárez")
    Address.objects.all().delete()
    changes = [c for c in timeline.timeline(company_of(issuer)) if c.what == "Dirección"]
    deeds = [change.deed for change in changes]
    assert {deed: deeds.count(deed) for deed in set(deeds)} == {"se creó": 2, "cambió": 2, "se borró": 2}
    assert not [c for c in timeline.timeline(company_of(other_issuer)) if c.what == "Dirección"]


def test_saving_what_is_there_already_leaves_none(issuer: User, before: list[Change]) -> None:
    company_of(issuer).save()
    assert len(timeline.timeline(company_of(issuer))) == len(before)
