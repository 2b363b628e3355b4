"""A row that belongs to no company has its own list for a home."""

from collections.abc import Callable

from django.test import Client

from companies.models import Distributor, User
from tests.admin_page import filled

SignIn = Callable[[User], Client]


def test_a_distributor_is_saved_back_into_its_list(sign_in: SignIn, support: User, distributor: User) -> None:
    row = Distributor.objects.get()
    url = f"/admin/companies/distributor/{row.pk}/change/"
    client = sign_in(support)

    response = client.post(url, filled(client, url, name="Distribuidora Nueva"))

    assert response["Location"] == "/admin/companies/distributor/"
    page = client.get(url).content.decode()
    assert '<a href="/admin/companies/distributor/">Distribuidores</a>' in page
