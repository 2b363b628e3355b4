"""The buttons of step 10 that lead to a provider, and the page between."""

import pytest
from django.test import Client

from companies.models import User
from facturamos.devserver.oauth import OAuthStandIn
from mailing.models import MailboxTest
from mailing.oauth.models import MailboxConsent
from tests.conftest import PASSWORD
from tests.oauth import ADDRESS, back, begin, choose, ready
from tests.onboarding.delegation.conftest import EMAIL, NAME, AskedPerson, asked

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


def test_who_was_asked_for_step_10_connects_it_and_its_test_reaches_that_person(
    issuer: User, providers: OAuthStandIn
) -> None:
    ready(issuer)
    ana = AskedPerson(Client(), asked(issuer, "correo")).accept()
    assert "Conectar con Google" in ana.client.get("/encargo/correo/").content.decode()
    sent = {"correo-from_email": ADDRESS, "correo-from_name": "Panadería La Ñapa"}
    begun = ana.client.post("/encargo/correo/conectar/google/", sent)
    url = ana.client.get(begun.headers["Location"]).context["url"]

    response = back(ana.client, choose(url))

    assert response.headers["Location"].startswith("/encargo/correo/autorizado/google/?")
    done = ana.client.get(response.headers["Location"])
    assert done.headers["Location"] == "/encargo/correo/"
    (test,) = MailboxTest.objects.all()
    assert (test.mailbox.kind, test.mailbox.from_email, test.to) == ("google", ADDRESS, [EMAIL])
    (event,) = test.mailbox.events.filter(pgh_label="insert")  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["delegate"] == f"{NAME} <{EMAIL}>"
    # Another browser, with what the provider's answer says, is nobody's.
    assert back(Client(), choose(url)).headers["Location"].startswith("/entrar/")
