"""One action for many companies: chosen, asked once, followed."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.models import User
from facturamos.admin import actions, search
from mailing.models import Message
from onboarding.backoffice.bulk_actions import admin as pages
from onboarding.backoffice.bulk_actions.models import BulkRun
from tests.conftest import make_issuer

SignIn = Callable[[User], Client]
BOARD = "/admin/companies/company/tablero/"
DO = f"{BOARD}hacer/"
ACTION = "reenviar_credenciales_a_varias"


@pytest.fixture
def client_of(sign_in: SignIn, distributor: User, issuer: User) -> Client:
    """The distributor's desk, with three clients who wait for credentials and one who has come in."""
    for number in range(3):
        make_issuer(distributor, name=f"E{number}", rfc=f"AAA19000{number}AB1", username=f"u{number}")
    User.objects.filter(username__startswith="u").update(password_is_temporary=True)
    return sign_in(distributor)


def ids() -> list[int | None]:
    return list(
        User.objects.filter(username__startswith="u").order_by("pk").values_list("company", flat=True)
    )


def test_the_ticked_ones_are_counted_before_anything_is_done(client_of: Client, issuer: User) -> None:
    page = client_of.post(DO, {"accion": ACTION, "empresa": [*ids()[:2], issuer.company_id]}).content.decode()
    assert "Eligió 3 empresas." in page
    assert "Se hará con 2." in page
    assert "Sin cambio, 1: su usuario ya entró." in page
    assert not BulkRun.objects.exists()


def test_a_worker_has_them_once_one_is_sure(client_of: Client, distributor: User) -> None:
    response = client_of.post(DO, {"accion": ACTION, "empresa": ids()[:2], "seguro": "si"}, follow=True)
    run = BulkRun.objects.get()
    assert (run.companies, run.total, run.created_by) == (ids()[:2], 2, distributor)
    assert response.redirect_chain == [(f"/admin/backoffice/bulkrun/{run.pk}/change/", 302)]
    assert "Van 0 de 2." in response.content.decode()
    assert not Message.objects.exists()


def test_all_of_a_filter_are_chosen_without_ticks(client_of: Client) -> None:
    sent = {"accion": ACTION, "todas": "si", "estado": "sin-entrar", "q": "E1", "seguro": "si"}
    client_of.post(DO, sent)
    assert BulkRun.objects.get().total == 1


def test_of_very_many_each_is_looked_at_in_its_turn(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "JUDGED", 1)
    page = client_of.post(DO, {"accion": ACTION, "todas": "si"}).content.decode()
    assert "Se revisa cada una al hacerlo." in page
    assert "Reenviar credenciales: hasta 4" in page


def test_a_foreign_company_is_never_among_them(client_of: Client, other_issuer: User) -> None:
    sent = {"accion": ACTION, "empresa": [other_issuer.company_id], "seguro": "si"}
    response = client_of.post(DO, sent, follow=True)
    assert "Elija al menos una empresa." in response.content.decode()
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"accion": "inventada"}, {"accion": ACTION, "empresa": ["x", "", "²"]}])
def test_made_up_choices_lead_back(client_of: Client, sent: dict[str, object]) -> None:
    response = client_of.post(DO, {**sent, "estado": "sin-entrar", "seguro": "si"})
    assert response["Location"] == f"{BOARD}?estado=sin-entrar"
    assert not BulkRun.objects.exists()


def test_admins_own_list_hands_many_to_a_worker_too(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    sent = {"action": ACTION, "_selected_action": ids(), "seguro": "si"}
    client_of.post("/admin/companies/company/", sent)
    assert BulkRun.objects.get().companies == ids()


def test_the_page_tells_what_came_of_it(client_of: Client, distributor: User) -> None:
    run = BulkRun.objects.create(
        created_by=distributor,
        action=ACTION,
        label="Reenviar credenciales",
        companies=[1, 2],
        total=2,
        position=2,
        done=1,
        refused={"su usuario ya entró.": 1},
        state=BulkRun.State.DONE,
    )
    page = client_of.get(f"/admin/backoffice/bulkrun/{run.pk}/change/").content.decode()
    assert "1 hecha." in page
    assert "1: su usuario ya entró." in page
    assert "data-poll" not in client_of.get(f"/admin/backoffice/bulkrun/{run.pk}/estado/").content.decode()


def test_another_distributor_does_not_find_it(
    sign_in: SignIn, client_of: Client, distributor: User, other_distributor: User
) -> None:
    client_of.post(DO, {"accion": ACTION, "empresa": ids()[:1], "seguro": "si"})
    run = BulkRun.objects.get()
    client = sign_in(other_distributor)
    for page in ("change", "estado", "ejecutar-otra-vez"):
        assert client.get(f"/admin/backoffice/bulkrun/{run.pk}/{page}/").status_code == 404


def test_all_of_a_search_that_may_not_have_found_all_is_refused(
    client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ("RECENT", "MANY", "FEW"):
        monkeypatch.setattr(search, limit, 2)
    sent = {"accion": ACTION, "todas": "si", "q": "example", "seguro": "si"}
    page = client_of.post(DO, sent, follow=True).content.decode()
    assert "No se hizo nada: puede haber más empresas" in page
    assert not BulkRun.objects.exists()
