"""«De un vistazo»: support sees what happened to a company, and acts on it."""

from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import CsdValidation
from companies.models import Company, NoticeAcceptance, User
from facturamos.jobs import Job
from onboarding.backoffice import timeline
from onboarding.models import Onboarding, StepState
from onboarding.progress import Progress
from onboarding.steps import STEPS
from tests.conftest import make_issuer
from tests.onboarding.answers import ANSWERS
from tests.onboarding.backoffice.rows import rows_of
from tests.onboarding.browser import Tab

SignIn = Callable[[User], Client]
STEP = {step.slug: step for step in STEPS}


def url(user: User, deed: str = "resumen") -> str:
    return f"/admin/companies/company/{user.company_id}/{deed}/"


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def latest(user: User, what: str) -> timeline.Change:
    return next(change for change in timeline.timeline(company_of(user)) if change.what == what)


def test_it_is_supports(sign_in: SignIn, distributor: User, issuer: User) -> None:
    assert sign_in(distributor).get(url(issuer)).status_code == 403


def test_it_shows_everything(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    CsdValidation.objects.update(state=Job.State.DEAD, last_error="SMTPError")
    page = sign_in(support).get(url(issuer)).content.decode()
    acceptance = NoticeAcceptance.objects.get()
    for expected in (
        "Va en el paso 1 de 12",
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


def test_the_timeline_tells_who_what_before_and_after(
    sign_in: SignIn, support: User, issuer: User, client: Client
) -> None:
    data = {
        "name": "PANADERÍA LA ÑAPA",
        "rfc": "PNA190312AB1",
        "phone": "5512345678",
        "expedition_place": "37000",
        "tax_regime": "601",
    }
    inlines = {
        f"{prefix}-{name}": "0"
        for prefix in ("users", "addresses", "document_types")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    sign_in(support).post(url(issuer, "change"), data | inlines)
    change = latest(issuer, "Empresa")
    assert (change.who, change.source, change.what, change.deed) == (
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
    of_step = [change.deed for change in changes if change.what == "Estado de un paso: Sellos (CSD)"]
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


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({}, "Directo en la base de datos"),
        ({"source": "/configuracion/usuario"}, "Página del emisor"),
        ({"source": "/admin/companies"}, "Administración"),
        ({"source": "/otra"}, "/otra"),
        ({"source": "certificates.csdvalidation"}, "Tarea: validación de un CSD"),
        ({"source": "sweeper"}, "Tarea: sweeper"),
    ],
)
def test_it_says_where_a_change_came_from(metadata: dict[str, str], words: str) -> None:
    assert timeline.source(metadata) == words


# --- reopening a step


def test_support_reopens_a_step_and_the_issuer_saves_it_again(
    sign_in: SignIn, support: User, issuer: User, tab: Tab
) -> None:
    slug = "datos-fiscales"
    tab.submit(slug, ANSWERS[slug]())
    assert STEP[slug].status(Progress.of(issuer)) == "done"
    sign_in(support).post(url(issuer, "reabrir-paso"), {"step": slug, "note": "Revise el régimen."})
    assert STEP[slug].status(Progress.of(issuer)) == "todo"
    client = sign_in(issuer)
    assert "Nota de Asistencia: Revise el régimen." in client.get("/configuracion/").content.decode()
    assert "Revise el régimen." in client.get(f"/configuracion/{slug}/").content.decode()
    tab.submit(slug, ANSWERS[slug]())
    assert STEP[slug].status(Progress.of(issuer)) == "done"
    assert StepState.objects.get(slug=slug).note == ""
    assert LogEntry.objects.get().change_message == "Reabrir un paso."


def test_reopening_needs_a_note_and_a_step(sign_in: SignIn, support: User, issuer: User) -> None:
    page = sign_in(support).post(url(issuer, "reabrir-paso"), {"step": "terminar"}).content.decode()
    assert "Falta «Nota para el emisor»" in page
    assert not StepState.objects.exists()


# --- moving a company


def test_support_moves_a_company_with_a_reason(
    sign_in: SignIn, support: User, distributor: User, other_distributor: User, issuer: User
) -> None:
    client = sign_in(support)
    data = {"distributor": other_distributor.distributor_id, "reason": "Lo pidió el cliente."}
    assert (
        "Falta «Motivo»"
        in client.post(url(issuer, "cambiar-de-distribuidor"), data | {"reason": ""}).content.decode()
    )
    client.post(url(issuer, "cambiar-de-distribuidor"), data)
    assert sign_in(distributor).get(url(issuer, "change")).status_code == 404
    assert sign_in(other_distributor).get(url(issuer, "change")).status_code == 200
    assert LogEntry.objects.get().change_message == "Cambiar de distribuidor. Lo pidió el cliente."


def test_it_does_not_move_to_who_has_the_rfc_already(
    sign_in: SignIn, support: User, other_distributor: User, issuer: User
) -> None:
    make_issuer(other_distributor, name="OTRA", rfc="PNA190312AB1", username="otra")
    data = {"distributor": other_distributor.distributor_id, "reason": "x"}
    page = sign_in(support).post(url(issuer, "cambiar-de-distribuidor"), data).content.decode()
    assert "ya tiene una empresa con el RFC" in page


def test_a_distributor_neither_moves_nor_reopens(sign_in: SignIn, distributor: User, issuer: User) -> None:
    client = sign_in(distributor)
    for deed in ("cambiar-de-distribuidor", "reabrir-paso"):
        assert client.get(url(issuer, deed)).status_code == 403
        assert client.post(url(issuer, deed), {"reason": "x"}).status_code == 403


def test_a_dead_job_runs_again_from_its_link(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    CsdValidation.objects.update(state=Job.State.DEAD, finished_at=timezone.now())
    client = sign_in(support)
    [deed] = next(
        each.deeds for each in client.get(url(issuer)).context["glance"].jobs if each.job.state == "dead"
    )
    assert deed["label"] == "Ejecutar otra vez"
    client.post(deed["url"])
    assert CsdValidation.objects.get().state == Job.State.QUEUED
