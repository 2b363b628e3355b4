"""The page where staff lands: counts, order, buttons beside each company, filters that one keeps."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import Company, User
from facturamos.admin import search
from onboarding.backoffice.board.models import SavedFilter
from onboarding.backoffice.notes.models import CompanyNote
from onboarding.models import Onboarding
from tests.conftest import PASSWORD, make_issuer

SignIn = Callable[[User], Client]
BOARD = "/admin/companies/company/tablero/"
SAVE, FORGET = f"{BOARD}guardar/", f"{BOARD}olvidar/"


def page_of(client: Client, **query: str) -> str:
    return client.get(BOARD, query).content.decode()


def chips(page: str) -> dict[str, int]:
    """The filters with their counts."""
    found = re.findall(r"<li><a href=[^>]*>([^<]+)\s*<b>(\d+)</b></a></li>", page)
    return {label.strip(): int(count) for label, count in found}


@pytest.mark.parametrize("who", ["distributor", "support", "owner"])
def test_staff_lands_on_the_board(
    client: Client, distributor: User, support: User, issuer: User, who: str
) -> None:
    owner = User.objects.create_superuser(username="dueña", email="duena@example.com", password=PASSWORD)
    user = {"distributor": distributor, "support": support, "owner": owner}[who]
    response = client.post("/entrar/", {"username": user.username, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1] == (BOARD, 302)
    assert "PANADERÍA LA ÑAPA" in response.content.decode()


def test_the_filters_tell_how_many(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    entered = make_issuer(distributor, name="SEGUNDA", rfc="SEG190312AB1", username="segunda")
    Company.objects.filter(users=entered).update(created_at=timezone.now() - timedelta(days=30))
    User.objects.filter(pk=entered.pk).update(last_login=timezone.now() - timedelta(days=8))
    done = make_issuer(distributor, name="TERCERA", rfc="TER190312AB1", username="tercera")
    User.objects.filter(pk=done.pk).update(last_login=timezone.now())
    Onboarding.objects.filter(company=done.company).update(finished_at=timezone.now(), finished_by=done)
    assert chips(page_of(sign_in(distributor))) == {
        "Todas": 3,
        "Por terminar": 2,
        "Sin entrar": 1,
        "En camino": 1,
        "Detenida": 1,
        "Con pendientes": 0,
        "Correo rebotado": 0,
        "Con problema en sellos": 0,
        "Sellos por confirmar": 0,
        "Por vencer": 0,
        "Terminada": 1,
    }


def test_who_has_not_come_in_has_its_button_and_the_way_back_keeps_the_filter(
    sign_in: SignIn, distributor: User, issuer: User
) -> None:
    client = sign_in(distributor)
    page = page_of(client, estado="sin-entrar")
    [url] = re.findall(r'<a href="([^"]+)">Reenviar credenciales</a>', page)
    assert "volver=" in url
    response = client.post(url.replace("&amp;", "&"), follow=True)
    assert response.redirect_chain == [(f"{BOARD}?estado=sin-entrar", 302)]
    assert "se enviarán a panaderia@example.com" in response.content.decode()


def test_what_cannot_be_done_says_why_and_leads_back(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)
    url = f"/admin/companies/company/{issuer.company_id}/cancelar-eliminacion/"
    response = client.get(url, {"volver": f"{BOARD}?estado=sin-entrar"}, follow=True)
    assert response.redirect_chain == [(f"{BOARD}?estado=sin-entrar", 302)]
    assert "no se puede hacer ahora" in response.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_site(
    sign_in: SignIn, support: User, issuer: User, elsewhere: str
) -> None:
    url = f"/admin/companies/company/{issuer.company_id}/reenviar-credenciales/"
    page = sign_in(support).get(url, {"volver": elsewhere}).content.decode()
    assert f'href="{elsewhere}"' not in page


def test_every_action_of_the_registry_is_in_the_row(sign_in: SignIn, support: User, issuer: User) -> None:
    page = page_of(sign_in(support))
    row = page.partition('data-label="Qué hacer"')[2].partition("</td>")[0]
    for label in ("Ver como el emisor…", "Reabrir un paso…", "Cambiar de distribuidor…", "Eliminar…"):
        assert label in row, label


def test_a_distributor_has_only_what_it_may_do(sign_in: SignIn, distributor: User, issuer: User) -> None:
    page = page_of(sign_in(distributor))
    assert "Reenviar credenciales" in page
    assert "Eliminar…" not in page
    assert "Ver como el emisor…" not in page


def test_it_warns_of_what_the_front_page_warned_of(sign_in: SignIn, distributor: User) -> None:
    assert "No hay ningún aviso de privacidad publicado" in page_of(sign_in(distributor))


def test_a_name_leads_to_the_overview(sign_in: SignIn, distributor: User, issuer: User) -> None:
    page = page_of(sign_in(distributor))
    assert f'<a href="/admin/companies/company/{issuer.company_id}/resumen/">PANADERÍA LA ÑAPA</a>' in page


def test_who_only_reads_is_offered_nothing_to_do(sign_in: SignIn, reader: User, issuer: User) -> None:
    page = page_of(sign_in(reader)).partition('id="content-main"')[2]
    assert "PANADERÍA LA ÑAPA" in page
    for offered in ("Importar", "Nueva cuenta", "Qué hacer", "Con las marcadas"):
        assert offered not in page, offered


def test_what_is_to_be_done_stands_in_the_row_of_who_may_know_of_it(
    sign_in: SignIn, distributor: User, support: User, issuer: User, other_issuer: User
) -> None:
    company, about = Company.objects.get(users=issuer), {"written_by": support, "assignee": support}
    yesterday = timezone.localdate() - timedelta(days=1)
    CompanyNote.objects.create(company=company, text="Llamar por los sellos", due_on=yesterday, **about)
    CompanyNote.objects.create(company=company, text="Mandar la guía", due_on=timezone.localdate(), **about)

    page = page_of(sign_in(support), estado="con-pendientes")
    assert chips(page)["Con pendientes"] == 1
    assert "NÚÑEZ" not in page
    row = " ".join(page.partition('class="board-task late"')[2].partition("</small>")[0].split())
    assert "(atrasado)</a>: Llamar por los sellos · Atiende: Sofía Soporte · 1 más" in row

    page = page_of(sign_in(distributor))
    assert chips(page)["Con pendientes"] == 0
    assert "Llamar" not in page
    assert "PANADERÍA" not in page_of(sign_in(distributor), estado="con-pendientes")


def test_a_search_that_may_not_have_found_all_says_so(
    sign_in: SignIn, distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        make_issuer(
            distributor, name=f"PANADERÍA {number}", rfc=f"AAA19000{number}AB1", username=f"u{number}"
        )
    client = sign_in(distributor)
    assert "puede haber" not in page_of(client, q="panaderia")
    monkeypatch.setattr(search, "RECENT", 2)
    monkeypatch.setattr(search, "MANY", 2)
    monkeypatch.setattr(search, "FEW", 2)
    page = " ".join(page_of(client, q="panaderia").split())
    assert "puede haber más: escriba otra palabra" in page
    assert "Con todas las de este filtro" not in page


def test_what_names_no_company_is_looked_for_everywhere(
    sign_in: SignIn, distributor: User, issuer: User
) -> None:
    page = page_of(sign_in(distributor), q="CSD-FZMW")
    assert '<a href="/admin/buscar/?q=CSD-FZMW">' in page


# --- filters that one keeps


def test_a_filter_is_kept_under_a_name_for_oneself(
    sign_in: SignIn, distributor: User, support: User, issuer: User
) -> None:
    client = sign_in(distributor)
    assert "Guardar este filtro" not in page_of(client)
    asked = {"estado": "sin-entrar", "q": "ñapa", "orden": "recientes"}
    response = client.post(SAVE, {**asked, "name": "Mis panaderías"}, follow=True)
    page = response.content.decode()
    assert "Se guardó el filtro «Mis panaderías»." in page
    assert "estado=sin-entrar&amp;q=%C3%B1apa&amp;orden=recientes" in page
    assert SavedFilter.objects.get().user == distributor
    assert "Mis panaderías" not in page_of(sign_in(support))


def test_the_same_name_again_replaces_it(sign_in: SignIn, distributor: User) -> None:
    client = sign_in(distributor)
    client.post(SAVE, {"estado": "sin-entrar", "name": "Míos"})
    client.post(SAVE, {"estado": "detenida", "name": "Míos"})
    assert SavedFilter.objects.get().query == "estado=detenida"


def test_nobody_keeps_more_than_one_finds(
    sign_in: SignIn, distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SavedFilter, "MOST", 1)
    client = sign_in(distributor)
    client.post(SAVE, {"estado": "detenida", "name": "Uno"})
    page = client.post(SAVE, {"estado": "detenida", "name": "Dos"}, follow=True).content.decode()
    assert "Ya tiene 1 filtros guardados." in page
    assert SavedFilter.objects.get().name == "Uno"
    page = client.post(SAVE, {"estado": "detenida"}, follow=True).content.decode()
    assert 'class="ask warning" role="status"' in page
    assert SavedFilter.objects.count() == 1


def test_one_forgets_ones_own_only(sign_in: SignIn, distributor: User, other_distributor: User) -> None:
    mine = SavedFilter.objects.create(user=distributor, name="Míos", query="estado=detenida")
    theirs = SavedFilter.objects.create(user=other_distributor, name="Suyos", query="estado=detenida")
    client = sign_in(distributor)
    for chosen in (str(theirs.pk), str(mine.pk), "x", ""):
        client.post(FORGET, {"filtro": chosen})
    assert [*SavedFilter.objects.all()] == [theirs]
