"""The doctor: each failure has one code, a Spanish sentence and a next action."""

import inspect
import re

import pytest

from facturamos import public_hosts
from mailing.doctor import advice
from mailing.doctor.advice import Case
from mailing.doctor.providers import propose
from mailing.doctor.sentences import ADVICE
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp import client, wire
from mailing.smtp.protocol import Failure, Security, Stage

CASE = Case("ana@panaderia.mx", SmtpSettings("mail.panaderia.mx", 465), "ana@panaderia.mx")
GMAIL = Case("ana@gmail.com", SmtpSettings("smtp.gmail.com", 587), "ana@gmail.com")
OFFICE = Case("ana@panaderia.mx", SmtpSettings("smtp.office365.com", 587), "ana@panaderia.mx")


def failure(code: str, reply: int = 0, text: str = "") -> Failure:
    """A failure at the stage that the code belongs to."""
    stage = Stage.SIGN_IN if code.startswith("auth") else Stage.DELIVERY
    return Failure(stage, code, reply=reply, text=text)


@pytest.mark.parametrize(
    ("case", "ending", "code"),
    [
        (CASE, failure("auth_refused", 535, "5.7.8 Error: authentication failed"), "auth_refused"),
        (CASE, failure("auth_refused", 454, "4.7.0 Temporary authentication failure"), "auth_later"),
        (CASE, failure("auth_refused", 535, "multi-factor authentication enabled"), "auth_two_factor"),
        (
            GMAIL,
            failure("auth_refused", 535, "5.7.8 BadCredentials"),
            "auth_app_password",
        ),
        (GMAIL, failure("auth_refused", 534, "5.7.9 Application-specific password"), "auth_app_password"),
        (
            OFFICE,
            failure("auth_refused", 550, "5.7.30 Basic authentication"),
            "auth_disabled",
        ),
        (OFFICE, failure("auth_refused", 535, "5.7.139 Authentication unsuccessful"), "auth_refused"),
        (CASE, failure("sender_refused", 530, "5.7.0 Must issue a STARTTLS command first"), "needs_tls"),
        (CASE, failure("sender_refused", 530, "5.7.0 Authentication required"), "auth_required"),
        (CASE, failure("sender_refused", 553, "5.7.1 not owned by user"), "sender_not_allowed"),
        (CASE, failure("recipient_refused", 550, "5.1.1 no such user"), "recipient_refused"),
        (CASE, failure("recipient_refused", 451, "4.7.1 Greylisted"), "greylisted"),
        (CASE, failure("recipient_refused", 452, "4.2.2 mailbox full"), "quota"),
        (CASE, failure("recipient_refused", 550, "5.4.5 Daily sending quota exceeded"), "rate"),
        (CASE, failure("message_refused", 552, "5.3.4 too big"), "too_large"),
        (
            CASE,
            failure("message_refused", 550, "Domain panaderia.mx has exceeded the max emails per hour (250)"),
            "rate",
        ),
        (CASE, failure("message_refused", 550, "5.4.6 Unusual sending activity detected"), "rate"),
        (CASE, failure("message_refused", 550, "message exceeds fixed limit"), "too_large"),
        (CASE, failure("auth_not_offered", text="XOAUTH2 OAUTHBEARER"), "auth_disabled"),
        (CASE, failure("auth_not_offered", text="NTLM"), "auth_not_offered"),
        (CASE, failure("greeting_refused", 554, "5.7.1 blocked"), "hello_refused"),
        (CASE, failure("message_refused", 554, "5.7.1 spam"), "message_refused"),
        (CASE, failure("message_refused", 421, "later"), "later"),
        (CASE, failure("message_refused", 599, "gnarf"), "unknown"),
        (CASE, failure("sender_refused", 550, "5.1.1 no such user"), "sender_unknown"),
    ],
)
def test_it_reads_the_reply(case: Case, ending: Failure, code: str) -> None:
    assert advice.diagnose(case, ending).code == code


def test_relaying_without_a_user_asks_for_one() -> None:
    case = Case("ana@panaderia.mx", SmtpSettings("mail.panaderia.mx", 25, use_ssl=False))

    diagnosis = advice.diagnose(case, failure("recipient_refused", 554, "5.7.1 Relay access denied"))

    assert diagnosis.code == "auth_required"


def test_every_code_of_the_client_has_a_sentence() -> None:
    modules = (client, wire, public_hosts)
    sources = "".join(map(inspect.getsource, modules))
    codes = set(re.findall(r'(?:fail|Blocked)\(\s*"([a-z_]+)"', sources))
    codes |= set(re.findall(r'\d+: "(certificate_[a-z_]+)"', sources))
    codes |= set(re.findall(r'return "([a-z_]+)"', sources)) | {"certificate_untrusted"}

    assert len(codes) > 20
    assert codes <= set(ADVICE)


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_every_sentence_is_complete(code: str) -> None:
    diagnosis = advice.diagnose(CASE, Failure(Stage.CONNECTION, code))

    for text in (diagnosis.message, diagnosis.action):
        assert re.fullmatch(r"[«A-ZÁÉÍÓÚ].*[.?]", text)
        assert "{" not in text


def test_what_the_issuer_typed_is_not_read_as_a_pattern() -> None:
    case = Case("ana@panaderia.mx", SmtpSettings("{host.__class__}", 465), "{0}")

    assert "{host.__class__}" in advice.diagnose(case, Failure(Stage.SERVER, "name_not_found")).message


@pytest.mark.parametrize(
    ("email", "host", "port"),
    [
        ("ana@gmail.com", "smtp.gmail.com", 587),
        ("ana@outlook.com", "smtp-mail.outlook.com", 587),
        ("ana@hotmail.com", "smtp-mail.outlook.com", 587),
        ("ana@live.com.mx", "smtp-mail.outlook.com", 587),
        ("ana@prodigy.net.mx", "smtp-mail.outlook.com", 587),
        ("ana@zoho.com", "smtp.zoho.com", 465),
        ("ana@YAHOO.com.mx", "smtp.mail.yahoo.com", 465),
        ("ana@icloud.com", "smtp.mail.me.com", 587),
        ("ana@panaderia.mx", "mail.panaderia.mx", 465),
        ("ana@prodigy.net", "smtp.mail.att.net", 465),
        ("ana@windowslive.com", "smtp-mail.outlook.com", 587),
        ("ana@outlook.com.ar", "smtp-mail.outlook.com", 587),
        ("ana@hotmail.com.mx", "smtp-mail.outlook.com", 587),
        ("ana@rocketmail.com", "smtp.mail.yahoo.com", 465),
        ("ana@yahoo.com.ar", "smtp.mail.yahoo.com", 465),
        ("ana@yahoo.co.jp", "smtp.mail.yahoo.co.jp", 465),
        ("ana@aol.com", "smtp.aol.com", 465),
        ("ana@aol.com.mx", "smtp.aol.com", 465),
        ("ana@gmx.es", "mail.gmx.com", 587),
        ("ana@mail.com", "smtp.mail.com", 587),
        ("ana@mexicomail.com", "smtp.mail.com", 587),
        ("ana@protonmail.com", "smtp.protonmail.ch", 587),
        ("ana@web.de", "smtp.web.de", 465),
    ],
)
def test_it_proposes_settings_from_the_address(email: str, host: str, port: int) -> None:
    assert propose(email) == SmtpSettings(host, port)


def test_a_known_provider_gets_its_own_settings_proposed() -> None:
    case = Case("ana@gmail.com", SmtpSettings("smtp.gmial.com", 25), "ana@gmail.com")

    diagnosis = advice.diagnose(case, Failure(Stage.SERVER, "name_not_found"))

    assert diagnosis.proposal == SmtpSettings("smtp.gmail.com", 587)


@pytest.mark.parametrize(
    ("email", "host", "code", "words"),
    [
        ("ana@gmail.com", "smtp.gmail.com", "auth_app_password", "myaccount.google.com/apppasswords"),
        ("ana@yahoo.com.mx", "smtp.mail.yahoo.com", "auth_app_password", "contraseña de aplicación"),
        ("ana@icloud.com", "smtp.mail.me.com", "auth_app_password", "contraseña de aplicación"),
        ("ana@panaderia.mx", "smtppro.zoho.com", "auth_refused", "verificación en dos pasos"),
        ("ana@hotmail.com", "smtp-mail.outlook.com", "auth_disabled", "Omitir por ahora"),
        ("ana@panaderia.mx", "smtp.office365.com", "auth_refused", "«SMTP autenticado»"),
        ("ana@prodigy.net.mx", "smtp-mail.outlook.com", "auth_disabled", "Omitir por ahora"),
        ("ana@panaderia.mx", "smtpout.secureserver.net", "auth_refused", "Escriba otra vez la contraseña"),
        ("ana@panaderia.mx", "smtp.hostinger.com", "auth_refused", "Escriba otra vez la contraseña"),
        ("ana@panaderia.mx", "mail.panaderia.mx", "auth_refused", "Escriba otra vez la contraseña"),
    ],
)
def test_a_refused_password_gets_its_providers_advice(email: str, host: str, code: str, words: str) -> None:
    case = Case(email, SmtpSettings(host, 587), email)

    diagnosis = advice.diagnose(case, failure("auth_refused", 535, "5.7.8 authentication failed"))

    assert diagnosis.code == code
    assert words in diagnosis.action


@pytest.mark.parametrize(
    ("port", "use_ssl", "security"),
    [
        (465, True, Security.TLS),
        (587, True, Security.STARTTLS),
        (25, True, Security.STARTTLS),
        (2525, True, Security.STARTTLS),
        (465, False, Security.CLEAR),
        (587, False, Security.CLEAR),
    ],
)
def test_the_ssl_box_means_secure_and_the_port_says_how(port: int, use_ssl: bool, security: Security) -> None:
    assert Security.of(port, use_ssl=use_ssl) is security
