"""«Ver como el emisor»: the issuer's pages for support, read-only, if permitted, each one written down."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from companies.models import User
from facturamos import vault
from facturamos.vault import Secret
from mailing.models import Mailbox
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.backoffice.company_deletion import services
from onboarding.models import Onboarding, SupportView
from onboarding.steps import STEPS
from onboarding.support_access import consent
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
REASON = "Llamó porque no puede subir sus sellos."
CANARY = "CANARIO-ÑANDÚ-77"
PAGES = ("", *(f"{step.slug}/" for step in STEPS), "aviso-de-privacidad/texto/")


@pytest.fixture
def base(issuer: User) -> str:
    rows_of(issuer)
    return f"/admin/companies/company/{issuer.company_id}/como-emisor/"


@pytest.fixture
def ask(issuer: User) -> str:
    return f"/admin/companies/company/{issuer.company_id}/ver-como-emisor/"


@pytest.fixture
def permitted(issuer: User) -> None:
    assert issuer.company is not None
    consent.give(issuer.company)


def test_without_permission_every_page_asks_for_a_reason(
    sign_in: SignIn, support: User, base: str, ask: str
) -> None:
    client = sign_in(support)
    for page in (*PAGES, "panel/", "logotipo/factura.svg"):
        assert client.get(base + page).headers["Location"] == ask, page
    assert "Falta «Motivo»" in client.post(ask).content.decode()
    assert "unas palabras más" in client.post(ask, {"reason": "porque sí"}).content.decode()
    assert not SupportView.objects.exists()


def test_a_reason_opens_them_for_an_hour_and_for_oneself(
    sign_in: SignIn, support: User, base: str, ask: str
) -> None:
    client = sign_in(support)
    assert client.post(ask, {"reason": REASON}).headers["Location"] == base
    page = client.get(base).content.decode()
    assert "Solo lectura" in page
    assert REASON in page
    assert {(row.page, row.reason) for row in SupportView.objects.all()} == {
        ("", REASON),
        ("lista de pasos", REASON),
    }
    colleague = User.objects.create(username="soporte2", role=User.Role.SUPPORT)
    assert sign_in(colleague).get(base).headers["Location"] == ask
    sign_in(support)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get(base).status_code == 302


def test_a_reason_for_one_company_opens_no_other(
    sign_in: SignIn, support: User, base: str, ask: str, other_issuer: User
) -> None:
    client = sign_in(support)
    client.post(ask, {"reason": REASON})
    assert (
        client.get(base.replace(f"/{base.split('/')[4]}/", f"/{other_issuer.company_id}/")).status_code == 302
    )


def test_with_consent_every_page_is_shown_read_only(
    sign_in: SignIn, support: User, issuer: User, base: str, ask: str, permitted: None
) -> None:
    client = sign_in(support)
    assert client.post(ask).headers["Location"] == base
    for name in PAGES:
        response = client.get(base + name)
        assert response.status_code == 200, name
        page = response.content.decode()
        assert "PANADERÍA LA ÑAPA" in page
        assert "<form" not in page
        assert "<script" not in page
        assert "csrfmiddlewaretoken" not in page
        assert not re.search(r"\sdata-|\son[a-z]+=", page), name
        for control in re.findall(r"<(?:input|button|select|textarea)\b[^>]*>", page):
            assert "disabled" in control, (name, control)
        links = re.findall(r'<a [^>]*href="([^"]*)"', page)
        assert all(link.startswith(("#", "/admin/companies/company/")) for link in links), (name, links)
    assert SupportView.objects.filter(user=support, reason="").count() == 1 + len(PAGES)


def test_a_saved_value_is_shown(sign_in: SignIn, support: User, base: str, permitted: None) -> None:
    page = sign_in(support).get(f"{base}direccion-fiscal/").content.decode()
    assert 'value="Reforma"' in page


def test_a_redirect_stays_with_support(
    sign_in: SignIn, support: User, issuer: User, base: str, permitted: None
) -> None:
    client = sign_in(support)
    assert client.get(f"{base}panel/").headers["Location"] == base
    Onboarding.objects.filter(company=issuer.company_id).update(
        finished_at=timezone.now(), finished_by=issuer
    )
    assert client.get(base).headers["Location"] == f"{base}panel/"
    assert "Para poder facturar" in client.get(f"{base}panel/").content.decode()
    assert [row.page for row in SupportView.objects.all()] == ["panel/"]


def test_the_sample_is_shown_and_not_kept_by_the_browser(
    sign_in: SignIn, support: User, base: str, permitted: None
) -> None:
    client = sign_in(support)
    page = client.get(f"{base}logotipo/").content.decode()
    source = re.search(r'class="paper" src="([^"]*)"', page)
    assert source is not None
    response = client.get(source[1].replace("&amp;", "&"))
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in response.headers["Cache-Control"]
    assert "immutable" not in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "page", ["constancia/", "terminar/acta.pdf", "prueba/", "sellos/estado/", "x/", "../"]
)
def test_nothing_else_is_there(sign_in: SignIn, support: User, base: str, permitted: None, page: str) -> None:
    assert sign_in(support).get(base + page).status_code == 404
    assert not SupportView.objects.exists()


def test_nothing_is_posted(sign_in: SignIn, support: User, issuer: User, base: str, permitted: None) -> None:
    client = sign_in(support)
    for page in PAGES:
        assert client.post(base + page, {"datos-fiscales-name": "OTRO"}).status_code == 405
    assert issuer.company is not None
    issuer.company.refresh_from_db()
    assert issuer.company.name == "PANADERÍA LA ÑAPA"


def test_a_look_changes_nothing_but_the_log(
    sign_in: SignIn, support: User, issuer: User, base: str, permitted: None
) -> None:
    assert issuer.company is not None
    before = timeline(issuer.company)
    client = sign_in(support)
    for page in PAGES:
        client.get(base + page)
    after = timeline(issuer.company)
    made = [(change.what, change.source) for change in after if change.who == "soporte"]
    assert made == [("Vista de soporte", "Administración")] * len(PAGES)
    assert len(after) == len(before) + len(made)


def test_a_distributor_never_looks(
    sign_in: SignIn, distributor: User, other_distributor: User, base: str, ask: str, permitted: None
) -> None:
    for user, status in ((distributor, 403), (other_distributor, 404)):
        client = sign_in(user)
        for url in (base, f"{base}sellos/", ask):
            assert client.get(url).status_code == status
            assert client.post(url, {"reason": REASON}).status_code == status
    assert not SupportView.objects.exists()


def test_what_was_withdrawn_or_is_over_shows_nothing(
    sign_in: SignIn, support: User, issuer: User, base: str, permitted: None
) -> None:
    client = sign_in(support)
    assert client.get(base).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=73)):
        client.force_login(support, backend="companies.accounts.auth.Backend")
        assert client.get(base).status_code == 302
    client.force_login(support, backend="companies.accounts.auth.Backend")
    assert issuer.company is not None
    consent.withdraw(issuer.company)
    assert client.get(base).status_code == 302


def test_the_second_factor_stands_before_them(
    sign_in: SignIn, support: User, base: str, permitted: None, settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = "on"
    for page in ("", "sellos/", "logotipo/factura.svg"):
        location = sign_in(support).get(base + page).headers["Location"]
        assert location.startswith("/entrar/segundo-factor/"), page
    assert not SupportView.objects.exists()


def test_a_deleted_company_is_not_shown(
    sign_in: SignIn, support: User, issuer: User, base: str, ask: str, permitted: None
) -> None:
    assert issuer.company is not None
    services.delete(issuer.company, reason="Lo pidió.")
    client = sign_in(support)
    assert client.get(base).headers["Location"] == ask
    assert client.post(ask, {"reason": REASON}).status_code == 302
    assert not SupportView.objects.exists()


def test_no_secret_is_on_any_page(
    sign_in: SignIn, support: User, issuer: User, base: str, permitted: None
) -> None:
    mailbox = Mailbox.objects.get(company=issuer.company_id)
    vault.put(mailbox, "password", Secret(CANARY))
    mailbox.save()
    issuer.set_password(CANARY)
    issuer.save()
    client = sign_in(support)
    for page in PAGES:
        text = client.get(base + page).content.decode()
        assert CANARY not in text
        assert issuer.password not in text


def test_the_log_cannot_be_changed(support: User, issuer: User) -> None:
    assert issuer.company is not None
    consent.note(issuer.company, support, consent.SupportAccess(""))
    for change in (SupportView.objects.all().delete, lambda: SupportView.objects.update(reason="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("step", ["sellos", "correo", "documentos"])
def test_a_step_is_not_taken_for_the_companys_tab_of_that_name(
    sign_in: SignIn, support: User, issuer: User, step: str
) -> None:
    page = f"/admin/companies/company/{issuer.company_id}/como-emisor/{step}/"

    assert sign_in(support).get(page).status_code == 302
