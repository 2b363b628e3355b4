"""What each duty does in admin, from the registry: a lead, a clerk, who only reads, who was asked for a step.

Whose rows they see is told by test_admin_matrix.py.
"""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.options import ActionLocation
from django.test import Client
from django.utils import timezone

from companies.models import Company, SignedInSession, User
from facturamos.admin.actions import ActionAdmin
from onboarding.backoffice.notes.models import CompanyNote
from onboarding.delegation import services as delegation
from onboarding.delegation.scope import asked_step
from onboarding.models import Delegation
from tests.journeys.test_admin_matrix import (
    APP_LISTS,
    SignIn,
    address,
    addresses_of,
    content_of,
    of_one_row,
    patterns,
)
from tests.onboarding.backoffice.account_import.sheets import imported, line
from tests.onboarding.backoffice.rows import rows_of
from tests.onboarding.delegation.conftest import AskedPerson

# What a distributor's people may do to rows that they see. Their lead may `OF_A_LEAD`, too, to its own
# people; who only reads may nothing.
OF_WORKERS = {
    "company/corregir-y-reenviar",
    "company/cancelar-cuenta",
    "company/proponer-a-alguien",
    "company/reenviar-credenciales",
    "user/reenviar-credenciales",
    "mailbox/usar-predeterminado",
    "message/enviar-otra-vez",
    "accountimport/ejecutar-otra-vez",
    "bulkrun/ejecutar-otra-vez",
}
OF_SUPPORT = {"user/desbloquear", "user/reenviar-credenciales"}
OF_A_LEAD = {*OF_SUPPORT, "user/restablecer-segundo-factor"}


def actions_of(rows: list[Any]) -> list[tuple[str, str]]:
    """Every action on one of these rows: what it is called, and its address."""
    return [
        (f"{model_admin.opts.model_name}/{action.slug}", address(model_admin, url, row.pk))
        for row in rows
        for model_admin, url in patterns()
        if isinstance(model_admin, ActionAdmin) and type(row) is model_admin.model
        for action in model_admin.actions_at(ActionLocation.CHANGE_FORM)
        if str(url.pattern) == f"<path:object_id>/{action.slug}/"
    ]


def opened(client: Client, rows: list[Any]) -> set[str]:
    """Which actions on these rows are not refused to who is signed in; asked for, not done."""
    answers = {(slug, client.get(url).status_code) for slug, url in actions_of(rows)}
    assert {status for _, status in answers} <= {200, 302, 403}
    return {slug for slug, status in answers if status != 403}


@pytest.mark.parametrize(
    ("who", "may"), [("distributor", OF_WORKERS), ("clerk", OF_WORKERS), ("reader", set())]
)
def test_the_actions_of_a_distributors_people_are_these(
    sign_in: SignIn, who: str, may: set[str], issuer: User, request: pytest.FixtureRequest
) -> None:
    assert opened(sign_in(request.getfixturevalue(who)), rows_of(issuer)) == may


def test_a_lead_does_these_to_its_own_people_and_nobody_else(
    sign_in: SignIn, distributor: User, clerk: User, reader: User, support: User
) -> None:
    people: list[Any] = [clerk, reader]
    assert opened(sign_in(distributor), people) == OF_A_LEAD
    assert opened(sign_in(support), people) == OF_SUPPORT
    assert opened(sign_in(distributor), [distributor]) == set()
    assert opened(sign_in(support), [support]) == set()


def test_who_only_reads_changes_nothing_anywhere(sign_in: SignIn, reader: User, issuer: User) -> None:
    """Every address × POST: with fields, with none, with an action of a list."""
    mine = rows_of(issuer)
    company, today = Company.objects.get(users=issuer), timezone.localdate()
    note = CompanyNote.objects.create(
        company=company, distributor=company.distributor, text="Llamar", due_on=today
    )
    client = sign_in(reader)
    own = [url for _, url in actions_of(mine)]
    lists = [address(model_admin, url) for model_admin, url in patterns() if not of_one_row(url)]
    before = stored()
    for url in [*lists, *addresses_of(mine), *own]:
        for data in (
            {},
            {"post": "yes", "reason": "x", "email": "x@example.com", "filas": "todas", "text": "x"},
            {"nota": str(note.pk), "accion": "hecho"},
        ):
            assert client.post(url, data).status_code in (200, 302, 403, 405), url
    for model in ("company", "user"):
        keys = [str(row.pk) for row in mine if row._meta.model_name == model]
        url = f"/admin/companies/{model}/"
        for action in ("reenviar_credenciales_a_varias", "delete_selected"):
            client.post(url, {"action": action, "_selected_action": keys, "seguro": "si", "post": "yes"})
    assert stored() == before
    for url in ("/admin/companies/company/add/", "/admin/backoffice/accountimport/add/"):
        assert client.get(url).status_code == client.post(url).status_code == 403


def stored() -> dict[str, list[Any]]:
    """All that anybody could change, but for who was seen when."""
    passing = ("sessions", "axes", "contenttypes", "auth")
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.app_label not in passing and model._meta.managed and model is not SignedInSession
    }


def test_who_was_asked_to_do_a_step_is_nobody_in_admin(issuer: User) -> None:
    mine = rows_of(issuer)
    Delegation.objects.filter(company=issuer.company).end(Delegation.End.REVOKED)
    step = asked_step("sellos")
    assert step is not None
    ask = delegation.ask(issuer, step, name="Ana", email="ana@example.com", message="")
    person = AskedPerson(Client(), ask).accept()
    lists = [address(model_admin, url) for model_admin, url in patterns() if not of_one_row(url)]
    for url in [*lists, *addresses_of(mine), "/admin/", "/admin/autocomplete/"]:
        for response in (person.client.get(url), person.client.post(url)):
            assert response.status_code == 302, url
            assert response["Location"].startswith(("/entrar/", "/admin/login/")), url


def test_a_company_that_moves_leaves_nothing_readable_behind(
    sign_in: SignIn, distributor: User, clerk: User, reader: User, other_distributor: User
) -> None:
    client = sign_in(clerk)
    job = imported(client, line(1))
    client.post(f"/admin/backoffice/accountimport/{job.pk}/crear/", {"filas": "todas"})
    company = Company.objects.get()
    page = f"/admin/companies/company/{company.pk}"
    client.post(f"{page}/corregir-y-reenviar/", correction(company, name="NOMBRE DE ANTES"))
    company.refresh_from_db()
    assert company.name == "NOMBRE DE ANTES"
    former = (company.name, company.rfc, company.code)
    assert former[0] in client.get("/admin/").content.decode()
    assert former[1] in client.get(f"/admin/backoffice/accountimport/{job.pk}/change/").content.decode()

    Company.objects.update(
        distributor=other_distributor.distributor, name="NOMBRE NUEVO SECRETO", rfc="QWE190102BA1"
    )

    lists = [address(model_admin, url) for model_admin, url in patterns() if not of_one_row(url)]
    of_the_job = addresses_of([job])
    for user in (distributor, clerk, reader):
        client = sign_in(user)
        for url in [*lists, *of_the_job, *APP_LISTS]:
            shown = content_of(client.get(url, follow=True))
            for word in (*former, "NOMBRE NUEVO SECRETO", "QWE190102BA1"):
                assert word not in shown, (url, word)


def correction(company: Company, **changes: str) -> dict[str, str]:
    user = User.objects.get(company=company)
    values = {"name": company.name, "rfc": company.rfc, "phone": company.phone}
    return values | {"full_name": user.full_name, "email": user.email} | changes
