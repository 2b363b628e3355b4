"""One test of a mailbox: the other ways to the server, and what may be said of them."""

from dataclasses import replace

import pytest

from facturamos.vault import Secret
from mailing.doctor.advice import Case
from mailing.doctor.examination import Examination
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.protocol import MailEnvelope, Security, SmtpLimits
from tests.mailing import faulty_servers
from tests.mailing.faulty_servers import Authority, ScriptedServer, serving

pytestmark = pytest.mark.usefixtures("trust")


def examination(
    way: SmtpSettings, others: list[tuple[SmtpSettings, Security]], **more: object
) -> Examination:
    """An examination that knows the test servers' ports."""
    known = dict(others)
    case = Case("ventas@example.com", way, "ventas")
    return Examination(
        case=case,
        password=Secret("secreta-1"),
        envelope=MailEnvelope("ventas@example.com", ["ana@example.com"], b"Subject: x\r\n\r\nx\r\n"),
        allowed=[f"localhost:{port}" for port in (way.port, *(other.port for other in known))],
        lookup=lambda host, port: ["127.0.0.1"],
        limits=SmtpLimits(total=1, connect=0.5, handshake=0.4, greeting=0.3, probe=0.6),
        patience=2,
        ways=lambda given: [each for each in known if each != given],
        security=lambda settings: known.get(settings, Security.of(settings.port, use_ssl=settings.use_ssl)),
        **more,  # type: ignore[arg-type]
    )


def test_it_finds_the_port_that_works(authority: Authority) -> None:
    with serving(ScriptedServer(implicit=authority.server("localhost"))) as good:
        closed, works = (
            SmtpSettings("localhost", faulty_servers.free_port()),
            SmtpSettings("localhost", good.port),
        )

        diagnosis, _ = examination(closed, [(works, Security.TLS)]).run()

    assert (diagnosis.code, diagnosis.proposal) == ("refused", works)
    assert diagnosis.action == f"Con el puerto {good.port} y SSL marcado sí funciona. ¿Usarlo?"
    assert b"MAIL" not in good.encrypted.upper()


@pytest.mark.parametrize("given", [Security.TLS, Security.STARTTLS])
def test_a_server_that_hangs_leaves_time_for_the_port_that_works(
    authority: Authority, given: Security
) -> None:
    with (
        serving(faulty_servers.silent) as hanging,
        serving(ScriptedServer(implicit=authority.server("localhost"))) as good,
    ):
        hangs, works = SmtpSettings("localhost", hanging.port), SmtpSettings("localhost", good.port)
        ways = [(hangs, given), (works, Security.TLS)]

        diagnosis, _ = examination(hangs, ways).run()

    assert diagnosis.proposal == works


def test_it_proposes_nothing_that_does_not_work() -> None:
    with serving(faulty_servers.silent) as silent:
        closed, other = (
            SmtpSettings("localhost", faulty_servers.free_port()),
            SmtpSettings("localhost", silent.port),
        )

        diagnosis, _ = examination(closed, [(other, Security.STARTTLS)]).run()

    assert (diagnosis.code, diagnosis.proposal) == ("refused", None)


def test_a_server_that_waits_for_tls_is_told_apart_from_one_that_hangs(authority: Authority) -> None:
    with (
        serving(ScriptedServer(implicit=authority.server("otro.example"))) as secure,
        serving(faulty_servers.silent) as silent,
    ):
        of_secure, _ = examination(SmtpSettings("localhost", secure.port), []).run()
        of_silent, _ = examination(SmtpSettings("localhost", silent.port), []).run()

    assert (of_secure.code, of_silent.code) == ("speaks_tls", "silent")


def test_a_refused_password_is_not_tried_elsewhere(authority: Authority) -> None:
    context = authority.server("localhost")
    no = ScriptedServer({"AUTH": b"535 no\r\n"}, starttls=context)
    with serving(no) as strict, serving(ScriptedServer(implicit=context)) as other:
        way, another = SmtpSettings("localhost", strict.port), SmtpSettings("localhost", other.port)

        diagnosis, _ = examination(way, [(another, Security.TLS)]).run()

    assert (diagnosis.code, other.talks) == ("auth_refused", [])


def test_it_says_that_a_way_works_only_where_somebody_signed_in(authority: Authority) -> None:
    wants_tls = ScriptedServer({"MAIL": b"530 5.7.0 Must issue a STARTTLS command first\r\n"})
    with serving(wants_tls) as clear, serving(ScriptedServer(implicit=authority.server("localhost"))) as good:
        way, other = (
            SmtpSettings("localhost", clear.port, use_ssl=False),
            SmtpSettings("localhost", good.port),
        )
        signed_in = examination(way, [(other, Security.TLS)])

        with_password, _ = signed_in.run()
        without, _ = replace(signed_in, password=None).run()

    assert (with_password.code, with_password.proposal) == ("needs_tls", other)
    assert "sí funciona" in with_password.action
    assert (without.code, without.proposal) == ("auth_required", other)
    assert "sí funciona" not in without.action
    assert "Escriba también usuario y contraseña" in without.action


def test_a_refused_password_with_a_blank_at_its_end_is_told_of(authority: Authority) -> None:
    no = ScriptedServer({"AUTH": b"535 no\r\n"}, starttls=authority.server("localhost"))
    with serving(no) as strict:
        whole = examination(SmtpSettings("localhost", strict.port), [])

        plain, _ = whole.run()
        blank, _ = replace(whole, password=Secret("secreta-1\N{NO-BREAK SPACE}")).run()

    assert "espacio" not in plain.action
    assert "lleva un espacio" in blank.action


def test_the_servers_own_sentence_is_shown_at_once_but_no_password(authority: Authority) -> None:
    odd = {"RCPT": b"599 5.9.9 Gnarf: secreta-1 is <b>odd</b>\r\n"}
    with serving(ScriptedServer(odd, starttls=authority.server("localhost"))) as server_:
        diagnosis, _ = examination(SmtpSettings("localhost", server_.port), []).run()

    assert diagnosis.code == "unknown"
    assert diagnosis.message == (
        "El servidor no aceptó el correo. Dijo: «599 5.9.9 Gnarf: ••• is <b>odd</b>»."
    )


@pytest.mark.parametrize(
    "announced", ["metadata.google.internal", "intranet.panaderia.mx", "localhost.panaderia.mx"]
)
def test_a_host_that_a_name_server_announced_goes_past_the_same_guard(announced: str) -> None:
    """What SRV records and tables propose is a name like any other: nobody connects to an internal one."""
    with serving(faulty_servers.silent) as inside:
        whole = examination(SmtpSettings(announced, 587), [])
        diagnosis, _ = replace(whole, allowed=[], lookup=lambda host, port: ["127.0.0.1"]).run()

    assert diagnosis.code == "internal"
    assert inside.talks == []
