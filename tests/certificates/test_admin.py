"""What staff see of CSDs."""

from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from certificates import services
from certificates.checks.registry import CHECKS
from certificates.models import Csd, CsdValidation, Diagnosis, SecretAccess
from companies.models import Company, User
from facturamos.vault import Secret
from mailing.models import Message
from tests.certificates.conftest import NOW, Issue, work
from tests.companies.accounts.mail import deliver, last_mail

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def csd(company: Company, issue: Issue) -> Csd:
    pair = issue(password=b"canario-9731")
    with time_machine.travel(NOW, tick=False):
        csd = services.receive(
            company,
            company.users.get(),
            certificate=pair.certificate,
            key=pair.key,
            password=Secret(pair.password),
            now=timezone.now(),
        )
        work(csd)
    return csd


PAGES = ["csd", "csdvalidation", "diagnosis", "secretaccess"]


@pytest.mark.parametrize("page", PAGES)
def test_support_reads_every_page_and_no_secret(csd: Csd, support: User, sign_in: SignIn, page: str) -> None:
    rows = {"csd": Csd, "csdvalidation": CsdValidation, "diagnosis": Diagnosis, "secretaccess": SecretAccess}
    row = rows[page]._default_manager.get()
    client = sign_in(support)

    listed = client.get(f"/admin/certificates/{page}/")
    opened = client.get(f"/admin/certificates/{page}/{row.pk}/change/")

    assert listed.status_code == opened.status_code == 200
    for response in (listed, opened):
        assert b"canario" not in response.content
        assert b"memory at 0x" not in response.content


@pytest.mark.parametrize("told", ["CSD-4F7K", "csd-4f7k", "4F7K"])
def test_support_finds_a_diagnosis_by_the_code_it_is_told(
    csd: Csd, support: User, sign_in: SignIn, told: str
) -> None:
    Diagnosis.objects.update(code="CSD-4F7K")

    response = sign_in(support).get("/admin/certificates/diagnosis/", {"q": told})

    assert f"/admin/certificates/diagnosis/{Diagnosis.objects.get().pk}/change/" in response.text
    nothing = sign_in(support).get("/admin/certificates/diagnosis/", {"q": "CSD-9999"})
    assert f"/admin/certificates/diagnosis/{Diagnosis.objects.get().pk}/change/" not in nothing.text


def test_a_diagnosis_shows_every_check(csd: Csd, support: User, sign_in: SignIn) -> None:
    diagnosis = Diagnosis.objects.get()

    response = sign_in(support).get(f"/admin/certificates/diagnosis/{diagnosis.pk}/change/")

    assert len(diagnosis.results) == 13
    for check, result in zip(CHECKS, diagnosis.results, strict=True):
        assert f"{check.title}: {result.state.label}" in response.text
        assert result.message in response.text
    for raw in ("no_aplica", "contrasena", ": bien<", ": mal<", "unknown_issuer"):
        assert raw not in response.text


@pytest.mark.parametrize("page", ["csd", "csdvalidation", "diagnosis"])
def test_another_distributor_sees_nothing(
    csd: Csd, other_distributor: User, sign_in: SignIn, page: str
) -> None:
    response = sign_in(other_distributor).get(f"/admin/certificates/{page}/")

    assert csd.rfc not in response.text
    assert sign_in(other_distributor).get(f"/admin/certificates/csd/{csd.pk}/change/").status_code == 404


def test_support_runs_a_dead_validation_again(csd: Csd, support: User, sign_in: SignIn) -> None:
    CsdValidation.objects.update(state=CsdValidation.State.DEAD)
    job = CsdValidation.objects.get()

    sign_in(support).post(f"/admin/certificates/csdvalidation/{job.pk}/ejecutar-otra-vez/")

    job.refresh_from_db()
    assert job.state == CsdValidation.State.QUEUED


def test_a_csd_that_the_sat_ended_cannot_be_marked_active(csd: Csd, support: User, sign_in: SignIn) -> None:
    Csd.objects.update(sat_status="R")

    page = sign_in(support).get(f"/admin/certificates/csd/{csd.pk}/change/")

    assert "Revocado" in page.text
    assert "Marcar activo en el SAT" not in page.text


def test_support_marks_a_csd_active_at_the_sat(csd: Csd, support: User, sign_in: SignIn) -> None:
    sign_in(support).post(f"/admin/certificates/csd/{csd.pk}/activo-en-el-sat/")

    csd.refresh_from_db()
    assert csd.usable_since is not None


def test_the_company_is_told_of_it_once(csd: Csd, issuer: User, support: User, sign_in: SignIn) -> None:
    client = sign_in(support)
    for _ in range(2):
        client.post(f"/admin/certificates/csd/{csd.pk}/activo-en-el-sat/")

    deliver(Message.objects.get(kind="certificates.csd_usable"))
    sent = last_mail()
    assert sent.to == [issuer.confirmed_email]
    assert csd.number in str(sent.body)
    assert "/configuracion/sellos/" in str(sent.body)


def test_of_two_who_mark_it_at_once_one_tells(csd: Csd) -> None:
    """Each has read the row before the other's click."""
    same = Csd.objects.get(pk=csd.pk)

    services.mark_usable(csd)
    services.mark_usable(same)

    assert same.usable_since == csd.usable_since
    assert Message.objects.filter(kind="certificates.csd_usable").count() == 1


def test_nothing_is_told_of_a_csd_that_the_sat_has_ended_meanwhile(csd: Csd) -> None:
    services.mark_usable(csd)
    Csd.objects.update(sat_status="R")

    deliver(Message.objects.get(kind="certificates.csd_usable"))

    assert mail.outbox == []


def test_a_csd_that_was_marked_by_mistake_is_marked_no_longer(
    sign_in: SignIn, support: User, csd: Csd
) -> None:
    client, url = sign_in(support), f"/admin/certificates/csd/{csd.pk}"
    client.post(f"{url}/activo-en-el-sat/")
    client.post(f"{url}/no-activo-en-el-sat/", {"reason": "Era el de la otra empresa."})

    csd.refresh_from_db()
    assert csd.usable_since is None
    assert "Era el de la otra empresa." in client.get(f"{url}/history/").content.decode()
