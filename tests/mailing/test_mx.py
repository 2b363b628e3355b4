"""The one question to the name server: who takes a domain's mail. No answer of any kind is an error."""

import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from mailing import mx, providers
from mailing.providers import Settings

GOOGLE = b"\x05aspmx\x01l\x06google\x03com\x00"


def answer(question: bytes, *records: tuple[int, bytes]) -> bytes:
    """A name server's answer: MX records of preference and name, after the repeated question."""
    body = b"".join(
        b"\xc0\x0c" + struct.pack(">2HIHH", mx.MX, 1, 60, len(name) + 2, preference) + name
        for preference, name in records
    )
    return question[:2] + struct.pack(">5H", 0x8180, 1, len(records), 0, 0) + question[12:] + body


@contextmanager
def name_server(reply: Callable[[bytes], bytes]) -> Iterator[mx.Address]:
    """A name server for one question; an empty reply is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)

        def serve() -> None:
            question, asker = server.recvfrom(512)
            if said := reply(question):
                server.sendto(said, asker)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()
        thread.join()


def test_it_names_the_best_server_first() -> None:
    def reply(question: bytes) -> bytes:
        # The second is compressed: «alt1» and a pointer to the domain that was asked about.
        return answer(question, (30, b"\x04alt1\xc0\x0c"), (10, GOOGLE))

    with name_server(reply) as server:
        found = mx.look_up("ñandú.mx", [server])

    assert found == ["aspmx.l.google.com", "alt1.xn--and-6ma2c.mx"]
    assert providers.propose("ana@ñandú.mx", found) == Settings("smtp.gmail.com", 587)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda question: answer(question),
        lambda question: b"\0\0" + answer(question, (10, GOOGLE))[2:],
        lambda question: answer(question, (10, GOOGLE))[:40],
        lambda question: answer(question, (10, b"\xc0\x2c")),  # a name that points at itself
        lambda question: answer(question, (10, b"\xff\xff")),
        lambda question: answer(question, (10, b"\x04\xff\xfe\xfd\xfc\x00")),
        lambda question: question,
        lambda question: b"x",
    ],
)
def test_a_bad_answer_is_none(spoil: Callable[[bytes], bytes]) -> None:
    with name_server(spoil) as server:
        assert mx.look_up("panaderia.mx", [server]) == []


def test_silence_ends_in_time() -> None:
    begun = time.monotonic()

    with name_server(lambda question: b"") as server:
        assert mx.look_up("panaderia.mx", [server, server]) == []

    assert time.monotonic() - begun < mx.TIMEOUT_SECONDS + 0.5


@pytest.mark.parametrize("domain", ["", "a..b", "x" * 64 + ".mx", ".", "-" * 300])
def test_what_is_no_domain_is_not_asked_about(domain: str) -> None:
    assert mx.look_up(domain, [("127.0.0.1", 9)]) == []


def test_random_bytes_are_unreadable_or_empty() -> None:
    chance = random.Random(6)  # noqa: S311  (repeatable)
    whole = answer(mx.question("panaderia.mx", 7), (10, GOOGLE), (20, b"\x02mx\xc0\x0c"))
    for _ in range(5000):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            spoiled[chance.randrange(2, len(spoiled))] = chance.randrange(256)
        try:
            mx.read(bytes(spoiled[: chance.randint(0, len(spoiled))]), 7)
        except mx.Unreadable:
            continue


@pytest.mark.parametrize(
    ("exchangers", "host"),
    [
        (["panaderia-mx.mail.protection.outlook.com"], "smtp.office365.com"),
        (["aspmx.l.google.com"], "smtp.gmail.com"),
        (["mx.zoho.com", "mx2.zoho.com"], "smtppro.zoho.com"),
        (["smtp.secureserver.net"], "smtpout.secureserver.net"),
        (["mx1.hostinger.com"], "smtp.hostinger.com"),
        (["mx.panaderia.mx", "notgoogle.com"], "mail.panaderia.mx"),
        ([], "mail.panaderia.mx"),
    ],
)
def test_who_takes_the_mail_tells_the_provider(exchangers: list[str], host: str) -> None:
    assert providers.propose("ana@panaderia.mx", exchangers).host == host
