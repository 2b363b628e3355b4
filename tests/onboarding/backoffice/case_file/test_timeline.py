"""All that changed, and who did it: every change of a tracked row leaves exactly one event."""

from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from companies.models import Address, Company, User
from mailing.models import MailboxTest
from onboarding.backoffice.case_file import timeline
from onboarding.backoffice.history.changes import Change
from onboarding.models import Onboarding, StepState
from tests.admin_page import filled
from tests.onboarding.answers import ANSWERS
from tests.onboarding.backoffice.rows import ADDRESS, rows_of
from tests.onboarding.browser import Tab

SignIn = Callable[[User], Client]


def url(user: User, page: str = "historial") -> str:
    return f"/admin/companies/company/{user.company_id}/{page}/"


def latest(user: User, what: str) -> Change:
    return next(change for change in timeline.timeline(company_of(user)) if change.what == what)


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


def test_a_change_in_admin(sign_in: SignIn, support: User, issuer: User, before: list[Change]) -> None:
    url = f"/admin/companies/company/{issuer.company_id}/reabrir-paso/"
    sign_in(support).post(url, {"step": "documentos", "note": "Revise."})
    changes = timeline.timeline(company_of(issuer))
    assert len(changes) == len(before) + 1
    made = [change for change in changes if change.who == "soporte"]
    assert [(change.what, change.verb, change.source) for change in made] == [
        ("Estado de un paso: Documentos", "se creó", "Administración")
    ]


def test_a_task(issuer: User, before: list[Change]) -> None:
    with pghistory.context(source=MailboxTest._meta.label_lower, job="x"):
        Company.objects.filter(users=issuer).update(phone="5512345678")
    changes = timeline.timeline(company_of(issuer))
    assert len(changes) == len(before) + 1
    assert "Tarea: prueba de un buzón" in {change.source for change in changes}


@pytest.mark.parametrize(
    ("sql", "verb"),
    [
        ("UPDATE onboarding_stepstate SET note = 'x' WHERE slug = 'sellos'", "cambió"),
        ("DELETE FROM onboarding_stepstate WHERE slug = 'sellos'", "se borró"),
    ],
)
def test_raw_sql(issuer: User, sql: str, verb: str) -> None:
    onboarding = Onboarding.objects.get(company=issuer.company)
    StepState.objects.create(onboarding=onboarding, slug="sellos")
    before = timeline.timeline(company_of(issuer))
    with connection.cursor() as cursor:
        cursor.execute(sql)
    changes = timeline.timeline(company_of(issuer))
    assert len(changes) == len(before) + 1
    [made] = [
        change for change in changes if change.what.startswith("Estado de un paso") and change.verb == verb
    ]
    assert made.source == "Directo en la base de datos"


def test_many_at_once_and_deleting_them(issuer: User, other_issuer: User) -> None:
    kinds: list[Any] = list(Address.Kind)
    Address.objects.bulk_create(Address(company=company_of(issuer), kind=kind, **ADDRESS) for kind in kinds)
    Address.objects.update(street="Juárez")
    Address.objects.all().delete()
    changes = [c for c in timeline.timeline(company_of(issuer)) if c.what == "Dirección"]
    verbs = [change.verb for change in changes]
    assert {verb: verbs.count(verb) for verb in set(verbs)} == {"se creó": 2, "cambió": 2, "se borró": 2}
    assert not [c for c in timeline.timeline(company_of(other_issuer)) if c.what == "Dirección"]


def test_saving_what_is_there_already_leaves_none(issuer: User, before: list[Change]) -> None:
    company_of(issuer).save()
    assert len(timeline.timeline(company_of(issuer))) == len(before)


def test_the_timeline_tells_who_what_before_and_after(
    sign_in: SignIn, support: User, issuer: User, client: Client
) -> None:
    data = {"phone": "5512345678", "expedition_place": "37000", "tax_regime": "601"}
    client = sign_in(support)
    client.post(url(issuer, "change"), filled(client, url(issuer, "change"), **data))
    change = latest(issuer, "Empresa")
    assert (change.who, change.source, change.what, change.verb) == (
        "soporte",
        "Administración",
        "Empresa",
        "cambió",
    )
    assert ("Lugar de expedición", "—", "37000") in change.values
    assert "Nombre" not in [name for name, _, _ in change.values]


def test_the_timeline_names_rows_and_choices(support: User, issuer: User, other_distributor: User) -> None:
    company = company_of(issuer)
    company.distributor = other_distributor.distributor  # type: ignore[assignment]
    company.save(update_fields=["distributor"])
    assert latest(issuer, "Empresa").values == (
        ("Distribuidor", "Distribuidora del Bajío", "Distribuidora del Norte"),
    )


def test_a_deleted_row_stays_on_the_timeline(issuer: User) -> None:
    onboarding = Onboarding.objects.get(company=issuer.company)
    StepState.objects.create(onboarding=onboarding, slug="sellos").delete()
    changes = timeline.timeline(company_of(issuer))
    of_step = [change.verb for change in changes if change.what == "Estado de un paso: Sellos (CSD)"]
    assert of_step == ["se borró", "se creó"]


def test_the_timeline_is_of_one_company(issuer: User, other_issuer: User) -> None:
    rows_of(other_issuer)
    seen = str(timeline.timeline(company_of(issuer)))
    assert "NUPJ800101AB2" not in seen
    assert "jose" not in seen


def test_no_audit_table_has_a_secret_column() -> None:
    for model in timeline.tracked_models():
        names = {field.name for field in model._meta.fields}
        assert not names & {"password", "key", "secret", "certificate"}, model


def test_a_change_of_the_onboarding_is_told_once(issuer: User) -> None:
    company = company_of(issuer)
    before = len(timeline.timeline(company))
    Onboarding.objects.filter(company=company).update(finished_at=timezone.now(), finished_by=issuer)
    changes = timeline.timeline(company)
    assert len(changes) == before + 1
    assert ("Terminada por", "—", "panaderia") in changes[0].values


def test_what_a_row_was_before_the_latest_changes_is_not_made_up(issuer: User) -> None:
    company = company_of(issuer)
    for number in range(3):
        company.phone = f"55 0000 00{number:02d}"
        company.save(update_fields=["phone"])
    events = apps.get_model("companies", "CompanyEvent").objects.filter(pgh_obj=company).order_by("-pgh_id")
    # As if the others were beyond what is read.
    events.exclude(pk__in=list(events.values_list("pk", flat=True)[:2])).delete()
    told = [change.values for change in timeline.timeline(company) if change.what == "Empresa"]
    assert told == [(("Teléfono", "55 0000 0001", "55 0000 0002"),), ()]


def test_what_is_kept_as_json_is_told_without_a_fault(issuer: User) -> None:
    company = company_of(issuer)
    before = len(timeline.timeline(company))
    Onboarding.objects.filter(company=company).update(doubts={"0123456789abcdef": "kept"})

    changes = timeline.timeline(company)

    assert len(changes) == before + 1
    assert changes[0].values == ()
