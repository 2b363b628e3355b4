"""Names that people type, in the headers of what we send: they name nobody else, whatever is in them; and
what headers tell programs.

The long form (10 000 names, three renderings of each) runs with FUZZ=1 (`make fuzz`).
"""

import base64
import os
import random
from email import message_from_bytes, policy
from email.message import EmailMessage as StandardMessage

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from companies.models import User
from mailing import services
from mailing.backend import EmailBackend
from mailing.headers import ForeignAuthor, automatic, check_authors, defused, named
from mailing.models import Mailbox, MailboxTest
from mailing.senders import default_sender
from mailing.smtp.protocol import MailEnvelope

COUNT = 10_000 if os.environ.get("FUZZ") else 100
OURS = "facturamos@sistemasperseo.com"
EXPECTED = {
    *("Subject", "From", "To", "Reply-To", "Date", "Message-ID", "MIME-Version", "Content-Type"),
    *("Content-Transfer-Encoding", "Auto-Submitted"),
}
ATTACKS = [
    # Python's own parser stumbles over what this is folded to.
    "= ?utf-8?b?PTNFY2VvQGJhbmNvLmNvbVw= ? ==40 = ?iso-8859-1*es?Q?Bcc:Bcc: ? =_, ;",
    "=?utf-8?q?=3Cdirector=40banco=2Ecom=3E=2C?=",
    "=?utf-8?q?=22=3E_=3Cceo=40banco=2Ecom=3E?=",
    "=?utf-8?q?Ana=0D=0ABcc=3A_x=40evil.com?=",
    "=?UTF-8?Q?=3CCEO=40BANCO=2ECOM=3E=2C?=",
    "=?utf-8?b?PGNlb0BiYW5jby5jb20+LA==?= =?utf-8?b?PGNlb0BiYW5jby5jb20+LA==?=",
    "<ceo@banco.com>,",
    '"><ceo@banco.com>',
    "ceo@banco.com (",
    "Ana\r\nBcc: x@evil.com",
    "grupo: ceo@banco.com;",
    "\\",
    '"',
    "Peña \u202emoc.ocnab@oec\u202c",
    "HTTPS://EVIL.EXAMPLE/X",
    "\ud800",
    "Tienda \uf8ff \U000f0000\ufffe",
    "",
]
PIECES = [
    *("=?", "?=", "=?utf-8?q?", "=?utf-8?b?", "=?iso-8859-1*es?Q?", "_", "?", "=", "q?", "Bcc:"),
    *("=3C", "=3E", "=2C", "=40", "=22", "=0D=0A", "https://", "www.", "//", "ceo@banco.com"),
    *("<", ">", ",", ";", ":", "@", '"', "\\", "(", ")", "[", "]", ".", " ", "\t", "\r", "\n", "\0"),
    *("Peña", "S.A. de C.V.", "ñ", "漢", "😀", "\xa0", "\x85", "\u202e", "\u2066", "\u200b", "\u2028"),
    *("\ufeff", "\u061c", "\U000e0041", "\uf8ff", "\ufffe"),
]


def names(count: int) -> list[str]:
    """Seeded: the attacks that were met, and compositions of what they are made of."""
    chance = random.Random(5322)  # noqa: S311
    made = list(ATTACKS)
    while len(made) < count:
        name = "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 14)))
        if chance.random() < 0.3:
            hidden = "".join(chance.choice(PIECES) for _ in range(3)).encode(errors="replace")
            name = f"=?utf-8?b?{base64.b64encode(hidden).decode()}?={name}"
        made.append(name)
    return made


def read(content: bytes) -> StandardMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, StandardMessage)
    return message


def authors(message: StandardMessage, header: str) -> list[str]:
    found = message.get_all(header) or []
    return [address.addr_spec for value in found for address in value.addresses]


def test_mail(mailbox: Mailbox, name: str) -> MailEnvelope:
    """One rendering: the mail that tests a mailbox."""
    mailbox.from_name = name
    return services.envelope_of(MailboxTest(mailbox=mailbox, to=["luis@example.com"]))


def default(name: str, header: str | None = None) -> MailEnvelope:
    """The other two: our sender under the name, and the name beside the address that answers go to."""
    sender = default_sender(name, "ana@example.com")
    reply_to = [header] if header else list(sender.reply_to)
    mail = EmailMessage("Factura", "Adjunta.", sender.header, ["luis@example.com"], reply_to=reply_to)
    return EmailBackend(host="localhost", port=25, alias="default").envelope(mail)


test_mail.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_no_name_adds_an_author_or_a_header(issuer: User) -> None:
    mailbox = Mailbox(
        company=issuer.company, from_email="ana@t3.test", host="h", port=587, secret_changed_at=timezone.now()
    )
    for name in names(COUNT):
        renderings = [
            (test_mail(mailbox, name), "ana@t3.test", []),
            (default(name), OURS, ["ana@example.com"]),
            (default("Ana", str(named(name, "ana@example.com"))), OURS, ["ana@example.com"]),
        ]
        for envelope, sender, reply_to in renderings:
            content, message = envelope.content, read(envelope.content)
            assert authors(message, "From") == [sender], name
            assert authors(message, "To") == ["luis@example.com"], name
            assert authors(message, "Reply-To") == reply_to, name
            assert set(message.keys()) <= EXPECTED, name
            assert len(set(message.keys())) == len(message.keys()), name
            assert content.isascii(), name
            # As a server sees it that unfolds, and decodes nothing.
            head = content.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ")
            assert b"\r" not in head.replace(b"\r\n", b""), name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("PANADERÍA LA ÑAPA, S.A. de C.V.", "PANADERÍA LA ÑAPA, S.A. de C.V."),
        ('Peña "El Güero"', 'Peña "El Güero"'),
        ("漢字 😀", "漢字 😀"),
        ("Tienda.com", "Tienda.com"),
        ("A/B y C: todo", "A/B y C: todo"),
        ("=?utf-8?q?Ana?=", "= ?utf-8?q?Ana? ="),
        ("HTTPS://EVIL.EXAMPLE/X", "HTTPS EVIL EXAMPLE/X"),
        ("www.evil.example", "www evil.example"),
        ("xwww.evil.example", "xwww evil.example"),
        ("_www.evil.example", "_www evil.example"),
        ("EVIL.EXAMPLE/X", "EVIL EXAMPLE/X"),
        ("evil.example:8080/x", "evil example:8080/x"),
        ("\\\\evil.example", "evil.example"),
        ("mailto:x@evil.example", "mailto x@evil.example"),
        ("javascript:/x", "javascript x"),
        ("a\u202eb\u2066c\u200bd", "a b c d"),
        ("Tienda \uf8ff", "Tienda"),
        ("a\U000f0000b\ufffec", "a b c"),
        ("evil.example?x=1", "evil example?x=1"),
        ("evil\uff0eexample\uff0fx", "evil example\uff0fx"),
        ("x" * 500, "x" * 120),
        ("\r\n \t", ""),
    ],
)
def test_a_name_stays_what_it_is_but_for_what_deceives(name: str, shown: str) -> None:
    assert defused(name) == shown


def test_defusing_twice_is_as_good_as_once() -> None:
    for name in names(500):
        assert defused(defused(name)) == defused(name)


@pytest.mark.parametrize(
    "head",
    [
        "From: <ceo@banco.com>, <ana@t3.test>\r\nTo: luis@example.com",
        "From: ana@t3.test\r\nFrom: ceo@banco.com\r\nTo: luis@example.com",
        "From: ana@t3.test\r\nTo: luis@example.com\r\nCc: x@evil.com",
        "From: ana@t3.test\r\nTo: luis@example.com\r\nReply-To: x@evil.com",
        "From: ana@t3.test\r\nTo: luis@example.com, x@evil.com",
        "From: ceo@banco.com\r\nTo: luis@example.com",
        "To: luis@example.com",
    ],
)
def test_what_names_others_is_not_sent(head: str) -> None:
    with pytest.raises(ForeignAuthor):
        check_authors(f"{head}\r\n\r\nx".encode(), sender="ana@t3.test", to=["luis@example.com"])


def test_no_machine_is_to_answer_and_one_click_stops_what_may_be_stopped() -> None:
    assert automatic() == {"Auto-Submitted": "auto-generated"}
    assert automatic("https://facturamos.test/r/x/") == {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": "<https://facturamos.test/r/x/>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


@pytest.mark.django_db
def test_the_mail_that_tests_a_mailbox_says_so_too(issuer: User) -> None:
    mailbox = Mailbox(
        company=issuer.company, from_email="ana@t3.test", host="h", port=587, secret_changed_at=timezone.now()
    )

    assert read(test_mail(mailbox, "Ana").content)["Auto-Submitted"] == "auto-generated"
