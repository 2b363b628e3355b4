"""The test mail: it really goes out, puts the settings in use, and finds the way that works."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings as DjangoSettings

from companies.models import User
from facturamos import vault
from facturamos.jobs import Job
from facturamos.vault import Secret
from mailing import services
from mailing.doctor import Case
from mailing.examination import Examination
from mailing.models import Mailbox, MailboxTest
from mailing.protocol import Envelope, Limits, Security
from mailing.providers import Settings
from tests.mailing import zoo
from tests.mailing.conftest import run
from tests.mailing.zoo import Authority, Cage, Character, cage

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
def server(settings: DjangoSettings, behave: zoo.Behave) -> Iterator[Cage]:
    """A server that settings let us reach."""
    with cage(behave) as running:
        settings.SMTP_ALLOWED_INTERNAL = [f"localhost:{running.port}"]
        yield running


def test_a_good_server_puts_the_mailbox_in_use(
    issuer: User, settings: DjangoSettings, authority: Authority
) -> None:
    with server(settings, Character(starttls=authority.server("localhost"))) as good:
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


def test_a_wrong_password_leaves_the_default_sender(
    issuer: User, settings: DjangoSettings, authority: Authority
) -> None:
    no = Character({"AUTH": b"535 5.7.8 no\r\n"}, starttls=authority.server("localhost"))
    with server(settings, no) as strict:
        mailbox = make_mailbox(issuer, strict.port)
        test = services.start_test(mailbox, to=["ana@example.com"])

        run(test)

    mailbox.refresh_from_db()
    seen = services.overview(mailbox)
    assert (test.code, mailbox.is_active) == ("auth_refused", False)
    assert (seen.sender, seen.can_insist) == ("facturamos@sistemasperseo.com", True)
    assert seen.test is not None
    assert [line.state for line in seen.test.stages] == ["done", "done", "done", "failed", "waiting"]
    assert "secreta-1" not in seen.test.transcript


def test_settings_changed_during_the_test_are_not_approved(
    issuer: User, settings: DjangoSettings, authority: Authority
) -> None:
    with server(settings, Character(starttls=authority.server("localhost"))) as good:
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


# --- the other ways to the server


def examination(way: Settings, others: list[tuple[Settings, Security]], **more: object) -> Examination:
    """An examination that knows the test servers' ports."""
    known = dict(others)
    case = Case("ventas@example.com", way, "ventas")
    return Examination(
        case=case,
        password=Secret("secreta-1"),
        envelope=Envelope("ventas@example.com", ["ana@example.com"], b"Subject: x\r\n\r\nx\r\n"),
        allowed=[f"localhost:{port}" for port in (way.port, *(other.port for other in known))],
        lookup=lambda host, port: ["127.0.0.1"],
        limits=Limits(total=1, connect=0.5, handshake=0.4, greeting=0.3, probe=0.6),
        patience=2,
        ways=lambda given: [each for each in known if each != given],
        security=lambda settings: known.get(settings, Security.of(settings.port, use_ssl=settings.use_ssl)),
        **more,  # type: ignore[arg-type]
    )


def test_it_finds_the_port_that_works(authority: Authority) -> None:
    with cage(Character(implicit=authority.server("localhost"))) as good:
        closed, works = Settings("localhost", zoo.free_port()), Settings("localhost", good.port)

        diagnosis, _ = examination(closed, [(works, Security.TLS)]).run()

    assert (diagnosis.code, diagnosis.proposal) == ("refused", works)
    assert diagnosis.action == f"Con el puerto {good.port} y SSL marcado sí funciona. ¿Usarlo?"
    assert b"MAIL" not in good.encrypted.upper()


@pytest.mark.parametrize("given", [Security.TLS, Security.STARTTLS])
def test_a_server_that_hangs_leaves_time_for_the_port_that_works(
    authority: Authority, given: Security
) -> None:
    with cage(zoo.silent) as hanging, cage(Character(implicit=authority.server("localhost"))) as good:
        hangs, works = Settings("localhost", hanging.port), Settings("localhost", good.port)
        ways = [(hangs, given), (works, Security.TLS)]

        diagnosis, _ = examination(hangs, ways).run()

    assert diagnosis.proposal == works


def test_it_proposes_nothing_that_does_not_work() -> None:
    with cage(zoo.silent) as silent:
        closed, other = Settings("localhost", zoo.free_port()), Settings("localhost", silent.port)

        diagnosis, _ = examination(closed, [(other, Security.STARTTLS)]).run()

    assert (diagnosis.code, diagnosis.proposal) == ("refused", None)


def test_a_server_that_waits_for_tls_is_told_apart_from_one_that_hangs(authority: Authority) -> None:
    with cage(Character(implicit=authority.server("otro.example"))) as secure, cage(zoo.silent) as silent:
        of_secure, _ = examination(Settings("localhost", secure.port), []).run()
        of_silent, _ = examination(Settings("localhost", silent.port), []).run()

    assert (of_secure.code, of_silent.code) == ("speaks_tls", "silent")


def test_a_refused_password_is_not_tried_elsewhere(authority: Authority) -> None:
    context = authority.server("localhost")
    no = Character({"AUTH": b"535 no\r\n"}, starttls=context)
    with cage(no) as strict, cage(Character(implicit=context)) as other:
        way, another = Settings("localhost", strict.port), Settings("localhost", other.port)

        diagnosis, _ = examination(way, [(another, Security.TLS)]).run()

    assert (diagnosis.code, other.talks) == ("auth_refused", [])
