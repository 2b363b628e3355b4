"""The test mail: it really goes out, puts the settings in use, and finds the way that works."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from companies.models import User
from facturamos import vault
from facturamos.jobs.models import Job
from facturamos.vault import Secret
from mailing import services
from mailing.models import Mailbox, MailboxTest
from tests.mailing import faulty_servers
from tests.mailing.arrival import name_server
from tests.mailing.conftest import run
from tests.mailing.faulty_servers import Authority, RunningServer, ScriptedServer, serving

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trust")]


def make_mailbox(user: User, port: int, password: str = "secreta-1") -> Mailbox:
    """A mailbox on a server of this machine."""
    assert user.company is not None
    mailbox = Mailbox(
        company=user.company,
        from_email="ventas@panadería.mx",
        from_name="Panadería «La Ñapa», S. de R.L.",
        username="ventas",
        host="localhost",
        port=port,
        secret_changed_at=timezone.now(),
    )
    vault.put(mailbox, "password", Secret(password))
    mailbox.save()
    return mailbox


@contextmanager
def server(settings: Settings, behave: faulty_servers.Behave) -> Iterator[RunningServer]:
    """A server that settings let us reach."""
    with serving(behave) as running:
        settings.SMTP_ALLOWED_INTERNAL = [f"localhost:{running.port}"]
        yield running


def test_a_good_server_puts_the_mailbox_in_use(
    issuer: User, settings: Settings, authority: Authority
) -> None:
    with server(settings, ScriptedServer(starttls=authority.server("localhost"))) as good:
        mailbox = make_mailbox(issuer, good.port)
        assert not mailbox.is_active
        test = services.start_test(mailbox, to=["ana@example.com", "", "ana@example.com", "luis@example.com"])

        run(test)

    mailbox.refresh_from_db()
    assert (test.state, test.code, test.stage) == (Job.State.DONE, "ok", "delivery")
    assert mailbox.is_active
    assert mailbox.tested_ok_at is not None
    mail = message_from_bytes(good.encrypted.partition(b"\r\ndata\r\n")[2], policy=policy.default)
    assert mail["To"] == "ana@example.com, luis@example.com"
    assert mail["From"].addresses[0].display_name == "Panadería «La Ñapa», S. de R.L."
    assert mail["From"].addresses[0].addr_spec == "ventas@xn--panadera-i2a.mx"


def test_a_good_test_keeps_whether_the_mail_will_arrive(
    issuer: User, settings: Settings, authority: Authority
) -> None:
    zone = {
        "xn--panadera-i2a.mx": {"TXT": ["v=spf1 -all"], "MX": ["10 mx.panaderia.mx."]},
        "mx.panaderia.mx": {"A": ["192.0.2.9"]},
    }
    good = ScriptedServer(starttls=authority.server("localhost"))
    with server(settings, good) as running, name_server.serving(zone) as names:
        settings.DNS_SERVERS = [names.address]
        mailbox = make_mailbox(issuer, running.port)
        test = services.start_test(mailbox, to=["ana@example.com"])
        run(test)

    asked = len(names.asked)
    seen = services.overview(mailbox).test
    mailbox.refresh_from_db()
    assert mailbox.is_active  # a warning, never a refusal
    assert seen is not None
    assert seen.arrival is not None
    assert seen.arrival["heading"] == "Puede que algunas de sus facturas no lleguen"
    findings = seen.arrival["findings"]
    assert isinstance(findings, list)
    assert [each["code"] for each in findings] == ["mx_ok", "spf_fail", "dmarc_none"]
    assert len(names.asked) == asked


def test_a_failed_test_says_nothing_of_arriving(
    issuer: User, settings: Settings, authority: Authority
) -> None:
    no = ScriptedServer({"AUTH": b"535 5.7.8 no\r\n"}, starttls=authority.server("localhost"))
    with server(settings, no) as strict:
        test = services.start_test(make_mailbox(issuer, strict.port), to=["ana@example.com"])
        run(test)

    assert test.arrival is None


def test_what_goes_wrong_about_the_domain_spoils_no_test(
    issuer: User, settings: Settings, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("mailing.arrival.services.examine", break_down)
    with server(settings, ScriptedServer(starttls=authority.server("localhost"))) as good:
        test = services.start_test(make_mailbox(issuer, good.port), to=["ana@example.com"])
        run(test)

    assert (test.code, test.arrival) == ("ok", None)


def test_silent_name_servers_cost_a_test_three_seconds_at_most(
    issuer: User, settings: Settings, authority: Authority
) -> None:
    good = ScriptedServer(starttls=authority.server("localhost"))
    silent = {"xn--panadera-i2a.mx": name_server.SILENT, "_dmarc.xn--panadera-i2a.mx": name_server.SILENT}
    with server(settings, good) as running, name_server.serving(silent) as names:
        settings.DNS_SERVERS = [names.address]
        test = services.start_test(make_mailbox(issuer, running.port), to=["ana@example.com"])
        begun = time.monotonic()
        run(test)

    assert time.monotonic() - begun < 3.5
    assert test.code == "ok"
    assert test.arrival is not None
    assert test.arrival["level"] == "unknown"


def test_a_wrong_password_leaves_the_default_sender(
    issuer: User, settings: Settings, authority: Authority
) -> None:
    no = ScriptedServer({"AUTH": b"535 5.7.8 no\r\n"}, starttls=authority.server("localhost"))
    with server(settings, no) as strict:
        mailbox = make_mailbox(issuer, strict.port)
        test = services.start_test(mailbox, to=["ana@example.com"])

        run(test)

    mailbox.refresh_from_db()
    seen = services.overview(mailbox)
    assert (test.code, mailbox.is_active) == ("auth_refused", False)
    assert (seen.sender, seen.can_insist) == ("facturamos@sistemasperseo.com", False)
    assert seen.test is not None
    assert [line.state for line in seen.test.stages] == ["done", "done", "done", "failed", "waiting"]
    assert "secreta-1" not in seen.test.transcript


def test_settings_changed_during_the_test_are_not_approved(
    issuer: User, settings: Settings, authority: Authority
) -> None:
    with server(settings, ScriptedServer(starttls=authority.server("localhost"))) as good:
        mailbox = make_mailbox(issuer, good.port)
        test = services.start_test(mailbox, to=["ana@example.com"])
        test.mailbox = mailbox
        Mailbox.objects.update(username="otro")
        test.state, test.attempt = Job.State.RUNNING, 1
        test.save()

        services.run_test(test)

    mailbox.refresh_from_db()
    assert (test.code, mailbox.is_active) == ("ok", False)


@pytest.mark.parametrize("field", ["host", "port", "username", "from_email", "use_ssl", "secret_changed_at"])
def test_any_later_change_puts_the_default_sender_back(issuer: User, field: str) -> None:
    mailbox = make_mailbox(issuer, 587)
    mailbox.approve()
    assert mailbox.is_active

    values = {"port": 465, "use_ssl": False, "secret_changed_at": timezone.now()}
    setattr(mailbox, field, values.get(field, "otro@example.com"))

    assert not mailbox.is_active


def test_going_back_to_the_default_sender_wipes_the_password(issuer: User) -> None:
    mailbox = make_mailbox(issuer, 587)
    mailbox.approve()

    mailbox.use_default_sender()

    mailbox.refresh_from_db()
    assert (mailbox.password, mailbox.is_active, mailbox.host) == (None, False, "localhost")


def test_the_eleventh_test_of_an_hour_is_refused(issuer: User) -> None:
    mailbox = make_mailbox(issuer, 587)
    for _ in range(10):
        services.start_test(mailbox, to=["ana@example.com"])

    with pytest.raises(services.TooManyTests, match="10 pruebas"):
        services.start_test(mailbox, to=["ana@example.com"])
    MailboxTest.objects.update(created_at=timezone.now() - timedelta(minutes=61))

    assert services.start_test(mailbox, to=["ana@example.com"])


def test_a_killed_test_is_not_repeated(issuer: User) -> None:
    test = services.start_test(make_mailbox(issuer, 587), to=["ana@example.com"])
    MailboxTest.objects.update(attempt=1)

    run(test)

    assert (test.code, test.state) == ("interrupted", Job.State.DONE)


def test_the_page_does_not_wait_for_a_test_that_nobody_took(issuer: User) -> None:
    mailbox = make_mailbox(issuer, 587)
    services.start_test(mailbox, to=["ana@example.com"])
    seen = services.overview(mailbox).test
    assert seen is not None
    assert (seen.running, seen.stages[0].state) == (True, "current")
    MailboxTest.objects.update(created_at=timezone.now() - timedelta(minutes=3))

    seen = services.overview(mailbox).test

    assert seen is not None
    assert (seen.running, seen.code, seen.message) == (False, "interrupted", "La prueba se interrumpió.")


def test_the_overview_costs_one_query(issuer: User, django_assert_num_queries: object) -> None:
    mailbox = make_mailbox(issuer, 587)
    services.start_test(mailbox, to=["ana@example.com"])

    with django_assert_num_queries(1):  # type: ignore[operator]
        services.overview(mailbox)


def test_a_page_that_was_begun_before_the_test_ended_says_what_is_in_use_then(issuer: User) -> None:
    read_before = make_mailbox(issuer, 587)
    mailbox = Mailbox.objects.get(pk=read_before.pk)
    mailbox.approve()
    mailbox.save()
    MailboxTest.objects.create(mailbox=mailbox, code="ok", digest=mailbox.digest())

    seen = services.overview(read_before)

    assert (seen.heading, seen.sender) == ("El correo de prueba salió bien", mailbox.from_email)


def test_without_a_mailbox_the_default_sender_is_shown(issuer: User) -> None:
    for mailbox in (None, Mailbox(company=issuer.company)):
        seen = services.overview(mailbox)

        assert (seen.sender, seen.active, seen.test) == ("facturamos@sistemasperseo.com", False, None)


def test_an_accepted_proposal_for_another_host_wants_the_password_again(issuer: User) -> None:
    mailbox = make_mailbox(issuer, 587)
    proposal = {"host": "smtp.gmail.com", "port": 465, "use_ssl": True}
    MailboxTest.objects.create(mailbox=mailbox, code="name_not_found", proposal=proposal)

    services.accept_proposal(mailbox)

    mailbox.refresh_from_db()
    assert (mailbox.host, mailbox.port, mailbox.password) == ("smtp.gmail.com", 465, None)
