"""An issuer who may open step 10."""

import pytest
from django.test import Client

from companies.models import User
from tests.oauth import ready


@pytest.fixture
def client(issuer: User) -> Client:
    """The issuer, signed in and with the notice accepted."""
    ready(issuer)
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    return client
