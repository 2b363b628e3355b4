"""The page of a file: its owner's alone."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import User
from onboarding.backoffice.board.models import BoardExport
from tests.onboarding.backoffice.board.test_export_services import made

SignIn = Callable[[User], Client]
ASK = "/admin/companies/company/tablero/exportar/"
LIST = "/admin/backoffice/boardexport/"


def url(job: BoardExport, page: str = "change") -> str:
    return f"{LIST}{job.pk}/{page}/"


@pytest.mark.django_db(transaction=True)
def test_asking_leads_to_a_page_that_waits(sign_in: SignIn, distributor: User, issuer: User) -> None:
    response = sign_in(distributor).post(
        ASK, {"formato": "xlsx", "estado": "sin-entrar", "q": "ñapa"}, follow=True
    )
    job = BoardExport.objects.get()
    page = response.content.decode()
    assert response.redirect_chain == [(url(job), 302)]
    assert (job.kind, job.created_by) == ("xlsx", distributor)
    assert "Sin entrar · «ñapa»" in page
    assert f'data-poll="{url(job, "estado")}"' in page
    assert "Actualizar estado" in page


def test_an_unknown_format_asks_for_nothing(sign_in: SignIn, distributor: User) -> None:
    assert sign_in(distributor).post(ASK, {"formato": "exe"}).status_code == 302
    assert sign_in(distributor).get(ASK).status_code == 302
    assert not BoardExport.objects.exists()


def test_a_file_that_is_there_can_be_fetched(sign_in: SignIn, distributor: User, issuer: User) -> None:
    job, client = made(distributor), sign_in(distributor)
    assert f'href="{url(job, "archivo")}"' in client.get(url(job)).content.decode()
    response = client.get(url(job, "archivo"))
    assert "PNA190312AB1" in b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{job.file_name}"'


@pytest.mark.parametrize("who", ["support", "clerk", "other_distributor"])
def test_nobody_else_finds_it(
    sign_in: SignIn, distributor: User, issuer: User, request: pytest.FixtureRequest, who: str
) -> None:
    job, client = made(distributor), sign_in(request.getfixturevalue(who))
    for page in ("change", "estado", "archivo", "ejecutar-otra-vez"):
        assert client.get(url(job, page)).status_code == 404, page
        assert client.post(url(job, page)).status_code == 404, page
    assert str(job.pk) not in client.get(LIST).content.decode()


def test_an_old_file_is_not_there(sign_in: SignIn, distributor: User, issuer: User) -> None:
    job, client = made(distributor), sign_in(distributor)
    BoardExport.objects.update(created_at=timezone.now() - BoardExport.KEPT)
    assert client.get(url(job, "archivo")).status_code == 404
    assert "ya se borró" in client.get(url(job)).content.decode()


def test_one_that_died_can_be_tried_again(sign_in: SignIn, distributor: User, issuer: User) -> None:
    job, client = made(distributor), sign_in(distributor)
    BoardExport.objects.update(state=BoardExport.State.DEAD)
    page = client.get(url(job)).content.decode()
    assert "Algo falló de nuestro lado" in page
    assert url(job, "ejecutar-otra-vez") in page
    client.post(url(job, "ejecutar-otra-vez"))
    job.refresh_from_db()
    assert job.state == "queued"
