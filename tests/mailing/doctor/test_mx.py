"""The one question to the name server: who takes a domain's mail. No answer of any kind is an error."""

import os
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from mailing.doctor import mx, providers
from mailing.doctor.smtp_settings import SmtpSettings

MX, SRV = 15, 33
# dnspython reads the answers, and is tested on its own; a few are for our handling of what it raises.
SPOILED = 5000 if os.environ.get("FUZZ") else 4
GOOGLE = b"\x05aspmx\x01l\x06google\x03com\x00"


def answer(question: bytes, *records: tuple[int, bytes]) -> bytes:
    """A name server's answer: MX records of preference and name, after the repeated question."""
    body = b"".join(
        b"\xc0\x0c" + struct.pack(">2HIHH", MX, 1, 60, len(name) + 2, preference) + name
        for preference, name in records
    )
    return question[:2] + struct.pack(">5H", 0x8180, 1, len(records), 0, 0) + question[12:] + body


@contextmanager
def name_server(reply: Callable[[bytes], bytes]) -> Iterator[mx.Address]:
    """A name server; an empty reply is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with suppress(TimeoutError):
                    question, asker = server.recvfrom(512)
                    if said := reply(question):
                        server.sendto(said, asker)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()
        finally:
            ended.set()
            thread.join()


def test_it_names_the_best_server_first() -> None:
    def reply(question: bytes) -> bytes:
        # The second is compressed: «alt1» and a pointer to the domain that was asked about.
        return answer(question, (30, b"\x04alt1\xc0\x0c"), (10, GOOGLE))

    with name_server(reply) as server:
        found = mx.look_up("ñandú.mx", [server])

    assert found == ["aspmx.l.google.com", "alt1.xn--and-6ma2c.mx"]
    assert providers.propose("ana@ñandú.mx", found) == SmtpSettings("smtp.gmail.com", 587)


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


def test_random_bytes_never_raise() -> None:
    chance = random.Random(6)  # noqa: S311  (repeatable)

    def spoil(question: bytes) -> bytes:
        spoiled = bytearray(answer(question, (10, GOOGLE), (20, b"\x02mx\xc0\x0c")))
        for _ in range(chance.randint(1, 8)):
            spoiled[chance.randrange(2, len(spoiled))] = chance.randrange(256)
        return bytes(spoiled[: chance.randint(1, len(spoiled))])

    with name_server(spoil) as server:
        for _ in range(SPOILED):
            assert all(host.isascii() for host in mx.look_up("panaderia.mx", [server]))


@pytest.mark.parametrize(
    ("exchangers", "host"),
    [
        (["panaderia-mx.mail.protection.outlook.com"], "smtp.office365.com"),
        (["aspmx.l.google.com"], "smtp.gmail.com"),
        (["mx.zoho.com", "mx2.zoho.com"], "smtppro.zoho.com"),
        (["smtp.secureserver.net"], "smtpout.secureserver.net"),
        (["mx1.hostinger.com"], "smtp.hostinger.com"),
        (["mx1.hostinger.mx"], "smtp.hostinger.com"),
        (["mx1.titan.email"], "smtp.titan.email"),
        (["mx1.emailsrvr.com"], "secure.emailsrvr.com"),
        (["mx00.ionos.mx"], "smtp.ionos.mx"),
        (["mx1.privateemail.com"], "mail.privateemail.com"),
        (["mail.protonmail.ch"], "smtp.protonmail.ch"),
        (["in1-smtp.messagingengine.com"], "smtp.fastmail.com"),
        (["mx.yandex.net"], "smtp.yandex.com"),
        (["inbound-smtp.us-west-2.amazonaws.com"], "smtp.mail.us-west-2.awsapps.com"),
        (["mx3.naver.com"], "smtp.naver.com"),
        (["mx.zoho.eu", "mx2.zoho.eu"], "smtppro.zoho.eu"),
        (["mx.zoho.com.au"], "smtppro.zoho.com.au"),
        (["mx.notzoho.eu"], "mail.panaderia.mx"),
        (["mx1.flockmail.com"], "smtp.titan.email"),
        (["aspmx1.migadu.com"], "smtp.migadu.com"),
        (["mx1.neo.space"], "smtp0001.neo.space"),
        (["mx.panaderia.mx", "notgoogle.com"], "mail.panaderia.mx"),
        ([], "mail.panaderia.mx"),
    ],
)
def test_who_takes_the_mail_tells_the_provider(exchangers: list[str], host: str) -> None:
    assert providers.propose("ana@panaderia.mx", exchangers).host == host


# --- what the domain itself announces (SRV)


def srv(*records: tuple[int, int, int, bytes]) -> Callable[[bytes], bytes]:
    """Answers questions about TLS from the start with records of priority, weight, port and name."""

    def reply(question: bytes) -> bytes:
        if b"\x0c_submissions" not in question:
            return answer(question)
        body = b"".join(
            b"\xc0\x0c" + struct.pack(">2HIHHHH", SRV, 1, 60, len(name) + 6, priority, weight, port) + name
            for priority, weight, port, name in records
        )
        return question[:2] + struct.pack(">5H", 0x8180, 1, len(records), 0, 0) + question[12:] + body

    return reply


OWN = b"\x04post\x09panaderia\x02mx\x00"


@pytest.mark.parametrize("exchanger", ["mx1.siteground.biz", "mx10.antispam.mailspamprotection.com"])
def test_a_host_whose_customers_send_by_their_own_domain_is_known(exchanger: str) -> None:
    found = providers.provider_of("ana@panaderia.mx", exchangers=[exchanger])

    assert found is not None
    assert (found.name, found.settings.host) == ("SiteGround", "mail.panaderia.mx")


@pytest.mark.parametrize(
    ("exchanger", "name"),
    [
        ("us-smtp-inbound-1.mimecast.com", "Mimecast"),
        ("mxa-001.pphosted.com", "Proofpoint"),
        ("d1.us.mx.barracudanetworks.com", "Barracuda"),
        ("route1.mx.cloudflare.net", "Cloudflare"),
        ("mail.panaderia.mx", ""),
        ("notmimecast.com", ""),
    ],
)
def test_a_filter_before_the_server_is_known_and_is_no_server(exchanger: str, name: str) -> None:
    assert providers.filter_of([exchanger]) == name
    assert providers.provider_of("ana@panaderia.mx", exchangers=[exchanger]) is None


def test_what_the_domain_announces_comes_before_a_guess() -> None:
    with name_server(srv((20, 0, 465, b"\x01b\x02mx\x00"), (10, 5, 465, OWN))) as server:
        found = mx.ask("panaderia.mx", [server])

    assert found.announced == [SmtpSettings("post.panaderia.mx", 465), SmtpSettings("b.mx", 465)]
    assert providers.propose("ana@panaderia.mx", found.exchangers, found.announced) == found.announced[0]


def test_a_known_provider_comes_before_what_the_domain_announces() -> None:
    announced = [SmtpSettings("post.panaderia.mx", 465)]

    assert providers.propose("ana@gmail.com", [], announced).host == "smtp.gmail.com"
    assert providers.propose("ana@panaderia.mx", ["mx1.titan.email"], announced).host == "smtp.titan.email"


@pytest.mark.parametrize(
    "record",
    [
        (0, 0, 0, b"\x00"),  # «.»: there is no such service
        (0, 0, 465, b"\x00"),
        (0, 0, 6379, OWN),
        (0, 0, 22, OWN),
        (0, 0, 465, b"\x09localhost\x00"),
        (0, 0, 465, b"\x03a b\x02mx\x00"),
    ],
)
def test_what_is_no_mail_server_is_not_proposed(record: tuple[int, int, int, bytes]) -> None:
    with name_server(srv(record)) as server:
        assert mx.look_up_services("panaderia.mx", [server]) == []


def test_all_questions_together_end_in_time() -> None:
    begun = time.monotonic()

    with name_server(lambda question: b"") as server:
        assert mx.ask("panaderia.mx", [server, server]) == mx.DomainMail()

    assert time.monotonic() - begun < 3


@pytest.mark.parametrize("first", ["fails", "is silent"])
def test_the_second_name_server_is_asked_where_the_first_is_no_help(first: str) -> None:
    def fail(question: bytes) -> bytes:
        return question[:2] + struct.pack(">5H", 0x8182, 1, 0, 0, 0) + question[12:]

    def be_silent(question: bytes) -> bytes:
        return b""

    with (
        name_server(fail if first == "fails" else be_silent) as bad,
        name_server(lambda question: answer(question, (10, GOOGLE))) as good,
    ):
        assert mx.look_up("panaderia.mx", [bad, good]) == ["aspmx.l.google.com"]
