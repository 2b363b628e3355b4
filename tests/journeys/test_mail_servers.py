"""The test of a mailbox through real Postfix + Dovecot and Exim: `make mailservers`, as root on Debian."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from companies.models import User
from facturamos import vault
from facturamos.vault import Secret
from mailing import services
from mailing.models import Mailbox
from tests.journeys import mail_servers
from tests.journeys.mail_servers import ENYE, LONG, MailServer
from tests.mailing.conftest import authority, run, trust
from tests.mailing.faulty_servers import Authority

__all__ = ["authority", "trust"]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("trust"),
    pytest.mark.skipif("MAILSERVERS" not in os.environ, reason="`make mailservers` runs it"),
    # Both want port 465.
    pytest.mark.xdist_group("mail servers"),
]


@dataclass(frozen=True)
class Try:
    """What is typed at step 10, and what the test must say."""

    what: str
    code: str
    sender: str = "ana@t3.test"
    username: str = "ana@t3.test"
    password: str = "secreta-1"
    port: str = "good"


TRIES = (
    Try("587", "ok"),
    Try("465", "ok", port="tls"),
    Try("an alias", "ok", sender="ventas@t3.test"),
    Try("a foreign sender", "sender_not_allowed", sender="ana@otro.mx"),
    Try("another account's sender", "sender_not_allowed", sender="larga@t3.test"),
    Try("no sign-in", "auth_required", username="", password=""),
    Try("200 characters", "ok", sender="larga@t3.test", username="larga@t3.test", password=LONG),
    Try("ñ", "ok", sender="enye@t3.test", username="enye@t3.test", password=ENYE),
    Try("wrong password", "auth_refused", password="otra-9"),
    Try("expired certificate", "certificate_expired", port="expired"),
    Try("self-signed certificate", "certificate_self_signed", port="self_signed"),
)


@pytest.fixture(scope="module", params=mail_servers.SERVERS)
def server(request: pytest.FixtureRequest, authority: Authority) -> Iterator[MailServer]:
    with mail_servers.SERVERS[request.param](authority) as running:
        yield running


@pytest.mark.parametrize("tried", TRIES, ids=[tried.what for tried in TRIES])
def test_a_real_server_is_read_rightly(
    server: MailServer, issuer: User, settings: Settings, tried: Try, capsys: pytest.CaptureFixture[str]
) -> None:
    port = getattr(server, tried.port)
    settings.SMTP_ALLOWED_INTERNAL = [f"localhost:{port}"]
    mailbox = Mailbox(
        company=issuer.company,
        from_email=tried.sender,
        from_name="Panadería «La Ñapa»",
        username=tried.username,
        host="localhost",
        port=port,
        secret_changed_at=timezone.now(),
    )
    if tried.password:
        vault.put(mailbox, "password", Secret(tried.password))
    mailbox.save()
    test = services.start_test(mailbox, to=["luis@t3.test"])

    run(test)

    with capsys.disabled():
        print(f"\n{server.name}, {tried.what}: {test.code}. {test.message} {test.action}")
    mailbox.refresh_from_db()
    assert test.code == tried.code, test.transcript
    assert mailbox.is_active == (tried.code == "ok")
    assert tried.code != "ok" or server.has_delivered(f"<{test.pk}@t3.test>")
    assert tried.password not in test.transcript or not tried.password
