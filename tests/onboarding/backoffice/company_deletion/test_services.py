"""«Eliminar…»: the company goes out of sight, its secrets at once; the evidence stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from companies.models import Company, NoticeAcceptance, User
from facturamos import vault
from facturamos.vault import Secret
from mailing.models import Mailbox, Message
from mailing.outbox import Moot
from onboarding.backoffice import emails
from onboarding.backoffice.company_deletion import services
from onboarding.backoffice.personal_data.erasure import ERASE_AFTER
from onboarding.models import Onboarding
from onboarding.support_access import consent
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]


@pytest.fixture
def company(issuer: User, other_issuer: User) -> Company:
    """The issuer's company and another one, both with secrets in every encrypted column."""
    for user in (issuer, other_issuer):
        for row in rows_of(user):
            encrypted = {
                model: names for model, _, names in services.encrypted_models() if isinstance(row, model)
            }
            for names in encrypted.values():
                for name in names:
                    vault.put(row, name, Secret("secreto"))
                row.save()
    assert issuer.company is not None
    return issuer.company


def test_it_finds_every_encrypted_column() -> None:
    found = {(model._meta.label, path): names for model, path, names in services.encrypted_models()}
    assert found == {
        ("certificates.Csd", "company"): ["key", "password"],
        ("companies.SecondFactor", "user__company"): ["key"],
        ("mailing.Mailbox", "company"): ["password"],
        ("mailing.MailboxConsent", "company"): ["verifier"],
        ("mailing.MailboxGrant", "mailbox__company"): ["refresh_token", "access_token"],
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
    assert LogEntry.objects.get(user=support).change_message == "Eliminar. Lo pidió por escrito."


def test_secrets_go_at_once_and_evidence_stays(company: Company, other_issuer: User) -> None:
    assert Mailbox.objects.get(company=company).password is not None
    services.delete(company, reason="Lo pidió.")
    mailbox = Mailbox.objects.get(company=company)
    assert mailbox.password is None
    assert mailbox.secret_changed_at is not None
    assert not Message.objects.filter(company=company).exclude(secret=None).exists()
    assert NoticeAcceptance.objects.filter(company=company).exists()
    assert Mailbox.objects.get(company=other_issuer.company).password is not None
    assert Message.objects.get(company=other_issuer.company).secret is not None


def test_its_users_are_out(sign_in: SignIn, issuer: User, company: Company) -> None:
    client = sign_in(issuer)
    services.delete(company, reason="Lo pidió.")
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
    services.delete(company, reason="Lo pidió.")
    client = sign_in(support)
    page = client.get(f"/admin/companies/company/{company.pk}/change/").content.decode()
    assert 'name="_save"' not in page
    assert "Reenviar credenciales" not in page


# --- the waiting time


CANCEL = "/admin/companies/company/{}/cancelar-eliminacion/"


def test_the_page_says_what_stays_and_how_long_one_can_cancel(
    sign_in: SignIn, support: User, company: Company
) -> None:
    page = sign_in(support).get(f"/admin/companies/company/{company.pk}/eliminar-empresa/").content.decode()
    for words in ("se borran ahora mismo", "Durante 15 días", "Se conservan como evidencia", "se borra todo"):
        assert words in page
    assert "sin fecha" not in page


def test_support_cancels_within_the_waiting_time(
    sign_in: SignIn, support: User, issuer: User, company: Company
) -> None:
    services.delete(company, reason="Lo pidió.")
    client = sign_in(support)
    page = client.get(f"/admin/companies/company/{company.pk}/change/").content.decode()
    assert "Cancelar la eliminación…" in page
    assert "Lo pidió." in page
    url = CANCEL.format(company.pk)
    assert "Falta «Motivo»" in client.post(url).content.decode()
    client.post(url, {"reason": "Fue un error."})
    company.refresh_from_db()
    assert (company.deleted_at, company.deletion_final_at, company.deletion_reason) == (None, None, "")
    assert sign_in(issuer).get("/configuracion/").status_code == 200


def test_what_was_wiped_stays_wiped(company: Company) -> None:
    Mailbox.objects.get(company=company).approve()
    assert Mailbox.objects.get(company=company).is_active
    services.delete(company, reason="Lo pidió.")
    services.cancel(company)
    mailbox = Mailbox.objects.get(company=company)
    assert mailbox.password is None
    assert not mailbox.is_active
    assert not company.csds.active().exists()


def test_after_the_waiting_time_it_is_final(sign_in: SignIn, support: User, company: Company) -> None:
    services.delete(company, reason="Lo pidió.")
    with time_machine.travel(timezone.now() + timedelta(days=14, hours=23)):
        assert company.deletion_can_be_cancelled
    with time_machine.travel(timezone.now() + timedelta(days=15, minutes=1)):
        client = sign_in(support)
        client.post(CANCEL.format(company.pk), {"reason": "Tarde."})
        services.cancel(company)
    company.refresh_from_db()
    assert company.deleted_at is not None


def test_it_cannot_come_back_beside_another_with_its_rfc(
    sign_in: SignIn, support: User, company: Company
) -> None:
    services.delete(company, reason="Lo pidió.")
    Company.objects.create(distributor=company.distributor, name="OTRA", rfc=company.rfc)
    page = sign_in(support).post(CANCEL.format(company.pk), {"reason": "Fue un error."})
    assert "ya tiene otra empresa con el RFC" in page.content.decode()
    company.refresh_from_db()
    assert company.deleted_at is not None


def test_a_distributor_may_not_cancel(sign_in: SignIn, distributor: User, company: Company) -> None:
    services.delete(company, reason="Lo pidió.")
    assert sign_in(distributor).post(CANCEL.format(company.pk), {"reason": "x"}).status_code == 404


def test_issuer_and_distributor_are_told(issuer: User, company: Company) -> None:
    services.delete(company, reason="Lo pidió.")
    services.delete(company, reason="Lo pidió otra vez.")
    told = Message.objects.filter(kind=services.DELETION)
    assert {row.to for row in told} == {issuer.email, "ventas@example.com"}
    assert len(told) == 2
    assert company.deletion_final_at is not None
    final_at = timezone.localtime(company.deletion_final_at)
    days = [date_format(each, r"j \d\e F \d\e Y") for each in (final_at, final_at + ERASE_AFTER)]
    for row in told:
        mail = emails.deletion(row)
        assert "PANADERÍA LA ÑAPA" in mail.subject
        for day in days:
            assert day in mail.text
            assert day in mail.html
        assert "Lo pidió" not in mail.text
    services.cancel(company)
    with pytest.raises(Moot):
        emails.deletion(told[0])
    again = Message.objects.filter(kind=services.DELETION_CANCELLED)
    assert {row.to for row in again} == {issuer.email, "ventas@example.com"}
    assert "suba otra vez sus sellos" in emails.deletion_cancelled(again[0]).text


def test_it_ends_supports_access(company: Company) -> None:
    consent.give(company)
    services.delete(company, reason="Lo pidió.")
    services.cancel(company)
    assert Onboarding.objects.get(company=company).support_access_until is None
