"""Reading what servers send back: whatever it is, within a bounded time."""

import os
import random
import time

import pytest

from mailing.bounces import reports
from tests.mailing.bounces.samples import standard, words
from tests.mailing.bounces.samples_standard import fields

TAG = "a" * 42
CAME_TO = f"rebotes+{TAG}@facturamos.example"
SPOILED = 20_000 if os.environ.get("FUZZ") else 300


def nested(depth: int, kind: str = "multipart/mixed") -> bytes:
    opened = b"".join(
        b'Content-Type: %s; boundary="b%d"\r\n\r\n--b%d\r\n' % (kind.encode(), level, level)
        for level in range(depth)
    )
    return b"From: MAILER-DAEMON@x.mx\r\nTo: " + CAME_TO.encode() + b"\r\n" + opened + b"x"


HOSTILE = {
    "huge": standard(CAME_TO, fields=fields()) + b"x" * 30_000_000,
    "one line of 20 MB": b"Subject: " + b"a" * 20_000_000,
    "a hundred thousand headers": b"To: a@b\n" * 100_000 + standard(CAME_TO, fields=fields()),
    "a hundred thousand recipients": standard(CAME_TO, fields="\n\n".join([fields()] * 100_000)),
    "nested": nested(5000),
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 8000,
    "nested reports": nested(5000, "multipart/report"),
    "endless encoded word": b"From: MAILER-DAEMON@x.mx\nSubject: "
    + b"=?utf-8?q?=41?= " * 15_000
    + b"\n\nfailed",
    "tags without end": words(CAME_TO, "<" * 200_000, kind="text/html"),
    "dashes without end": words(CAME_TO, "delivery failed " + "-" * 200_000),
    "numbers without end": words(CAME_TO, "delivery failed " + "5." * 100_000),
    "at signs without end": words(CAME_TO, "delivery failed " + "a@" * 100_000),
    "blanks without end": words(CAME_TO, "delivery failed" + " " * 200_000 + "x"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_report_costs_little(what: str) -> None:
    begun = time.process_time()

    reports.read(HOSTILE[what])

    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "charset",
    ["utf-8", "latin-1", "utf-16", "base64", "rot13", "x-unknown", "\x00", "ñ", "cp65001", "idna", ""],
)
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit", "uuencode", "x-gzip", "ñ"])
def test_odd_encodings_are_read_as_far_as_they_can_be(charset: str, encoding: str) -> None:
    kind = f'text/plain; charset="{charset}"\nContent-Transfer-Encoding: {encoding}'

    report = reports.read(words(CAME_TO, "550 5.1.1 user unknown", kind=kind))

    assert report is not None
    assert report.tokens == (TAG,)


def test_an_encoded_status_is_read() -> None:
    report = reports.read(standard(CAME_TO, fields=fields(), encoding="base64"))

    assert report is not None
    assert [failed.refusal.enhanced for failed in report.failed] == ["5.1.1"]


def test_the_international_form_is_read() -> None:
    kind = "message/global-delivery-status"

    report = reports.read(
        standard(CAME_TO, fields=fields(final="utf-8; josé@panadería.mx"), status_type=kind)
    )

    assert report is not None
    assert report.failed[0].nobody


@pytest.mark.parametrize(
    ("came_to", "about", "returned"),
    [
        (f"Rebotes <{CAME_TO.upper()}>", "Reporting-MTA: dns; mx.example.net", ""),
        ("rebotes@facturamos.example", f"Original-Envelope-Id: {TAG}", ""),
        ("rebotes@facturamos.example", "Reporting-MTA: dns; mx.example.net", f"Return-Path: <{CAME_TO}>\n"),
    ],
)
def test_the_token_is_found_wherever_it_stands(came_to: str, about: str, returned: str) -> None:
    report = reports.read(standard(came_to, fields=fields(), about=about, returned=returned))

    assert report is not None
    assert [token.lower() for token in report.tokens] == [TAG]


def test_spoiled_reports_never_raise() -> None:
    chance = random.Random(14)  # noqa: S311  (repeatable)
    begin = [standard(CAME_TO, fields=fields()), words(CAME_TO, "delivery failed: 550 5.1.1 user unknown")]
    for _ in range(SPOILED):
        spoiled = bytearray(chance.choice(begin))
        for _ in range(chance.randint(1, 30)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        reports.read(bytes(spoiled[: chance.randint(1, len(spoiled))]))
