"""One history: of any row with values and reasons together, and of what one person did."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pghistory.core import event_models
from pghistory.models import Context

from companies.accounts.auth import limit_key
from companies.models import Company, Distributor, SecurityEvent, User
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.backoffice.history.changes import Change
from onboarding.backoffice.history.models import StaffAction
from onboarding.backoffice.history.pages import PAGE, doings, of_row
from onboarding.backoffice.history.words import SILENT
from tests.admin_page import filled
from tests.conftest import PASSWORD
from tests.onboarding.backoffice.rows import published_notice, rows_of

SignIn = Callable[[User], Client]
# Words that are the same in both languages.
BOTH = {"visible"}


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def move(client: Client, issuer: User, to: User, reason: str = "Cambió de contador.") -> None:
    url = f"/admin/companies/company/{issuer.company_id}/cambiar-de-distribuidor/"
    client.post(url, {"distributor": to.distributor_id, "reason": reason})


def about(changes: list[Change], what: str) -> list[Change]:
    return [change for change in changes if change.what == what]


def test_values_and_reason_stand_together(
    sign_in: SignIn, support: User, issuer: User, other_distributor: User
) -> None:
    move(sign_in(support), issuer, other_distributor)

    newest = next(line for line in timeline(company_of(issuer)) if line.verb == "cambió")

    assert newest.what == "Empresa"
    assert newest.values == (("Distribuidor", "Distribuidora del Bajío", "Distribuidora del Norte"),)
    assert "Cambió de contador." in newest.reason
    assert (newest.who, newest.verb) == ("soporte", "cambió")


def test_what_changed_no_row_is_told_too(sign_in: SignIn, support: User, issuer: User) -> None:
    """«Desbloquear» has no audited row; «Restablecer segundo factor» and the like have reasons."""
    AccessAttempt.objects.create(username=limit_key(issuer.username), failures_since_start=5)
    sign_in(support).post(f"/admin/companies/user/{issuer.pk}/desbloquear/")

    lines = about(timeline(company_of(issuer)), "Usuario: panaderia")
    assert [(line.reason, line.who) for line in lines if line.reason] == [("Desbloquear.", "soporte")]


@pytest.mark.parametrize("kind", ["notice", "distributor", "staff"])
def test_rows_of_no_company_have_a_history(
    sign_in: SignIn, support: User, owner: User, distributor: User, kind: str
) -> None:
    editor = owner if kind == "staff" else support
    row = {"notice": published_notice(), "distributor": distributor.distributor, "staff": distributor}[kind]
    assert row is not None
    url = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/"
    client = sign_in(editor)
    if kind != "notice":
        field = "name" if kind == "distributor" else "full_name"
        client.post(f"{url}change/", filled(client, f"{url}change/", **{field: "Otro nombre"}))

    page = client.get(f"{url}history/").content.decode()

    assert "Otro nombre" in page if kind != "notice" else "Aviso." in page
    assert "Publicado" in page if kind == "notice" else editor.username in page


def test_a_form_saved_in_admin_is_one_line_with_values(
    sign_in: SignIn, support: User, distributor: User
) -> None:
    client, url = sign_in(support), f"/admin/companies/distributor/{distributor.distributor_id}/change/"
    client.post(url, filled(client, url, phone="4770000000"))
    assert distributor.distributor is not None

    [line] = [each for each in of_row(distributor.distributor, support) if each.who == "soporte"]
    assert line.values == (("Teléfono", "—", "4770000000"),)
    assert line.reason == ""


def test_a_password_changed_by_raw_sql_leaves_a_trace(support: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE companies_user SET password = 'otra' WHERE id = %s", [support.pk])

    newest = of_row(support, support)[0]

    assert [name for name, _, _ in newest.values] == ["Contraseña cambiada"]
    assert (newest.source, newest.who) == ("Directo en la base de datos", "")
    assert "otra" not in str(newest)


def test_what_the_code_says_of_a_password_stays(support: User) -> None:
    moment = timezone.now() - timedelta(days=1)
    support.set_password("Otro-Caballo-7")
    support.secret_changed_at = moment
    support.save()
    support.refresh_from_db()
    assert support.secret_changed_at == moment


# --- what one person did


def test_what_a_person_did_today_is_one_page(
    sign_in: SignIn, support: User, issuer: User, other_distributor: User, client: Client
) -> None:
    client.post("/entrar/", {"username": "soporte", "password": "mala"})
    client.post("/entrar/", {"username": "soporte", "password": PASSWORD})
    move(client, issuer, other_distributor)

    page = client.get(f"/admin/personas/{support.pk}/?dia={timezone.localdate():%Y-%m-%d}").content.decode()

    told_of = (
        "Entró",
        "Empresa · PANADERÍA LA ÑAPA",
        "Escribió mal la contraseña",
        "Cambió de contador.",
        "Distribuidora del Norte",
    )
    for told in told_of:
        assert told in page, told
    link = client.get(f"/admin/companies/user/{support.pk}/change/").content.decode()
    assert f"/admin/personas/{support.pk}/" in link
    yesterday = timezone.localdate() - timedelta(days=1)
    assert "Entró" not in client.get(f"/admin/personas/{support.pk}/?dia={yesterday}").content.decode()


def test_nobody_but_support_reads_it(sign_in: SignIn, support: User, distributor: User, issuer: User) -> None:
    assert sign_in(distributor).get(f"/admin/personas/{issuer.pk}/").status_code == 403
    assert sign_in(issuer).get(f"/admin/personas/{issuer.pk}/").status_code == 302
    assert sign_in(support).get("/admin/personas/987654/").status_code == 404


@pytest.mark.parametrize("query", ["dia=x", "dia=0001-01-01", "antes=x", "antes=9999-12-31T23:59", "dia=%00"])
def test_a_malformed_day_is_no_day(sign_in: SignIn, support: User, query: str) -> None:
    assert sign_in(support).get(f"/admin/personas/{support.pk}/?{query}").status_code == 200


def test_it_is_paged_and_nothing_is_left_out_or_told_twice(support: User) -> None:
    now = timezone.now()
    kind = SecurityEvent.Kind.SIGNED_IN
    SecurityEvent.objects.bulk_create(
        SecurityEvent(user=support, kind=kind, at=now - timedelta(minutes=n)) for n in range(3 * PAGE)
    )
    seen: list[str] = []
    before = None
    for _ in range(5):
        found = doings(support, before=before)
        seen += [change.key for change in found.changes]
        before = found.older
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 3 * PAGE


def test_its_queries_do_not_grow(sign_in: SignIn, support: User, distributor: User) -> None:
    client, url = sign_in(support), f"/admin/companies/distributor/{distributor.distributor_id}/change/"
    page = f"/admin/personas/{support.pk}/"
    client.post(url, filled(client, url, phone="4770000000"))
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(12):
        client.post(url, filled(client, url, phone=f"47700000{number:02d}"))
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)


def test_it_is_read_by_indexes(support: User, other_distributor: User) -> None:
    """Of a busy site: no table of the audit, and neither log, is read from end to end."""
    Context.objects.bulk_create(Context(metadata={"user": n % 50}) for n in range(5000))
    LogEntry.objects.bulk_create(
        LogEntry(user=user, action_flag=2, object_id=str(n))
        for n in range(5000)
        for user in (support, other_distributor)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pghistory_context, django_admin_log")
    contexts = Context.objects.filter(metadata__user=support.pk).order_by("-created_at")[:PAGE]
    assert "pghistory_context_by_user" in contexts.explain()
    mine = LogEntry.objects.filter(user=support).order_by("-action_time")[:10]
    assert "admin_log_by_user" in mine.explain()


# --- words, and what is kept from whom


def test_every_field_has_a_name_that_people_use() -> None:
    english = [
        f"{table._meta.label}.{field.name}"
        for table in event_models()
        for field in table._meta.fields
        if not field.name.startswith("pgh_")
        if str(field.verbose_name) == field.name.replace("_", " ") and field.name not in SILENT | BOTH
    ]
    assert english == []


def test_it_speaks_no_slugs_codes_or_digests(sign_in: SignIn, support: User, issuer: User) -> None:
    rows_of(issuer)
    Company.objects.filter(pk=company_of(issuer).pk).update(tax_regime="601")
    told = str([(change.what, change.values) for change in timeline(company_of(issuer))])
    for code in ("datos-fiscales", "not_started", "'active'", "'invoice'", "logos/", "cartas/", "0" * 64):
        assert code not in told, code
    assert "601 · General de Ley Personas Morales" in told


def test_a_distributor_reads_changes_and_none_of_our_reasons(
    sign_in: SignIn, support: User, distributor: User, other_distributor: User, issuer: User
) -> None:
    move(sign_in(support), issuer, other_distributor, reason="El otro no paga.")
    issuer.refresh_from_db()

    page = sign_in(other_distributor).get(f"/admin/companies/company/{issuer.company_id}/history/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "El otro no paga." not in text
    assert "Distribuidora del Bajío" not in text
    assert "otro distribuidor" in text
    assert ">soporte<" not in text
    assert "· soporte" not in text
    assert "Asistencia" in text
    assert sign_in(distributor).get(page.wsgi_request.path).status_code == 404


def test_an_action_is_noted_with_its_company(sign_in: SignIn, support: User, issuer: User) -> None:
    url = f"/admin/companies/company/{issuer.company_id}/eliminar-empresa/"
    sign_in(support).post(url, {"reason": "Lo pidió."})
    noted = StaffAction.objects.get()
    assert (noted.company, noted.user, noted.context is None) == (company_of(issuer), support, False)


# --- by user, not by name


def test_sign_ins_are_the_users_whatever_it_was_called(
    sign_in: SignIn, support: User, issuer: User, other_issuer: User, client: Client
) -> None:
    client.post("/entrar/", {"username": "panaderia", "password": "mala"})
    client.post("/entrar/", {"username": "panaderia", "password": PASSWORD}, REMOTE_ADDR="192.0.2.77")
    User.objects.filter(pk=issuer.pk).update(username="pan2")
    User.objects.filter(pk=other_issuer.pk).update(username="panaderia")

    staff = sign_in(support)
    theirs = staff.get(f"/admin/companies/company/{issuer.company_id}/personas/").context
    others = staff.get(f"/admin/companies/company/{other_issuer.company_id}/personas/").context

    assert [row.address for row in theirs["sign_ins"]] == ["192.0.2.77"]
    assert not others["sign_ins"]
    assert not others["failures"]


def test_what_a_distributor_is_called_is_in_its_history(support: User) -> None:
    row = Distributor.objects.create(name="Antes")
    row.name = "Después"
    row.save()
    assert ("Nombre", "Antes", "Después") in of_row(row, support)[0].values
