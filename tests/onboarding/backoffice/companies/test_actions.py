"""What is done to companies: to many of a list, with counts first; a step opened again; a company moved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from companies.accounts import credentials
from companies.models import User
from facturamos.jobs.tasks import perform
from mailing.models import Message
from onboarding.backoffice.board import export_services
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.models import BoardExport, ExportPart
from onboarding.backoffice.company_deletion import services as deletion
from onboarding.models import Download, StepState
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from tests.conftest import make_issuer
from tests.onboarding.answers import ANSWERS
from tests.onboarding.backoffice.board.test_export_services import made
from tests.onboarding.browser import Tab

STEP = {step.slug: step for step in STEPS}


SignIn = Callable[[User], Client]
LIST = "/admin/companies/company/"


def url(user: User, page: str = "resumen") -> str:
    return f"/admin/companies/company/{user.company_id}/{page}/"


@pytest.fixture
def issuers(distributor: User) -> dict[str, User]:
    """One for each case, by what its user is called."""
    names = ("nuevo", "entro", "sincorreo", "eliminado", "encamino")
    found = {
        name: make_issuer(distributor, name=name.upper(), rfc=f"AAA19030{n}AB1", username=name)
        for n, name in enumerate(names, 1)
    }
    User.objects.filter(username__in=names).update(password_is_temporary=True)
    User.objects.filter(username="entro").update(last_login=timezone.now())
    User.objects.filter(username="sincorreo").update(email="")
    gone = found["eliminado"].company
    assert gone is not None
    deletion.delete(gone, reason="Lo pidió.")
    found["encamino"].refresh_from_db()
    credentials.reissue_credentials(found["encamino"])
    return found


def chosen(issuers: dict[str, User], **more: Any) -> dict[str, Any]:
    keys = [str(user.company_id) for user in issuers.values()]
    return {"action": "reenviar_credenciales_a_varias", "_selected_action": keys, **more}


def mails_to(user: User) -> int:
    return Message.objects.filter(kind=credentials.CREDENTIALS, to=user.email).count()


def test_it_asks_with_counts_and_does_nothing_yet(
    sign_in: SignIn, support: User, issuers: dict[str, User]
) -> None:
    page = sign_in(support).post(LIST, chosen(issuers)).content.decode()
    for words in (
        "Eligió 5 empresas.",
        "Se hará con 1.",
        "Sin cambio, 1: su usuario ya entró.",
        "Sin cambio, 1: no tiene un usuario activo con correo.",
        "Sin cambio, 1: la empresa está eliminada.",
        "Sin cambio, 1: sus credenciales ya van en camino.",
    ):
        assert words in page
    assert mails_to(issuers["nuevo"]) == 0


def test_it_writes_to_who_never_came_in_and_once(
    sign_in: SignIn, support: User, issuers: dict[str, User]
) -> None:
    client = sign_in(support)
    answer = client.post(LIST, chosen(issuers, seguro="si"), follow=True).content.decode()
    assert "«Reenviar credenciales»: 1 hecha(s), 4 sin cambio." in answer
    again = client.post(LIST, chosen(issuers, seguro="si")).content.decode()
    assert "Se hará con 0." in again
    assert [mails_to(issuers[name]) for name in ("nuevo", "entro", "eliminado", "encamino")] == [1, 0, 0, 1]
    assert LogEntry.objects.get().change_message == "Reenviar credenciales."


def test_a_distributor_reaches_its_own_only(
    sign_in: SignIn, distributor: User, issuers: dict[str, User], other_issuer: User
) -> None:
    User.objects.filter(pk=other_issuer.pk).update(password_is_temporary=True)
    client = sign_in(distributor)
    data = chosen({"own": issuers["nuevo"], "foreign": other_issuer})
    assert "Eligió 1 empresa." in client.post(LIST, data).content.decode()
    client.post(LIST, data | {"seguro": "si"})
    assert (mails_to(issuers["nuevo"]), mails_to(other_issuer)) == (1, 0)


def test_odd_ids_do_no_harm(sign_in: SignIn, support: User, issuers: dict[str, User]) -> None:
    data = chosen(issuers) | {"_selected_action": ["0", "99999999"]}
    assert sign_in(support).post(LIST, data | {"seguro": "si"}).status_code == 200


def test_every_action_of_a_list_asks_first(
    sign_in: SignIn, support: User, rf: Any, issuers: dict[str, User]
) -> None:
    """Ours by `bulk_action_view`; Django's own, which deletes, asks and counts too."""
    request = rf.get("/")
    request.user = support
    Download.objects.create(title="Guía", file="descargas/x.pdf")
    client, asked = sign_in(support), 0
    for model_admin in admin.site._registry.values():
        for name in model_admin.get_actions(request):
            rows = [str(row.pk) for row in model_admin.get_queryset(request)[:2]]
            url = f"/admin/{model_admin.opts.app_label}/{model_admin.opts.model_name}/"
            events = LogEntry.objects.count()
            response = client.post(url, {"action": name, "_selected_action": rows})
            assert response.status_code == 200, (url, name)
            assert LogEntry.objects.count() == events
            asked += 1
    assert asked >= 2
    assert Download.objects.exists()


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


def test_a_move_takes_the_files_that_show_the_company_from_its_former_distributor(
    sign_in: SignIn, support: User, clerk: User, other_distributor: User, issuer: User
) -> None:
    """Those that are written, that wait, and that a worker is writing; not those of others."""
    written = made(clerk)
    waiting = export_services.ask(clerk, "xlsx", Asked())
    running = BoardExport.objects.claim(export_services.ask(clerk, "csv", Asked(order="recientes")).pk)
    others = [made(support), made(other_distributor)]
    assert running is not None
    address = f"/admin/backoffice/boardexport/{written.pk}/archivo/"
    assert sign_in(clerk).get(address).status_code == 200

    data = {"distributor": other_distributor.distributor_id, "reason": "Lo pidió el cliente."}
    sign_in(support).post(url(issuer, "cambiar-de-distribuidor"), data)
    assert sign_in(clerk).get(address).status_code == 404
    assert {*BoardExport.objects.all()} == {*others}
    assert not ExportPart.objects.exclude(export__in=others).exists()
    perform(running)
    assert not BoardExport.objects.filter(pk__in=[running.pk, waiting.pk]).exists()


def test_it_does_not_move_to_who_has_the_rfc_already(
    sign_in: SignIn, support: User, other_distributor: User, issuer: User
) -> None:
    make_issuer(other_distributor, name="OTRA", rfc="PNA190312AB1", username="otra")
    data = {"distributor": other_distributor.distributor_id, "reason": "x"}
    page = sign_in(support).post(url(issuer, "cambiar-de-distribuidor"), data).content.decode()
    assert "ya tiene una empresa con el RFC" in page


def test_a_distributor_neither_moves_nor_reopens(sign_in: SignIn, distributor: User, issuer: User) -> None:
    client = sign_in(distributor)
    for action in ("cambiar-de-distribuidor", "reabrir-paso"):
        assert client.get(url(issuer, action)).status_code == 403
        assert client.post(url(issuer, action), {"reason": "x"}).status_code == 403
