"""«Eliminar…»: the company goes out of sight, its secrets at once; the evidence stays."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from companies.models import Company, NoticeAcceptance, User
from facturamos import vault
from facturamos.vault import Secret
from mailing.models import Mailbox, Message
from onboarding import deletion
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]


@pytest.fixture
def company(issuer: User, other_issuer: User) -> Company:
    """The issuer's company and another one, both with secrets in every sealed column."""
    for user in (issuer, other_issuer):
        for row in rows_of(user):
            sealed = {model: names for model, _, names in deletion.sealed_models() if isinstance(row, model)}
            for names in sealed.values():
                for name in names:
                    vault.put(row, name, Secret("secreto"))
                row.save()
    assert issuer.company is not None
    return issuer.company


def test_it_finds_every_sealed_column() -> None:
    found = {(model._meta.label, path): names for model, path, names in deletion.sealed_models()}
    assert found == {
        ("certificates.Csd", "company"): ["key", "password"],
        ("companies.SecondFactor", "user__company"): ["key"],
        ("mailing.Mailbox", "company"): ["password"],
        ("mailing.Message", "company"): ["secret"],
    }


def test_it_asks_for_a_reason(sign_in: SignIn, support: User, company: Company) -> None:
    client = sign_in(support)
    url = f"/admin/companies/company/{company.pk}/eliminar-empresa/"
    assert "Falta «Motivo»" in client.post(url).content.decode()
    company.refresh_from_db()
    assert company.deleted_at is None
    client.post(url, {"reason": "Lo pidió por escrito."})
    company.refresh_from_db()
    assert company.deleted_at is not None
    assert LogEntry.objects.get().change_message == "Eliminar. Lo pidió por escrito."


def test_secrets_go_at_once_and_evidence_stays(company: Company, other_issuer: User) -> None:
    assert Mailbox.objects.get(company=company).password is not None
    deletion.delete(company)
    mailbox = Mailbox.objects.get(company=company)
    assert mailbox.password is None
    assert mailbox.secret_changed_at is not None
    assert Message.objects.get(company=company).secret is None
    assert NoticeAcceptance.objects.filter(company=company).exists()
    assert Mailbox.objects.get(company=other_issuer.company).password is not None
    assert Message.objects.get(company=other_issuer.company).secret is not None


def test_its_users_are_out(sign_in: SignIn, issuer: User, company: Company) -> None:
    client = sign_in(issuer)
    deletion.delete(company)
    assert client.get("/configuracion/").status_code == 302


def test_a_distributor_may_not_delete(sign_in: SignIn, distributor: User, company: Company) -> None:
    url = f"/admin/companies/company/{company.pk}/eliminar-empresa/"
    assert sign_in(distributor).post(url, {"reason": "x"}).status_code == 403
    assert sign_in(distributor).post(f"/admin/companies/company/{company.pk}/delete/").status_code == 403


def test_nobody_deletes_the_row_itself(sign_in: SignIn, support: User, company: Company) -> None:
    url = f"/admin/companies/company/{company.pk}/delete/"
    assert sign_in(support).post(url, {"post": "yes"}).status_code == 403
    assert Company.objects.filter(pk=company.pk).exists()


def test_a_deleted_company_is_read_only(sign_in: SignIn, support: User, company: Company) -> None:
    deletion.delete(company)
    client = sign_in(support)
    page = client.get(f"/admin/companies/company/{company.pk}/change/").content.decode()
    assert 'name="_save"' not in page
    assert "Reenviar credenciales" not in page
