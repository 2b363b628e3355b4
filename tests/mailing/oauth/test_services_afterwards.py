"""Once a mailbox is connected without a password: what may happen to its permission, and its end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.models import User
from facturamos import vault
from facturamos.devserver.oauth import OAuthStandIn
from facturamos.vault import Secret
from mailing import mailbox_stopped, services
from mailing.models import Mailbox, MailboxTest, Message
from mailing.oauth import services as oauth
from mailing.oauth.models import GrantProbe, MailboxGrant, Revocation
from tests.mailing.conftest import run
from tests.oauth import ADDRESS, connect, ready

pytestmark = pytest.mark.django_db
AFTER = [
    ("google", "dead", "permit_dead", True),
    ("microsoft", "dead", "permit_dead", True),
    ("microsoft", "unused", "permit_dead", True),
    ("microsoft", "second_factor", "permit_sign_in", True),
    ("microsoft", "policy", "permit_policy", True),
    ("microsoft", "consent_withdrawn", "permit_admin", True),
    ("microsoft", "account_blocked", "account_blocked", True),
    ("google", "secret", "oauth_site", False),
    ("microsoft", "secret", "oauth_site", False),
    ("google", "busy", "oauth_later", False),
    ("microsoft", "busy", "oauth_later", False),
    ("google", "other_page", "oauth_unknown", False),
    ("google", "rate", "rate", False),
    ("microsoft", "rate", "rate", False),
    ("google", "day_limit", "rate", False),
    ("microsoft", "day_limit", "rate", False),
    ("google", "no_mailbox", "permit_mailbox", True),
    ("microsoft", "no_mailbox", "permit_mailbox", True),
    ("microsoft", "send_as", "sender_not_allowed", False),
    ("google", "scope", "permit_partial", True),
    ("microsoft", "scope", "permit_policy", True),
    ("google", "api_off", "oauth_site", False),
    ("google", "recipient", "recipient_refused", False),
    ("microsoft", "recipient", "recipient_refused", False),
    ("google", "large", "too_large", False),
    ("microsoft", "large", "too_large", False),
    ("google", "down", "oauth_later", False),
    ("microsoft", "down", "oauth_later", False),
]


@pytest.mark.parametrize(("kind", "mode", "code", "ends"), AFTER)
def test_each_error_of_a_permission_that_worked_has_its_class(
    client: Client, providers: OAuthStandIn, kind: str, mode: str, code: str, ends: bool
) -> None:
    connect(client, kind, ADDRESS)
    run(MailboxTest.objects.get())
    providers.permissions.fault = mode
    MailboxGrant.objects.update(access_until=timezone.now())

    test = services.start_test(Mailbox.objects.get(), to=["ana@example.com"])
    run(test)

    mailbox = Mailbox.objects.get()
    assert test.code == code
    assert (mailbox.permit_fault, mailbox.is_active) == ((code, False) if ends else ("", True))
    page = client.get("/configuracion/correo/").content.decode()
    assert test.message.replace("«", "«") in page
    for path in ("/configuracion/", "/configuracion/terminar/"):
        assert client.get(path).status_code == 200
    if ends:
        assert "Sus facturas salen de <b>" not in page
        assert f"Conectar con {'Google' if kind == 'google' else 'Microsoft'}" in page


def test_a_dead_permission_is_found_by_the_daily_probe_and_told_once(
    client: Client, providers: OAuthStandIn, issuer: User
) -> None:
    connect(client, "microsoft", ADDRESS)
    run(MailboxTest.objects.get())
    assert oauth.queue_probes() == 0
    providers.permissions.all[0].mode = "dead"
    # A clock was ahead; and then it is due by itself.
    MailboxGrant.objects.update(proved_at=timezone.now() + timedelta(days=300))
    assert oauth.queue_probes() == 1
    GrantProbe.objects.all().delete()
    MailboxGrant.objects.update(proved_at=timezone.now() - timedelta(hours=25))

    assert oauth.queue_probes() == 1
    assert oauth.queue_probes() == 0
    probe = GrantProbe.objects.get()
    run(probe)

    mailbox = Mailbox.objects.get()
    assert (probe.code, mailbox.permit_fault, mailbox.is_active) == ("permit_dead", "permit_dead", False)
    assert services.overview(mailbox).sender == "facturamos@sistemasperseo.com"
    told = Message.objects.get(kind=mailbox_stopped.MAILBOX_STOPPED)
    assert told.to == issuer.email
    assert oauth.queue_probes() == 0


def test_what_the_mail_says_of_a_dead_permission(
    client: Client, providers: OAuthStandIn, mailoutbox: list[object]
) -> None:
    connect(client, "microsoft", ADDRESS)
    run(MailboxTest.objects.get())
    providers.permissions.all[0].mode = "consent_withdrawn"
    run(GrantProbe.objects.create(mailbox=Mailbox.objects.get()))

    run(Message.objects.get(kind=mailbox_stopped.MAILBOX_STOPPED))

    [mail] = mailoutbox
    assert "Microsoft apruebe antes esta conexión" in mail.body  # type: ignore[attr-defined]
    assert "adminconsent?client_id=sitio-ms" in mail.body  # type: ignore[attr-defined]


def test_a_probe_that_gets_no_answer_says_nothing_against_the_permission(
    client: Client, providers: OAuthStandIn
) -> None:
    connect(client, "google", ADDRESS)
    run(MailboxTest.objects.get())
    providers.permissions.fault = "busy"
    probe = GrantProbe.objects.create(mailbox=Mailbox.objects.get())

    run(probe)

    assert (probe.state, probe.code, Mailbox.objects.get().is_active) == ("queued", "", True)


def test_connected_anew_it_serves_again(client: Client, providers: OAuthStandIn) -> None:
    connect(client, "google", ADDRESS)
    providers.permissions.all[0].mode = "dead"
    MailboxGrant.objects.update(access_until=timezone.now())
    run(MailboxTest.objects.get())
    assert Mailbox.objects.get().permit_fault == "permit_dead"

    connect(client, "google", ADDRESS)
    run(MailboxTest.objects.exclude(state="done").get())

    mailbox = Mailbox.objects.get()
    assert (mailbox.permit_fault, mailbox.is_active) == ("", True)
    # Google would take back both.
    assert not Revocation.objects.exists()


def test_disconnecting_gives_the_permission_back(client: Client, providers: OAuthStandIn) -> None:
    connect(client, "google", ADDRESS)
    run(MailboxTest.objects.get())
    page = client.get("/configuracion/correo/")
    form = page.context["form"]

    client.post(
        "/configuracion/correo/",
        {
            "onboarding_wizard-current_step": "correo",
            "version": page.context["version"],
            "de-quien": page.context["mark"],
            "accion": "desconectar",
            form.add_prefix("from_name"): "Panadería",
        },
    )
    run(Revocation.objects.get())

    mailbox = Mailbox.objects.get()
    assert (mailbox.kind, mailbox.is_active, MailboxGrant.objects.count()) == ("smtp", False, 0)
    assert providers.permissions.all[0].revoked
    assert "Servidor SMTP" in client.get("/configuracion/correo/").content.decode()


def test_a_permission_takes_the_place_of_a_password(
    client: Client, providers: OAuthStandIn, issuer: User
) -> None:
    mailbox = Mailbox(
        company=issuer.company, from_email=ADDRESS, from_name="P", username="v", host="smtp.example.com"
    )
    vault.put(mailbox, "password", Secret("secreta-1"))
    mailbox.save()

    connect(client, "microsoft", ADDRESS)

    mailbox.refresh_from_db()
    assert (mailbox.kind, mailbox.password) == ("microsoft", None)


def test_an_account_that_two_companies_use_is_given_back_by_the_last(
    client: Client, other_issuer: User, providers: OAuthStandIn
) -> None:
    connect(client, "google", ADDRESS)
    ready(other_issuer)
    other = Client()
    other.force_login(other_issuer, backend="companies.accounts.auth.Backend")
    connect(other, "google", ADDRESS)

    mailbox_stopped.use_default_sender(Mailbox.objects.get(company=other_issuer.company))
    run(Revocation.objects.get())

    assert not any(each.revoked for each in providers.permissions.all)
