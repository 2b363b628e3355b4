"""The tabs of a company: what each shows, to whom, and what can be done there."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import CsdValidation, TestInvoice
from companies.accounts.auth import limit_key
from companies.models import Company, NoticeAcceptance, SecurityEvent, User
from facturamos.jobs.models import Job
from onboarding.steps import STEPS
from tests.admin_page import filled
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
TABS = ("resumen", "change", "pasos", "sellos", "correo", "personas", "documentos", "historial")


def url(user: User, page: str = "resumen") -> str:
    return f"/admin/companies/company/{user.company_id}/{page}/"


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def came_in(user: User, kind: SecurityEvent.Kind, *, address: str, browser: str = "") -> SecurityEvent:
    return SecurityEvent.objects.create(user=user, kind=kind, address=address, browser=browser)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_leads_to_all_others(sign_in: SignIn, support: User, issuer: User, tab: str) -> None:
    rows_of(issuer)
    page = sign_in(support).get(url(issuer, tab)).content.decode()
    assert f'<a href="{url(issuer, tab)}" aria-current="page">' in page
    for other in TABS:
        assert f'<a href="{url(issuer, other)}"' in page, other
    assert "<h1>PANADERÍA LA ÑAPA</h1>" in page


def test_the_tabs_show_everything(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    CsdValidation.objects.update(state=Job.State.DEAD, last_error="SMTPError")
    acceptance = NoticeAcceptance.objects.get()
    client = sign_in(support)
    for tab, expected in (
        ("resumen", (f"Va en el paso 1 de {len(STEPS) + 1}", "Ejecutar otra vez", "SMTPError", issuer.email)),
        ("pasos", ("Revise el RFC.", "Ana Contadora")),
        ("sellos", ("30001000000500003416", f"CSD-{issuer.company_id}", "Marcar activo en el SAT")),
        ("correo", ("smtp.example.com:587", "Credenciales")),
        ("personas", (issuer.username, "Reenviar credenciales")),
        ("documentos", ("Marcar como comprobada", acceptance.sha256, "192.0.2.1")),
        ("historial", ("Directo en la base de datos", "Ejecutar otra vez", "De dónde viene cada dato")),
    ):
        page = client.get(url(issuer, tab)).content.decode()
        for text in expected:
            assert text in page, (tab, text)


def test_a_distributor_sees_its_own_without_evidence(
    sign_in: SignIn, distributor: User, issuer: User
) -> None:
    rows_of(issuer)
    acceptance = NoticeAcceptance.objects.get()
    came_in(issuer, SecurityEvent.Kind.SIGNED_IN, address="192.0.2.77", browser="Firefox")
    for _ in range(5):
        came_in(issuer, SecurityEvent.Kind.REFUSED, address="192.0.2.78")
    client = sign_in(distributor)
    pages = {tab: client.get(url(issuer, tab)) for tab in TABS}
    assert {page.status_code for page in pages.values()} == {200}
    said = "".join(page.content.decode() for page in pages.values())
    for evidence in (acceptance.sha256, "192.0.2.", "Firefox", "evidencia"):
        assert evidence not in said, evidence
    for shown in ("30001000000500003416", "Ana Contadora", "5 intentos fallidos"):
        assert shown in said, shown


def test_anothers_company_is_unknown(sign_in: SignIn, other_distributor: User, issuer: User) -> None:
    client = sign_in(other_distributor)
    assert {client.get(url(issuer, tab)).status_code for tab in TABS} == {404}


@pytest.mark.parametrize("tab", ["resumen", "personas"])
def test_who_is_locked_out_is_let_in_where_it_is_told(
    sign_in: SignIn, support: User, issuer: User, tab: str
) -> None:
    AccessAttempt.objects.create(
        username=limit_key(issuer.username), ip_address="192.0.2.78", failures_since_start=5
    )
    came_in(issuer, SecurityEvent.Kind.REFUSED, address="192.0.2.78")
    unlock = f"/admin/companies/user/{issuer.pk}/desbloquear/"
    client = sign_in(support)
    button = re.search(rf'action="({unlock}[^"]*)"', client.get(url(issuer, tab)).content.decode())
    assert button

    response = client.post(html.unescape(button[1]))

    assert response["Location"] == url(issuer, tab)
    assert not AccessAttempt.objects.exists()


def test_an_entry_is_told_of_who_had_the_name_then(
    sign_in: SignIn, support: User, issuer: User, other_issuer: User
) -> None:
    """Two who exchange their names keep their own past."""
    name = issuer.username
    long_ago = came_in(issuer, SecurityEvent.Kind.SIGNED_IN, address="192.0.2.1", browser="Panadería")
    User.objects.filter(pk=issuer.pk).update(username="otro-nombre")
    User.objects.filter(pk=other_issuer.pk).update(username=name)
    client = sign_in(support)

    assert client.get(url(issuer, "personas")).context["sign_ins"] == [long_ago]
    assert client.get(url(other_issuer, "personas")).context["sign_ins"] == []


def test_whoever_corrects_a_row_stays_with_its_company(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    letter = company_of(issuer).manifest_letter
    client = sign_in(support)
    for page, data, tab in (
        (f"/admin/companies/manifestletter/{letter.pk}/change/", {"signed_on": "2026-01-02"}, "documentos"),
        (f"/admin/companies/user/{issuer.pk}/change/", {"full_name": "Íñigo Peña Núñez"}, "personas"),
    ):
        response = client.post(page, filled(client, page, **data))
        assert response.status_code == 302, page
        assert response["Location"] == url(issuer, tab)


def test_a_rows_page_leads_back_to_its_company(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    csd = company_of(issuer).csds.get()
    page = sign_in(support).get(f"/admin/certificates/csd/{csd.pk}/change/").content.decode()
    assert f'<a href="{url(issuer)}">PANADERÍA LA ÑAPA</a>' in page
    assert f'<a href="{url(issuer, "sellos")}">Sellos</a>' in page


@pytest.mark.parametrize("tab", TABS)
def test_a_tabs_queries_do_not_grow_with_what_happened(
    sign_in: SignIn, support: User, issuer: User, tab: str
) -> None:
    rows_of(issuer)
    client = sign_in(support)
    client.get(url(issuer, tab))
    with CaptureQueriesContext(connection) as few:
        client.get(url(issuer, tab))
    company, csd = company_of(issuer), company_of(issuer).csds.get()
    for number in range(8):
        company.phone = f"55 0000 00{number:02d}"
        company.save(update_fields=["phone"])
        TestInvoice.objects.create(company=company, csd=csd, state=Job.State.DONE)
    with CaptureQueriesContext(connection) as more:
        client.get(url(issuer, tab))
    assert len(more) == len(few)


def test_a_dead_job_runs_again_from_its_link(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    CsdValidation.objects.update(state=Job.State.DEAD, finished_at=timezone.now() - timedelta(hours=1))
    client = sign_in(support)
    [action] = client.get(url(issuer)).context["dead"][0].actions
    assert action.label == "Ejecutar otra vez"
    assert client.post(action.url)["Location"] == url(issuer, "sellos")
    assert CsdValidation.objects.get().state == Job.State.QUEUED
