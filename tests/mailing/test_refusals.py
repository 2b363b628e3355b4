"""Whose fault a refusal is: only the recipient's ends a mail."""

import smtplib

import pytest

from mailing.refusals import fault_of_ours, is_final

OURS = [
    (554, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "reputación"),
    (550, "5.7.1 Relaying denied", "permiso"),
    (454, "4.7.1 <a@b.mx>: Relay access denied", "permiso"),
    (553, "5.7.1 <x@y.mx>: Sender address rejected: not owned by user ana", "remitente"),
    (550, "5.1.0 <x@y.mx>: Sender address rejected: User unknown in virtual mailbox table", "remitente"),
    (550, "5.1.1 <x@y.mx>: Sender address rejected: undeliverable address", "remitente"),
    (550, "5.1.8 <x@y.mx>: Sender address rejected: Domain not found", "remitente"),
    (550, "5.1.7 Invalid address", "remitente"),
    (550, "Sender verify failed", "remitente"),
    (554, "5.2.252 SendAsDenied; ventas@example.com not allowed to send as", "remitente"),
    (550, "5.7.26 Unauthenticated email is not accepted due to domain's DMARC policy", "remitente"),
    (554, "Message rejected: Email address is not verified.", "remitente"),
    (554, "Daily message quota exceeded", "cuota"),
    (550, "5.4.5 Daily user sending limit exceeded", "cuota"),
    (451, "4.7.1 Maximum credits exceeded", "cuota"),
    (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents", "cuota"),
    (552, "5.3.4 Message size exceeds fixed limit", "tamaño"),
    (552, "5.2.3 Message too large", "tamaño"),
    (550, "Your IP address is listed in our blacklist", "reputación"),
    (550, "spam detected", "reputación"),
    (530, "5.7.0 Authentication required", "permiso"),
    (550, "5.7.1 Message refused", "reputación"),
    (553, "sorry, your account is disabled (#5.7.1)", "permiso"),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "permiso"),
    (550, "user unknown: SMTP AUTH required (#5.7.0)", "permiso"),
    (550, "Account disabled for non payment", "permiso"),
    (550, "Your mailbox is disabled for outgoing mail", "permiso"),
    (550, "SMTP account not found or disabled", "permiso"),
    (550, "Invalid user or password", "permiso"),
    (550, "Invalid user credentials for relay", "permiso"),
    (550, "Invalid mailbox: authenticate first", "permiso"),
    (550, "Usuario desconocido: autenticación requerida", "permiso"),
    (550, "Your account does not exist or is not authorized to relay", "permiso"),
    (535, "Authentication failed: account disabled", "permiso"),
    (535, "5.1.1 user unknown", "permiso"),
    (550, "5.2.1 Your account has been disabled", "permiso"),
    (550, "5.1.1 user unknown; please log in", "permiso"),
    (
        550,
        "5.1.1 <a@x.mx>: Recipient address rejected: undeliverable address: "
        "host mx said: 550 5.7.1 Client host blocked using Spamhaus",
        "reputación",
    ),
    (
        550,
        "5.1.1 <a@x.mx>: Recipient address rejected: undeliverable address: "
        "host mx said: 554 relay access denied",
        "permiso",
    ),
    (554, "5.1.2 bad destination; DNSBL", "reputación"),
    (550, "5.1.3 message rate limit exceeded", "cuota"),
    (550, "Domain x.mx has exceeded the max emails per hour (150/150) allowed. Message discarded.", "cuota"),
]
THEIRS = [
    "5.1.1 <ana@example.com>: Recipient address rejected: User unknown in relay recipient table",
    "5.1.1 The email account that you tried to reach does not exist.",
    "5.1.1 sorry, no mailbox here by that name; see our policy",
    "5.1.2 Bad destination host",
    "5.1.3 Bad destination mailbox address syntax",
    "5.1.6 Mailbox has moved",
    "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
    "5.2.1 The email account that you tried to reach is disabled",
    "5.2.1 This mailbox has been suspended",
    "5.1.1 <ana@no-reply-sender-not.mx> User unknown",
    "5.1.1 <sender@x.mx>: Recipient address rejected: User unknown",
    "5.1.1 <relaying.denied@spamhaus.mx>: no such user",
    "5.1.1 recipient not found; sender 'f@x' was not notified",
    "#5.1.1 no such user",
    "sorry, no mailbox here by that name. (#5.1.1)",
    "<ana@no-reply-sender-not.mx> User unknown",
    "No such user here",
    "unknown user",
    "Requested action not taken: user not found",
    "Invalid recipient",
    "User does not exist",
    "delivery error: dd This user doesn't have a yahoo.com account",
    "5.1.2 Bad destination host 'DNS Hard Error looking up x.mx (MX): NXDomain'",
    "El usuario no existe",
    "Usuario desconocido",
    "5.1.1 El destinatario no existe",
]
NOBODY_S = [
    (550, "Requested action not taken: mailbox unavailable"),
    (550, "5.4.1 Recipient address rejected: Access denied"),
    (552, "5.2.2 Mailbox full: the user's quota exceeded"),
    (452, "4.2.2 The email account that you tried to reach is over quota"),
    (450, "4.2.1 The user you are trying to contact is receiving mail too quickly"),
    (451, "4.7.1 Greylisting in action, please come back later"),
    (550, "5.5.0 No"),
    (554, "user disabled"),
    (571, "5.1.1 blocked"),
    (550, "5.1.1 Account suspended for abuse; sending disabled"),
    (550, "5.1.2 We do not relay for this domain"),
    (550, "5.1.2 DNS lookup failed temporarily"),
    (550, "5.1.1 La cuenta de envío no existe"),
    (553, "5.1.3 Invalid address: you must log in first"),
    (550, "Mailbox not found: subscription expired"),
    (550, "No such account"),
    (550, "Account is inactive"),
    (550, "User unknown. Contact support"),
    (550, "5.1.0 Address rejected"),
    (550, "5.1.1 undeliverable address: host mx said: 450 4.3.0 try later"),
    (550, "5.1.1 Recipient rejected: the connecting host has no reverse DNS"),
    (550, "5.1.1 user unknown; your host has no PTR"),
    (550, "5.2.1 Su cuenta fue suspendida"),
    (550, "5.2.1 Account suspended: contact the provider"),
    (550, "5.1.1 remitente desconocido"),
    (550, "5.1.1 Invalid recipient, greylisted, please retry"),
    (550, "5.1.1 API key invalid"),
    (550, "5.1.1 IP not authorized"),
    (550, "5.1.1 Must issue STARTTLS"),
    (550, "5.1.1 Trial account can only send to itself"),
    (550, "Usuario desconocido: revise su contraseña"),
    (550, ""),
    (450, "4.1.1 <ana@example.com>: Recipient address rejected: unverified address"),
]


LATER = [
    (451, "4.7.1 Greylisting in action, please come back later"),
    (450, "4.2.0 <ana@example.com>: Recipient address rejected: Greylisted, policy of this site"),
    (450, "4.7.1 Recipient rejected by grey list policy; try again in 300 seconds"),
    (451, "Por lista gris, política del servidor: intente más tarde"),
]


@pytest.mark.parametrize(("code", "text"), LATER)
def test_a_greylist_is_no_fault_of_ours(code: int, text: str) -> None:
    assert fault_of_ours(at_rcpt(code, text)) == ""


def at_rcpt(code: int, text: str) -> Exception:
    return smtplib.SMTPRecipientsRefused({"ana@example.com": (code, text.encode())})


@pytest.mark.parametrize("refused", [at_rcpt, lambda code, text: smtplib.SMTPDataError(code, text)])
@pytest.mark.parametrize(("code", "text", "fault"), OURS)
def test_our_own_faults_wait_and_are_named(refused: object, code: int, text: str, fault: str) -> None:
    error = refused(code, text)  # type: ignore[operator]

    assert not is_final(error)
    assert fault in fault_of_ours(error)


@pytest.mark.parametrize("text", THEIRS)
def test_an_address_that_is_not_there_ends_the_mail(text: str) -> None:
    assert is_final(at_rcpt(550, text))
    assert fault_of_ours(at_rcpt(550, text)) == ""
    assert not is_final(at_rcpt(450, text))


def test_after_the_mail_itself_only_a_code_of_the_address_ends_it() -> None:
    """A «user» may be ours there, and so may a mailbox that is closed."""
    for text in ("No such user here", "5.2.1 Account disabled", "user disabled"):
        assert not is_final(smtplib.SMTPDataError(550, text.encode()))
    assert is_final(smtplib.SMTPDataError(550, b"5.1.1 User unknown"))


@pytest.mark.parametrize(("code", "text"), NOBODY_S)
def test_what_says_neither_waits_and_alarms_nobody(code: int, text: str) -> None:
    assert not is_final(at_rcpt(code, text))
    assert fault_of_ours(at_rcpt(code, text)) == ""


@pytest.mark.parametrize("text", THEIRS)
def test_nothing_that_is_said_of_the_sender_ends_a_mail(text: str) -> None:
    error = smtplib.SMTPSenderRefused(550, text.encode(), "facturamos@example.com")

    assert not is_final(error)
    assert fault_of_ours(error) == "nuestro remitente"


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (ConnectionRefusedError(), "conexión"),
        (TimeoutError(), "conexión"),
        (smtplib.SMTPException("certificate_expired"), "conexión"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), "usuario o la contraseña"),
        (smtplib.SMTPSenderRefused(451, b"4.3.0 later", "a@b.mx"), "pide esperar"),
    ],
)
def test_a_server_that_cannot_be_used_is_ours_to_mend(error: Exception, fault: str) -> None:
    assert not is_final(error)
    assert fault in fault_of_ours(error)
