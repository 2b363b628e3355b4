"""The token of a reset stands in the mail, and in no address for longer than it takes to open it."""

import pytest
from django.test import Client

from companies.models import User
from tests.companies.accounts.test_views_reset import link_for

pytestmark = pytest.mark.django_db


def test_the_token_leaves_the_address(client: Client, issuer: User) -> None:
    link = link_for(client, "panaderia")
    token = link.rstrip("/").rpartition("/")[2]

    opened = client.get(link, follow=True)

    assert opened.redirect_chain == [(link.replace(token, "nueva"), 302)]
    assert token not in opened.text


def test_the_address_without_the_token_is_of_no_use_to_others(client: Client, issuer: User) -> None:
    opened = client.get(link_for(client, "panaderia"))

    assert Client().get(opened.headers["Location"]).status_code == 410
