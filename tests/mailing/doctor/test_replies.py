"""Real replies of real servers: each is read by its words, whatever command it answers."""

import json
import time
from pathlib import Path

import pytest

from mailing.doctor import advice, replies
from mailing.doctor.advice import Case
from mailing.doctor.reply_rules import RULES
from mailing.doctor.sentences import ADVICE
from mailing.doctor.smtp_settings import SmtpSettings
from mailing.smtp.protocol import Failure, Stage

OWN = json.loads(Path(__file__).with_name("replies.json").read_text())
SHARED = Path(__file__).resolve().parents[4] / "shared" / "cases" / "replies.json"
# The client's own code for a refusal at each command.
STAGES = {
    "banner": (Stage.CONNECTION, "greeting_refused"),
    "hello": (Stage.CONNECTION, "hello_refused"),
    "starttls": (Stage.SECURITY, "no_starttls"),
    "auth": (Stage.SIGN_IN, "auth_refused"),
    "mail": (Stage.DELIVERY, "sender_refused"),
    "rcpt": (Stage.DELIVERY, "recipient_refused"),
    "dot": (Stage.DELIVERY, "message_refused"),
}
HOSTS = {
    "Gmail": "smtp.gmail.com",
    "Google Workspace": "smtp.gmail.com",
    "Microsoft 365": "smtp.office365.com",
    "Outlook.com": "smtp-mail.outlook.com",
    "Prodigy/Telmex": "smtp-mail.outlook.com",
    "Yahoo": "smtp.mail.yahoo.com",
    "iCloud": "smtp.mail.me.com",
    "Zoho": "smtp.zoho.com",
    "GoDaddy": "smtpout.secureserver.net",
    "Hostinger": "smtp.hostinger.com",
    "Titan": "smtp.titan.email",
    "Amazon SES": "email-smtp.us-east-1.amazonaws.com",
    "SendGrid": "smtp.sendgrid.net",
    "Mailgun": "smtp.mailgun.org",
    "Brevo": "smtp-relay.brevo.com",
    "Mailjet": "in-v3.mailjet.com",
    "Postmark": "smtp.postmarkapp.com",
    "Resend": "smtp.resend.com",
}
# What `want` of the shared replies says, as our codes.
WANTED = {
    "app password": {"auth_app_password"},
    "wait: too many sign-ins": {"auth_too_many"},
    "daily limit": {"rate"},
    "wait": {"later", "auth_later"},
    "spam filter": {"message_refused"},
    "content refused, NOT full mailbox": {"message_refused"},
    "SPF/DKIM of the domain": {"domain_authentication"},
    "relay not allowed for the sender": {"relay_denied"},
    "wrong password": {"auth_refused"},
    "policy; administrator": {"auth_policy"},
    "wrong password or SMTP AUTH off": {"auth_refused"},
    "sign in": {"auth_required"},
    "sender not allowed": {"sender_not_allowed"},
    "limit": {"rate"},
    "account blocked for spam": {"account_suspended"},
    "account must be verified (outlook.com)": {"account_unverified"},
    "wait / account limit": {"rate"},
    "domain not registered at Zoho": {"sender_not_verified"},
    "SMTP must be switched on": {"auth_switched_off"},
    "wrong user/password": {"auth_refused"},
    "limit/spam": {"message_refused"},
    "server refuses our address (reputation)": {"our_address_listed"},
    "switched off in hPanel": {"auth_switched_off"},
    "enable third-party apps in Titan": {"auth_switched_off"},
    "wrong SMTP credentials (not the AWS key)": {"auth_refused"},
    "wait / limit": {"rate"},
    "account paused": {"account_suspended"},
    "user must be apikey": {"auth_refused"},
    "sender not verified": {"sender_not_verified"},
    "domain not verified": {"sender_not_verified"},
    "sandbox": {"sandbox"},
    "host suspended outgoing mail": {"account_suspended"},
    "limit (too many bounces)": {"rate"},
    "sign in / sender": {"relay_denied"},
    "sender does not exist": {"sender_unknown"},
    "server disk full: provider": {"server_full"},
    "recipient": {"recipient_refused"},
    "server refuses our name": {"our_name_refused"},
    "SPF/DMARC": {"domain_authentication"},
    "other port": {"auth_not_offered"},
    "sign in at webmail first": {"auth_webmail"},
    "password too long": {"auth_too_long"},
    "passwords retired": {"auth_disabled"},
}


def case_of(provider: str) -> Case:
    """A mailbox at a provider, or on a server of one's own."""
    host = HOSTS.get(provider, "mail.panaderia.mx")
    return Case("ventas@panaderia.mx", SmtpSettings(host, 465), "ventas@panaderia.mx")


def failure_of(reply: str, stage: str) -> Failure:
    """What the client makes of a reply: the number, and the words of each line."""
    at, code = STAGES[stage]
    lines = reply.split("\n")
    return Failure(at, code, reply=int(lines[0][:3]), text="\n".join(line[4:].strip() for line in lines))


def diagnosis_of(row: dict[str, str]) -> advice.MailDiagnosis:
    """What is said of a reply to the mailbox's owner."""
    return advice.diagnose(case_of(row["provider"]), failure_of(row["reply"], row["stage"]))


@pytest.mark.parametrize("row", OWN, ids=lambda row: f"{row['provider']} {row['stage']} {row['reply'][:24]}")
def test_a_real_reply_is_read(row: dict[str, str]) -> None:
    diagnosis = diagnosis_of(row)

    assert diagnosis.code == row["code"]
    assert diagnosis.action.endswith((".", "?"))
    assert len(diagnosis.message) <= 500
    assert len(diagnosis.action) <= 500


@pytest.mark.skipif(not SHARED.exists(), reason="the shared cases are not here")
def test_at_least_79_of_the_81_shared_replies_are_read_rightly() -> None:
    rows = json.loads(SHARED.read_text())

    wrong = [row for row in rows if diagnosis_of(row).code not in WANTED[row["want"]]]

    assert len(rows) == 81
    assert len(wrong) <= 2, [(row["reply"], diagnosis_of(row).code) for row in wrong]


@pytest.mark.parametrize("stage", ["banner", "hello", "auth", "mail", "rcpt", "dot"])
@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ("553 5.7.1 <info@panaderia.mx>: Sender address rejected: not owned by user", "sender_not_allowed"),
        ("554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org", "our_address_listed"),
        ("550 5.4.5 Daily user sending limit exceeded", "rate"),
        ("552 5.3.4 Message size exceeds fixed limit", "too_large"),
        ("530 5.7.0 Must issue a STARTTLS command first", "needs_tls"),
        ("550 5.7.26 This mail is unauthenticated: SPF did not pass", "domain_authentication"),
    ],
)
def test_the_same_words_mean_the_same_at_every_command(stage: str, reply: str, code: str) -> None:
    assert advice.refine(case_of(""), failure_of(reply, stage)) == code


def test_what_the_issuer_is_called_is_not_read() -> None:
    """An address and a domain may be named after anything."""
    case = Case("spam@relay-limit.mx", SmtpSettings("smtp.quota.mx", 465), "spam@relay-limit.mx")
    failure = failure_of("550 5.1.1 <spam@relay-limit.mx>: no such user at smtp.quota.mx", "rcpt")

    assert advice.diagnose(case, failure).code == "recipient_refused"


def test_an_unknown_reply_is_shown_with_the_servers_own_words() -> None:
    diagnosis = advice.diagnose(case_of(""), failure_of("599-5.9.9 Gnarf is\n599 5.9.9 the matter", "rcpt"))

    assert diagnosis.code == "unknown"
    assert "Dijo: «599 5.9.9 Gnarf is the matter»." in diagnosis.message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb\u200bc\r\nd", "550 a b c d"),
        ("5.7.1 x\n5.7.1 y", "550 5.7.1 x y"),
        ("", "550"),
    ],
)
def test_what_a_server_said_is_shown_on_one_line_without_anything_unseen(text: str, shown: str) -> None:
    assert replies.said(550, text) == shown


def test_what_a_server_said_is_cut() -> None:
    assert len(replies.said(550, "x " * 5000)) == replies.SAID_CHARACTERS


@pytest.mark.parametrize(
    "word", ["a ", "sender ", "limit", "limit ", "too many ", "@", "a@", "is ", "5.1.1 "]
)
def test_a_reply_of_64_kb_is_read_in_no_time(word: str) -> None:
    """The patterns must not run away on what a hostile server makes up."""
    begun = time.monotonic()
    replies.read(550, word * (64_000 // len(word)))

    assert time.monotonic() - begun < 1


def test_every_code_of_the_table_has_its_advice() -> None:
    assert {rule.code for rule in RULES} <= set(ADVICE)


@pytest.mark.parametrize(
    ("provider", "user", "words"),
    [
        ("Amazon SES", "AKIAIOSFODNN7EXAMPLE", "credenciales SMTP"),
        ("SendGrid", "apikey", "«apikey»"),
        ("SendGrid", "ventas@panaderia.mx", "«apikey»"),
        ("Mailgun", "postmaster@mg.panaderia.mx", "SMTP de su dominio en Mailgun"),
        ("Brevo", "9a8b7c001@smtp-brevo.com", "clave SMTP"),
        ("Mailjet", "0123456789abcdef", "clave secreta"),
        ("Postmark", "b1946ac9-2492", "Server API token"),
        ("Resend", "resend", "«resend»"),
        ("Exchange on premises", "PANADERIA\\ana", "diagonal invertida"),
    ],
)
def test_nobody_with_another_user_is_told_to_write_the_address(provider: str, user: str, words: str) -> None:
    case = Case("ventas@panaderia.mx", case_of(provider).settings, user)

    diagnosis = advice.diagnose(case, failure_of("535 Authentication failed", "auth"))

    assert diagnosis.code == "auth_refused"
    assert words in diagnosis.action
    assert "dirección completa" not in diagnosis.action


@pytest.mark.parametrize(
    ("words", "code", "action"),
    [
        ("the user credentials were incorrect.", "auth_refused", "Escriba otra vez"),
        ("SmtpClientAuthentication is disabled for the Tenant.", "auth_switched_off", "organización"),
        ("SmtpClientAuthentication is disabled for the Mailbox.", "auth_switched_off", "«SMTP autenticado»"),
        ("user is locked by your organization's security defaults policy.", "auth_policy", "predeterminados"),
        ("basic authentication is disabled.", "auth_disabled", "Omitir por ahora"),
    ],
)
def test_microsofts_refusals_are_told_apart(words: str, code: str, action: str) -> None:
    direct = failure_of(f"535 5.7.139 Authentication unsuccessful, {words}", "auth")
    nested = failure_of(
        f"530 5.7.57 Client not authenticated. Error: 535 5.7.139 Authentication unsuccessful, {words}",
        "mail",
    )

    for failure in (direct, nested):
        diagnosis = advice.diagnose(case_of("Microsoft 365"), failure)
        assert diagnosis.code == code
        assert action in diagnosis.action
    assert diagnosis.page.startswith("https://")
