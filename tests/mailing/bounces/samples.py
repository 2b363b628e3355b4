"""What servers send back: by the standard, in words, and what is no report at all."""

import base64

from tests.mailing.bounces.samples_standard import TO, fields


def standard(
    came_to: str,
    *,
    fields: str,
    more: str = "",
    sender: str = "MAILER-DAEMON@mx.example.net",
    encoding: str = "",
    status_type: str = "message/delivery-status",
    about: str = "Reporting-MTA: dns; mx.example.net",
    returned: str = "",
) -> bytes:
    """A report of RFC 3464; `fields` are those about the recipient."""
    status = f"{about}\n\n{fields}\n"
    transfer = ""
    if encoding == "base64":
        status = base64.encodebytes(status.encode()).decode()
        transfer = "Content-Transfer-Encoding: base64\n"
    return f"""Return-Path: <>
Delivered-To: {came_to}
From: Mail Delivery System <{sender}>
To: {came_to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
{more}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b1"

--=_b1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net. I'm sorry.

--=_b1
Content-Type: {status_type}
{transfer}
{status}
--=_b1
Content-Type: message/rfc822

{returned}From: facturamos@sistemasperseo.com
To: {TO}
Subject: Sus credenciales

Su clave temporal: no-se-guarda-9

--=_b1--
""".encode()


QMAIL = """Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ana@panaderia.mx>:
203.0.113.9 does not like recipient.
Remote host said: 550 5.1.1 unknown user
Giving up on 203.0.113.9.

--- Below this line is a copy of the message.

Subject: Sus credenciales
550 5.2.2 of our own words
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ana@panaderia.mx
    all relevant MX records point to non-existent hosts

------ This is a copy of the message, including all the headers. ------
"""
SPANISH = """Su mensaje no se ha podido entregar a los siguientes destinatarios:

ana@panaderia.mx
#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found ##
"""
FULL = "Delivery to this recipient failed permanently:\n\n  ana@panaderia.mx\n\n552 5.2.2 mailbox full\n"
VAGUE = "Your message could not be delivered to ana@panaderia.mx. We do not know why.\n"
GMAIL = """Delivery to the following recipient failed permanently:

     ana@panaderia.mx

Technical details of permanent failure:
The error that the other server returned was: 550 550 5.1.1 unknown user (state 13).

----- Original message -----
"""
OPENSMTPD = """    Hi!

    An error has occurred while attempting to deliver a message for
    the following list of recipients:

ana@panaderia.mx: 550 5.1.1 http://support.google.com/mail/bin/answer.py?answer=6596

    Below is a copy of the original message:
"""
MAIL_ENABLE = """MailEnable: Message Delivery Failure.

The following recipient(s) could not be reached:

   Recipient: [SMTP:ana@panaderia.mx]
   Reason: Remote SMTP Server Returned: 550 Requested action not taken: mailbox unavailable or not local
"""
YAHOO = """Sorry, we were unable to deliver your message to the following address.

<ana@panaderia.mx>:
No MX or A record for domain panaderia.mx
"""
# Of each: its words, what the message becomes, words of its history.
IN_WORDS = [
    ("qmail", QMAIL, "no_address", "550 5.1.1"),
    ("Exim", EXIM, "no_address", "no existe"),
    ("Exchange in Spanish", SPANISH, "no_address", "5.1.10"),
    ("Gmail, without a form", GMAIL, "no_address", "550 5.1.1"),
    ("OpenSMTPD", OPENSMTPD, "no_address", "550 5.1.1"),
    ("MailEnable", MAIL_ENABLE, "no_address", "no existe"),
    ("Yahoo, no such domain", YAHOO, "no_address", "no existe"),
    ("a full mailbox", FULL, "bounced", "lleno"),
    ("says nothing", VAGUE, "bounced", "no lo aceptó"),
]


def words(
    came_to: str,
    text: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example.net",
    subject: str = "failure notice",
    more: str = "",
    kind: str = "text/plain; charset=utf-8",
) -> bytes:
    """A report in words, or anything else that somebody writes."""
    head = f"Return-Path: <>\nFrom: <{sender}>\nTo: {came_to}\nSubject: {subject}\n{more}"
    return f"{head}Content-Type: {kind}\n\n{text}".encode()


def others(came_to: str) -> dict[str, bytes]:
    """What comes to the same address and is no report that somebody was not reached."""
    person = {"sender": "ana@panaderia.mx"}
    receipt = standard(came_to, fields=fields()).replace(
        b"report-type=delivery-status", b"report-type=disposition-notification"
    )
    complaint = standard(came_to, fields=fields()).replace(
        b"report-type=delivery-status", b"report-type=feedback-report"
    )
    away = "Estoy de vacaciones. Su mensaje no se pudo entregar a nadie más. 550 5.1.1 user unknown"
    within = standard("otro@example.com", fields=fields())
    return {
        "a holiday": words(
            came_to,
            away,
            subject="Respuesta automática: Sus credenciales",
            more="Auto-Submitted: auto-replied\n",
            **person,
        ),
        "a holiday of a postmaster": words(
            came_to, away, subject="Out of office", sender="postmaster@panaderia.mx"
        ),
        "an answer": words(
            came_to,
            "No me llegó: 550 5.1.1 user unknown. Delivery failed.",
            subject="Re: Sus credenciales",
            **person,
        ),
        "our own mail": words(
            came_to,
            "Delivery failed: 550 5.1.1 user unknown",
            sender="facturamos@sistemasperseo.com",
            more="Auto-Submitted: auto-generated\n",
        ),
        "a receipt": receipt,
        "a complaint": complaint,
        "a report sent on by somebody": b"From: ana@panaderia.mx\nTo: "
        + came_to.encode()
        + b"\nContent-Type: message/rfc822\n\n"
        + within,
        "news of a postmaster": words(
            came_to, "Meet our new filter.", subject="Newsletter", sender="postmaster@panaderia.mx"
        ),
        "empty": b"",
        "no mail": bytes(range(256)) * 40,
    }


def harmless(came_to: str) -> dict[str, bytes]:
    """Reports of ours that say that nothing is wrong, or not yet."""
    late = (
        "Your message to ana@panaderia.mx failed for now. We will keep trying; you do not need to resend it."
    )
    return {
        "late": standard(came_to, fields=fields("4.4.1", "smtp; 451 4.4.1 later", action="delayed")),
        "arrived": standard(came_to, fields=fields("2.0.0", "smtp; 250 ok", action="delivered")),
        "handed on": standard(came_to, fields=fields("2.0.0", "", action="relayed")),
        "late, in words": words(came_to, late, subject="Warning: could not be delivered yet"),
    }
