"""Connecting without a password, by the pages and against both stand-ins: the road, and what is refused."""

from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import User
from facturamos.devserver.oauth import OAuthStandIn
from mailing.models import Mailbox, MailboxTest
from mailing.oauth.models import MailboxConsent, MailboxGrant, Revocation
from tests.mailing.conftest import run
from tests.oauth import ADDRESS, KINDS, back, begin, choose, connect, ready

pytestmark = pytest.mark.django_db


def refused(client: Client, kind: str, response: object) -> str:
    """The page that says what went wrong; nothing was connected."""
    assert not MailboxGrant.objects.exists()
    return client.get(f"/configuracion/correo/conectar/{kind}/").content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_mailbox_is_connected_tested_and_in_use(client: Client, providers: OAuthStandIn, kind: str) -> None:
    response = connect(client, kind, ADDRESS)

    test = MailboxTest.objects.get()
    assert response.url == "/configuracion/correo/"
    run(test)
    mailbox = Mailbox.objects.get()
    assert (test.code, test.stage, mailbox.kind, mailbox.is_active) == ("ok", "delivery", kind, True)
    [content] = providers.permissions.sent
    mail = message_from_bytes(content, policy=policy.default)
    assert mail["From"].addresses[0].addr_spec == ADDRESS
    assert mail["To"].addresses[0].addr_spec == "panaderia@example.com"
    page = client.get("/configuracion/correo/").content.decode()
    assert f"Sus facturas salen de <b>{ADDRESS}</b>" in page
    assert "Servidor SMTP" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_back_once_does_not_come_back_twice(
    client: Client, providers: OAuthStandIn, kind: str
) -> None:
    address = choose(begin(client, kind, ADDRESS))
    back(client, address)
    MailboxGrant.objects.all().delete()

    page = refused(client, kind, back(client, address))

    assert "Esa autorización ya se usó o caducó." in page


@pytest.mark.parametrize("kind", KINDS)
def test_consent_that_came_too_late_is_not_used(client: Client, providers: OAuthStandIn, kind: str) -> None:
    address = choose(begin(client, kind, ADDRESS))
    MailboxConsent.objects.update(created_at=timezone.now() - timedelta(minutes=11))

    assert "ya se usó o caducó" in refused(client, kind, back(client, address))


@pytest.mark.parametrize("kind", KINDS)
def test_another_company_cannot_use_what_one_began(
    client: Client, other_issuer: User, providers: OAuthStandIn, kind: str
) -> None:
    address = choose(begin(client, kind, ADDRESS))
    ready(other_issuer)
    other = Client()
    other.force_login(other_issuer, backend="companies.accounts.auth.Backend")

    page = refused(other, kind, back(other, address))

    assert "no se empezó en esta sesión" in page
    assert not Mailbox.objects.exists()
    # Nor has it spoilt it for the company that it is of.
    assert back(client, address).url == "/configuracion/correo/"


@pytest.mark.parametrize("kind", KINDS)
def test_another_session_of_the_same_user_cannot_use_it(
    client: Client, issuer: User, providers: OAuthStandIn, kind: str
) -> None:
    address = choose(begin(client, kind, ADDRESS))
    elsewhere = Client()
    elsewhere.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert "no se empezó en esta sesión" in refused(elsewhere, kind, back(elsewhere, address))


def test_a_user_who_moved_to_another_company_cannot_use_it(
    client: Client, issuer: User, other_issuer: User, providers: OAuthStandIn
) -> None:
    address = choose(begin(client, "google", ADDRESS))
    assert other_issuer.company is not None
    ready(other_issuer)
    User.objects.filter(pk=issuer.pk).update(company=other_issuer.company)

    back(client, address)

    assert not MailboxGrant.objects.exists()


@pytest.mark.parametrize("state", ["", "x", "0" * 32, f"{'0' * 32}.abc", "ñ.ñ", "a" * 5000])
def test_a_state_that_nobody_made_is_refused(client: Client, providers: OAuthStandIn, state: str) -> None:
    begin(client, "google", ADDRESS)

    back(client, f"http://x/configuracion/correo/autorizado/google/?state={state}&code=abc")

    assert "No se conectó su correo" in refused(client, "google", None)
    assert providers.permissions.asked == []


def test_a_forged_end_of_the_state_is_refused(client: Client, providers: OAuthStandIn) -> None:
    address = choose(begin(client, "google", ADDRESS))
    start, _, rest = address.partition(".")

    back(client, f"{start}.{'B' if rest[0] == 'A' else 'A'}{rest[1:]}")

    assert "no se empezó en esta sesión" in refused(client, "google", None)
    assert providers.permissions.asked == []


def test_a_code_of_one_provider_is_not_taken_to_the_other(client: Client, providers: OAuthStandIn) -> None:
    address = choose(begin(client, "google", ADDRESS)).replace("/google/", "/microsoft/")

    back(client, address)

    assert not MailboxGrant.objects.exists()
    assert providers.permissions.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_consent_with_another_address_is_refused_and_given_back(
    client: Client, providers: OAuthStandIn, kind: str
) -> None:
    page = refused(client, kind, connect(client, kind, ADDRESS, "other"))

    assert (
        "Dio permiso con «otra.cuenta@example.com», y el correo que escribió es «ventas@panaderia.mx»."
        in page
    )
    assert not Mailbox.objects.exists()
    for revocation in Revocation.objects.all():
        run(revocation)
        assert revocation.token is None
    assert all(each.revoked for each in providers.permissions.all) is (kind == "google")


@pytest.mark.parametrize("kind", KINDS)
def test_a_domain_with_an_n_tilde_is_the_same_however_it_is_written(
    client: Client, providers: OAuthStandIn, kind: str
) -> None:
    url = begin(client, kind, "ventas@peña.mx")
    as_the_provider_has_it = f"login_hint={quote('ventas@xn--pea-8ma.mx')}&other="

    back(client, choose(url.replace("login_hint=", as_the_provider_has_it)))

    assert Mailbox.objects.get().from_email == "ventas@peña.mx"


@pytest.mark.parametrize("typed", ["Ana.Perez@Gmail.com", "anaperez@googlemail.com", "a.n.a.perez@gmail.com"])
def test_at_gmail_dots_and_letter_case_make_no_other_mailbox(
    client: Client, providers: OAuthStandIn, typed: str
) -> None:
    url = begin(client, "google", typed)
    connected = back(client, choose(url.replace("login_hint=", "login_hint=anaperez%40gmail.com&x=")))

    assert connected.url == "/configuracion/correo/"
    assert Mailbox.objects.get().from_email == "anaperez@gmail.com"


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_permission_to_send_nothing_is_connected(
    client: Client, providers: OAuthStandIn, kind: str
) -> None:
    assert "sin marcar el permiso de enviar" in refused(
        client, kind, connect(client, kind, ADDRESS, "partial")
    )


@pytest.mark.parametrize(
    ("kind", "mode", "sentence"),
    [
        ("google", "cancel", "Usted no dio el permiso en la página de Google."),
        ("microsoft", "cancel", "Usted no dio el permiso en la página de Microsoft."),
        ("microsoft", "admin", "pide que un administrador de Microsoft apruebe"),
        ("microsoft", "admin_first", "pide que un administrador de Microsoft apruebe"),
        ("google", "admin", "Las reglas de su organización en Google no permiten"),
        ("google", "admin_first", "Las reglas de su organización en Google no permiten"),
        ("google", "not_ready", "Google no está disponible por ahora."),
        ("microsoft", "not_ready", "Microsoft no está disponible por ahora."),
    ],
)
def test_each_end_at_the_page_of_consent_has_its_sentence(
    client: Client, providers: OAuthStandIn, kind: str, mode: str, sentence: str
) -> None:
    page = refused(client, kind, connect(client, kind, ADDRESS, mode))

    assert sentence in page
    assert ("Texto para su administrador" in page) is mode.startswith("admin")
    if kind == "microsoft" and mode.startswith("admin"):
        assert "adminconsent?client_id=sitio-ms" in page.replace("&amp;", "&")


@pytest.mark.parametrize(
    ("kind", "fault", "sentence"),
    [
        ("google", "dead", "ya se usó o caducó"),
        ("microsoft", "dead", "ya se usó o caducó"),
        ("google", "secret", "no reconoce a este sitio"),
        ("microsoft", "secret", "no reconoce a este sitio"),
        ("google", "busy", "no está disponible por ahora"),
        ("microsoft", "busy", "no está disponible por ahora"),
        ("google", "other_page", "contestó algo que no entendemos"),
        ("microsoft", "policy", "no permiten esta conexión"),
    ],
)
def test_each_end_of_redeeming_the_code_has_its_sentence(
    client: Client, providers: OAuthStandIn, kind: str, fault: str, sentence: str
) -> None:
    address = choose(begin(client, kind, ADDRESS))
    providers.permissions.fault = fault

    assert sentence in refused(client, kind, back(client, address))
