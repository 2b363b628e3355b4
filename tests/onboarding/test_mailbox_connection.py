"""The buttons of step 10 that lead to a provider, and the page between."""

import pytest
from django.test import Client

from companies.models import User
from facturamos.devserver.oauth import OAuthStandIn
from mailing.oauth.models import MailboxConsent
from tests.conftest import PASSWORD
from tests.oauth import ADDRESS, back, begin, choose, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(issuer: User) -> Client:
    """The issuer, signed in and with the notice accepted."""
    ready(issuer)
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    return client


def test_without_a_registration_there_are_no_buttons(client: Client) -> None:
    page = client.get("/configuracion/correo/").content.decode()

    assert "Conectar con" not in page
    assert client.post("/configuracion/correo/conectar/google/").status_code == 404
    assert client.get("/configuracion/correo/autorizado/google/").status_code == 404


@pytest.mark.parametrize(
    ("address", "first"),
    [("ana@gmail.com", "Google"), ("ana@hotmail.com", "Microsoft"), ("ana@outlook.com.mx", "Microsoft")],
)
def test_the_provider_of_the_address_is_offered_first(
    client: Client, providers: OAuthStandIn, issuer: User, address: str, first: str
) -> None:
    User.objects.filter(pk=issuer.pk).update(email=address)

    page = client.get("/configuracion/correo/").content.decode()

    assert f"Su correo es de {first}" in page
    other = {"Google": "Microsoft", "Microsoft": "Google"}[first]
    assert page.index(f"Conectar con {first}") < page.index(f"Conectar con {other}")


def test_somebody_who_is_not_signed_in_leaves_nothing_behind(client: Client, providers: OAuthStandIn) -> None:
    address = choose(begin(client, "google", ADDRESS))

    response = back(Client(), address)

    assert response.url == "/entrar/?next=/configuracion/correo/conectar/google/"
    assert "code" not in response.url
    assert PASSWORD not in response.url


def test_a_typed_address_that_is_none_is_said_on_the_page(client: Client, providers: OAuthStandIn) -> None:
    response = client.post("/configuracion/correo/conectar/google/", {"correo-from_email": "ventas"})

    assert "Falta corregir 2 datos" in response.content.decode()
    assert response.context["form"].errors.keys() == {"from_email", "from_name"}
    assert not MailboxConsent.objects.exists()
