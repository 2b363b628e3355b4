"""Whose an import is, what it leaves in the audit, what is forgotten, what it costs."""

from collections.abc import Callable

from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from facturamos.celery import app
from facturamos.jobs.models import Job
from onboarding.backoffice.account_import import services
from onboarding.backoffice.account_import.models import ImportFile
from onboarding.backoffice.models import AccountImport, ImportRow
from onboarding.backoffice.tasks import forget_old_imports
from tests.onboarding.backoffice.account_import.sheets import (
    ADD,
    BAD,
    as_xlsx,
    create,
    imported,
    line,
    text,
    upload,
    url,
)

SignIn = Callable[[User], Client]


def test_anothers_import_is_not_there(desk: Client, sign_in: SignIn, other_distributor: User) -> None:
    job = imported(desk, line(1))
    other = sign_in(other_distributor)
    for page in ("change", "crear", "cancelar", "estado"):
        assert other.get(url(job, page)).status_code == 404
        assert other.post(url(job, page)).status_code == 404
    for kind in ("csv", "xlsx"):
        assert other.get(f"/admin/backoffice/accountimport/{job.pk}/por-corregir.{kind}").status_code == 404
    assert "cuentas.csv" not in other.get(ADD).content.decode()
    job.refresh_from_db()
    assert job.stage == "preview"


def test_each_row_leaves_one_event_with_who_confirmed(desk: Client, distributor: User) -> None:
    create(desk, imported(desk, line(1), line(2)))
    for label in ("companies.CompanyEvent", "companies.UserEvent", "onboarding.OnboardingEvent"):
        all_events = apps.get_model(label).objects
        events = all_events.filter(pgh_context__metadata__source="backoffice.accountimport")
        assert events.count() == 2
        assert {event.pgh_context.metadata["user"] for event in events} == {distributor.pk}


def test_old_imports_are_forgotten(desk: Client) -> None:
    waiting = imported(desk, line(1))
    done = create(desk, imported(desk, line(2), BAD[0]), "correctas")
    AccountImport.objects.update(created_at="2026-01-01T00:00Z")
    services.forget_old()
    waiting.refresh_from_db()
    assert waiting.stage == "cancelled"
    assert [row.values for row in ImportRow.objects.all()] == [{}]
    assert "ya no se guarda" in text(desk, done)


def test_the_name_of_an_old_file_is_forgotten_with_what_was_said_of_it(desk: Client) -> None:
    old, young = imported(desk, line(1)), imported(desk, line(2))
    AccountImport.objects.update(file_name="Juana Ramos.csv", notes=["Se leyó la hoja «Juana Ramos»."])
    AccountImport.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00Z")

    services.forget_old()

    kept = AccountImport.objects.get(file_name="Juana Ramos.csv")
    assert (kept.pk, len(kept.notes)) == (young.pk, 1)
    for page in (text(desk, old), desk.get("/admin/backoffice/accountimport/").content.decode()):
        assert AccountImport.FORGOTTEN_NAME in page
    assert "Juana" not in text(desk, old)


def test_a_waiting_file_is_forgotten_although_nobody_uploads_another(desk: Client) -> None:
    job = imported(desk, line(1))
    assert ImportFile.objects.filter(account_import=job).exists()
    AccountImport.objects.update(created_at="2026-01-01T00:00Z")
    forget_old_imports()
    assert not ImportFile.objects.exists()
    assert "backoffice.forget_old_imports" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_a_dead_import_is_told_and_can_run_again(desk: Client) -> None:
    job = imported(desk, line(1))
    AccountImport.objects.update(state=Job.State.DEAD, stage=AccountImport.Stage.JUDGING)
    page = text(desk, job)
    assert "La importación se detuvo" in page
    assert "Ejecutar otra vez" in page
    assert desk.post(url(job, "ejecutar-otra-vez")).status_code == 302
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_rows_cost_no_statements_of_their_own(desk: Client) -> None:
    def statements(*lines: list[str]) -> tuple[int, int, int]:
        with CaptureQueriesContext(connection) as judging:
            job = imported(desk, *lines)
        with CaptureQueriesContext(connection) as showing:
            desk.get(url(job))
        with CaptureQueriesContext(connection) as creating:
            create(desk, job)
        return len(judging), len(showing), len(creating)

    few = statements(*(line(number) for number in range(30)))
    many = statements(*(line(number) for number in range(100, 280)))
    assert max(abs(one - other) for one, other in zip(few, many, strict=True)) <= 2, (few, many)


def test_an_excel_sheet_with_numbers_is_understood(desk: Client) -> None:
    number = line(1)
    number[4] = 5512345678  # type: ignore[call-overload]
    upload(desk, as_xlsx(number), "cuentas.xlsx")
    create(desk, AccountImport.objects.get())
    assert Company.objects.get().phone == "5512345678"
