"""One confirmed action serves one row from its page and the chosen rows of a list, and asks first."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import ActionLocation
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver, clear_url_caches, path
from pytest_django.fixtures import Settings

from companies.models import Distributor, User
from facturamos import urls
from facturamos.admin.actions import ActionAdmin, Confirmation, ConfirmedAction, ReasonedConfirmation

SignIn = Callable[[User], Client]
LIST = "/admin/companies/distributor/"
urlpatterns: list[URLPattern | URLResolver] = []
handler404 = urls.handler404


class Rename(ConfirmedAction[Distributor]):
    """To one from its page, to many from the list, with a reason."""

    slug = "renombrar"
    label = "Renombrar…"
    explanation = "El nombre lleva una estrella."
    form_class = ReasonedConfirmation
    locations = (ActionLocation.CHANGE_FORM, ActionLocation.CHANGE_LIST)

    def refusal(self, row: Distributor) -> str:
        return "ya la lleva." if row.name.endswith("★") else ""

    def act(self, request: HttpRequest, row: Distributor, form: Confirmation) -> str:
        row.name += "★"
        row.save(update_fields=["name"])
        return f"Ahora se llama {row.name}."


class StarAdmin(ActionAdmin[Distributor]):
    """Distributors, with a star for who deserves it."""

    distributor_may = ("view",)
    confirmed_actions = (Rename,)


@pytest.fixture(autouse=True)
def _stars(settings: Settings) -> Iterator[None]:
    """The site with this admin class in the place of the usual one."""
    usual = type(admin.site.get_model_admin(Distributor))
    admin.site.unregister(Distributor)
    admin.site.register(Distributor, StarAdmin)
    urlpatterns[:] = [path("admin/", admin.site.urls), *urls.urlpatterns]
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    yield
    admin.site.unregister(Distributor)
    admin.site.register(Distributor, usual)
    clear_url_caches()


@pytest.fixture
def pair(distributor: User, other_distributor: User) -> list[Distributor]:
    return list(Distributor.objects.order_by("pk"))


def names() -> list[str]:
    return list(Distributor.objects.order_by("pk").values_list("name", flat=True))


def chosen(pair: list[Distributor], **more: str) -> dict[str, object]:
    return {"action": "renombrar", "_selected_action": [str(one.pk) for one in pair], **more}


def test_one_row_is_asked_about_on_a_page_of_its_own(
    sign_in: SignIn, support: User, pair: list[Distributor]
) -> None:
    client, url = sign_in(support), f"{LIST}{pair[0].pk}/"
    assert f'href="{url}renombrar/"' in client.get(f"{url}change/").content.decode()

    asked = client.get(f"{url}renombrar/").content.decode()
    nothing = client.post(f"{url}renombrar/").content.decode()
    done = client.post(f"{url}renombrar/", {"reason": "Lo vale."}, follow=True).content.decode()

    assert "El nombre lleva una estrella." in asked
    assert "Falta «Motivo»" in nothing
    assert "Ahora se llama Distribuidora del Bajío★." in done
    assert f'href="{url}renombrar/"' not in done
    assert LogEntry.objects.get().change_message == "Renombrar. Lo vale."


def test_what_makes_no_sense_says_why(sign_in: SignIn, support: User, pair: list[Distributor]) -> None:
    Distributor.objects.filter(pk=pair[0].pk).update(name="Bajío★")

    page = sign_in(support).get(f"{LIST}{pair[0].pk}/renombrar/", follow=True).content.decode()

    assert "«Renombrar» no se puede hacer ahora: ya la lleva." in page


def test_many_are_counted_then_asked_for_a_reason_then_done(
    sign_in: SignIn, support: User, pair: list[Distributor]
) -> None:
    Distributor.objects.filter(pk=pair[1].pk).update(name="Norte★")
    client = sign_in(support)

    asked = client.post(LIST, chosen(pair)).content.decode()
    without = client.post(LIST, chosen(pair, seguro="si")).content.decode()
    before = names()
    done = client.post(LIST, chosen(pair, seguro="si", reason="Sí."), follow=True).content.decode()

    assert "Eligió 2 distribuidores." in asked
    assert "Se hará con 1." in asked
    assert "Sin cambio, 1: ya la lleva." in asked
    assert "Falta «Motivo»" not in asked
    assert "Falta «Motivo»" in without
    assert before == ["Distribuidora del Bajío", "Norte★"]
    assert "«Renombrar»: 1 hecha(s), 1 sin cambio." in done
    assert names() == ["Distribuidora del Bajío★", "Norte★"]


def test_who_may_not_finds_neither_button_nor_entry(
    sign_in: SignIn, distributor: User, pair: list[Distributor]
) -> None:
    client, url = sign_in(distributor), f"{LIST}{pair[0].pk}/"

    assert "renombrar" not in client.get(f"{url}change/").content.decode()
    assert "renombrar" not in client.get(LIST).content.decode()
    assert client.post(f"{url}renombrar/", {"reason": "x"}).status_code == 403
    client.post(LIST, chosen(pair, seguro="si", reason="x"))
    assert names() == [one.name for one in pair]
