"""Tokens: refreshed once whoever asks, never lost, and in no place where somebody could read them."""

import io
import logging
import threading
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from companies.models import User
from facturamos import vault
from facturamos.devserver.oauth import OAuthStandIn
from mailing.models import Mailbox, MailboxTest, Message
from mailing.oauth import grants
from mailing.oauth.client import OAuthFailed
from mailing.oauth.models import MailboxGrant, Revocation
from onboarding.backoffice.company_deletion import services as deletion
from tests.mailing.conftest import run
from tests.oauth import ADDRESS, KINDS, connect, ready

SignIn = Callable[[User], Client]
WORKERS = 20


def connected(sign_in: SignIn, issuer: User, kind: str) -> Mailbox:
    """A mailbox with a permission."""
    ready(issuer)
    connect(sign_in(issuer), kind, ADDRESS)
    return Mailbox.objects.get()


def kept(name: str) -> str:
    secret = vault.take(MailboxGrant.objects.get(), name)
    assert secret is not None
    return secret.text()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
def test_twenty_who_need_a_token_at_once_refresh_once(
    sign_in: SignIn, issuer: User, providers: OAuthStandIn, kind: str
) -> None:
    mailbox = connected(sign_in, issuer, kind)
    MailboxGrant.objects.update(access_until=timezone.now())
    providers.permissions.asked.clear()
    providers.permissions.slowness = 0.3
    start, found, failed = threading.Barrier(WORKERS), [], []

    def work() -> None:
        try:
            start.wait(10)
            found.append(grants.access_token(Mailbox.objects.get(pk=mailbox.pk)).text())
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failed == []
    assert len(found) == WORKERS
    assert set(found) == {kept("access_token")}
    assert providers.permissions.asked == [("token", kind)]
    # The newest of all, which the provider would take tomorrow.
    assert kept("refresh_token") == providers.permissions.all[0].refresh_tokens[-1]
    assert len(providers.permissions.all[0].refresh_tokens) == (2 if kind == "microsoft" else 1)


@pytest.mark.django_db
def test_a_token_that_is_refused_before_its_time_is_refreshed_and_the_mail_leaves(
    sign_in: SignIn, issuer: User, providers: OAuthStandIn
) -> None:
    connected(sign_in, issuer, "microsoft")
    providers.permissions.all[0].access_tokens.clear()
    providers.permissions.asked.clear()

    test = MailboxTest.objects.get()
    run(test)

    assert test.code == "ok"
    assert [end for end, _ in providers.permissions.asked] == ["send", "token", "send"]


@pytest.mark.django_db
def test_a_token_is_not_asked_for_while_there_is_one(
    sign_in: SignIn, issuer: User, providers: OAuthStandIn
) -> None:
    mailbox = connected(sign_in, issuer, "google")
    providers.permissions.asked.clear()

    assert grants.access_token(mailbox).text() == kept("access_token")
    assert providers.permissions.asked == []


@pytest.mark.django_db
def test_a_provider_that_hangs_is_not_waited_for_long(
    sign_in: SignIn, issuer: User, providers: OAuthStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = connected(sign_in, issuer, "google")
    monkeypatch.setattr("mailing.oauth.client.TOKEN_SECONDS", 0.5)
    providers.permissions.fault = "silent"
    before = kept("refresh_token")

    with pytest.raises(OAuthFailed, match="oauth_no_answer"):
        grants.refreshed(mailbox, prove=True)

    assert kept("refresh_token") == before


@pytest.mark.django_db
def test_a_deleted_company_has_no_permission_left(
    sign_in: SignIn, issuer: User, providers: OAuthStandIn
) -> None:
    mailbox = connected(sign_in, issuer, "google")

    deletion.delete(mailbox.company, reason="Lo pidió")
    run(Revocation.objects.get())

    assert not MailboxGrant.objects.exists()
    assert providers.permissions.all[0].revoked


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["", "dead", "busy", "other_page", "secret", "rate", "scope"])
def test_no_token_is_in_any_sink(
    sign_in: SignIn,
    issuer: User,
    support: User,
    providers: OAuthStandIn,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    fault: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    mailbox = connected(sign_in, issuer, kind)
    providers.permissions.fault = fault
    if fault in ("dead", "busy", "other_page", "secret"):
        MailboxGrant.objects.update(access_until=timezone.now())
    run(MailboxTest.objects.get())
    paths = ["mailbox/", "mailboxtest/", "message/", f"mailbox/{mailbox.pk}/change/"]
    own, staff = ("/configuracion/correo/", "/configuracion/"), [f"/admin/mailing/{path}" for path in paths]
    pages = [
        sign_in(user).get(path).content.decode()
        for user, each in ((issuer, own), (support, staff))
        for path in each
    ]
    dump = io.StringIO()
    call_command("dumpdata", "mailing", stdout=dump)
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" AS t')  # noqa: S608
            pages += [row for (row,) in cursor.fetchall()]

    sinks = "\n".join([*pages, dump.getvalue(), caplog.text, *map(str, Message.objects.values_list("tries"))])

    [permission] = providers.permissions.all
    tokens = [*permission.access_tokens, *permission.refresh_tokens]
    assert len(tokens) >= 2
    for token in tokens:
        assert token[:40] not in sinks
        assert token[:40].encode().hex() not in sinks
    assert "secreto-google" not in sinks
    assert "secreto-ms" not in sinks
