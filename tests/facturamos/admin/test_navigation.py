"""The header of admin: what one may open, where one is; and no list that nobody put into a group."""

from collections.abc import Callable

from django.test import Client

from companies.models import User
from facturamos.admin.navigation import OTHERS

SignIn = Callable[[User], Client]


def links(client: Client, url: str) -> dict[str, bool]:
    return {link.label: link.current for link in client.get(url).context["daily_links"]}


def test_every_list_stands_in_a_group(sign_in: SignIn, support: User) -> None:
    groups = sign_in(support).get("/admin/").context["list_groups"]

    assert [
        each["object_name"] for group in groups if group["name"] == OTHERS for each in group["models"]
    ] == []


def test_the_header_says_where_one_is(sign_in: SignIn, support: User, issuer: User) -> None:
    client = sign_in(support)

    assert links(client, "/admin/companies/company/tablero/") == {
        "Tablero": True,
        "Empresas": False,
        "Importar": False,
        "Mensajes": False,
    }
    assert links(client, f"/admin/companies/company/{issuer.company_id}/resumen/")["Empresas"]


def test_a_distributor_is_led_to_nothing_that_it_may_not_open(sign_in: SignIn, distributor: User) -> None:
    client = sign_in(distributor)
    groups = client.get("/admin/").context["list_groups"]

    urls = [each["admin_url"] for group in groups for each in group["models"]]
    assert len(urls) > 5
    assert {client.get(url).status_code for url in urls} == {200}
