"""«De un vistazo»: support sees what happened to a company, and runs a dead job again."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import CsdValidation
from companies.models import Company, NoticeAcceptance, User
from facturamos.jobs.models import Job
from onboarding.steps import STEPS
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]


def url(user: User, page: str = "resumen") -> str:
    return f"/admin/companies/company/{user.company_id}/{page}/"


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def test_it_is_supports(sign_in: SignIn, distributor: User, issuer: User) -> None:
    assert sign_in(distributor).get(url(issuer)).status_code == 403


def test_it_shows_everything(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    CsdValidation.objects.update(state=Job.State.DEAD, last_error="SMTPError")
    page = sign_in(support).get(url(issuer)).content.decode()
    acceptance = NoticeAcceptance.objects.get()
    for expected in (
        f"Va en el paso 1 de {len(STEPS) + 1}",
        "Revise el RFC.",
        "30001000000500003416",
        f"CSD-{issuer.company_id}",
        acceptance.sha256,
        "192.0.2.1",
        "Ejecutar otra vez",
        "SMTPError",
        "Directo en la base de datos",
        issuer.email,
    ):
        assert expected in page, expected


def test_its_queries_do_not_grow_with_what_happened(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    client = sign_in(support)
    client.get(url(issuer))
    with CaptureQueriesContext(connection) as few:
        client.get(url(issuer))
    company = company_of(issuer)
    for number in range(12):
        company.phone = f"55 0000 00{number:02d}"
        company.save(update_fields=["phone"])
    with CaptureQueriesContext(connection) as more:
        client.get(url(issuer))
    assert len(more) == len(few)


def test_a_dead_job_runs_again_from_its_link(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    CsdValidation.objects.update(state=Job.State.DEAD, finished_at=timezone.now())
    client = sign_in(support)
    [action] = next(
        each.actions for each in client.get(url(issuer)).context["case_file"].jobs if each.job.state == "dead"
    )
    assert action.label == "Ejecutar otra vez"
    client.post(action.url)
    assert CsdValidation.objects.get().state == Job.State.QUEUED
