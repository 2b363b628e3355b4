"""No spelling and no record of an internal host leads to a connection."""

import socket
import time

import pytest

from facturamos import public_hosts
from mailing.smtp import client
from mailing.smtp.client import Conversation
from mailing.smtp.protocol import PORTS, Failure, Security, Server, SmtpLimits
from tests.mailing import faulty_servers
from tests.mailing.faulty_servers import serving
from tests.stack import wait_for

INTERNAL_V4 = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]
INTERNAL_V6 = [
    "::",
    "::1",
    "100::1",
    "2001:db8::1",
    "2001:2::1",
    "2001::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "64:ff9b:1::7f00:1",
    "3fff::1",
    "5f00::1",
    "4000::1",
]


def _hex(address: str) -> str:
    a, b, c, d = (int(part) for part in address.split("."))
    return f"{a:02x}{b:02x}:{c:02x}{d:02x}"


# Every way that IPv6 has of carrying an IPv4 address.
EMBEDDED = [
    form.format(v4=_hex(v4))
    for v4 in INTERNAL_V4
    for form in (
        "::{v4}",
        "::ffff:{v4}",
        "::ffff:0:{v4}",
        "64:ff9b::{v4}",
        "2002:{v4}::1",
        "2a00:1450:0:0:0:5efe:{v4}",
        "2a00:1450:0:0:200:5efe:{v4}",
    )
]
# What the system's resolver itself understands as an internal host.
SPELLINGS = [
    "127.1",
    "127.0.1",
    "0",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0177.0.0.01",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ip6-localhost",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "ⓛocalhost",
    "１２７.0.0.1",
    "0xa9fea9fe",
    "2852039166",
    "169.254.43518",
    "0xa000001",
    "167772161",
    "10.1",
    "192.168.1",
    "3232235777",
    "0xc0a80101",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "[::1]",
    "fe80::1%lo",
    "",
    " ",
    ".",
    "127.0.0.1\0.example.com",
    "127.0.0.1 ",
    "127.0.0.1\r\n",
    "a" * 64 + ".example",
    "xn--",
    "http://127.0.0.1",
    "user@127.0.0.1",
]
ALL = [*INTERNAL_V4, *INTERNAL_V6, *EMBEDDED, *SPELLINGS]


def test_there_are_more_than_200_of_them() -> None:
    assert len(set(ALL)) > 200


@pytest.mark.parametrize("address", [*INTERNAL_V4, *INTERNAL_V6, *EMBEDDED])
def test_an_internal_address_is_not_public(address: str) -> None:
    assert not public_hosts.is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "142.250.1.109", "2a00:1450:4010:c0f::6d", "64:ff9b::808:808"],
)
def test_a_public_address_is(address: str) -> None:
    assert public_hosts.is_public(address)


def test_no_spelling_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []

    def note(address: tuple[str, int], **kwargs: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", note)

    for host in ALL:
        conversation = Conversation(
            Server(host, 587, Security.STARTTLS), allowed=[], limits=SmtpLimits(lookup=1)
        )
        with conversation, pytest.raises(Failure) as raised:
            conversation.open()
        assert raised.value.code in ("internal", "name_not_found", "timeout"), host

    assert connected == []


@pytest.mark.parametrize("address", [*INTERNAL_V4, *INTERNAL_V6, *EMBEDDED])
def test_no_record_is_connected_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of the attacker's may have any record, also beside a public one."""
    connected: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **kwargs: connected.append(args))

    for records in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        conversation = Conversation(
            Server("mail.attacker.example", 587, Security.STARTTLS),
            allowed=[],
            lookup=lambda host, port, records=records: records,  # type: ignore[misc]
        )
        with conversation, pytest.raises(Failure, match="internal"):
            conversation.open()

    assert connected == []


def test_a_server_on_this_machine_hears_of_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is replaced but the port: the real resolver, and a real server that would be reached."""
    with serving(faulty_servers.silent) as server:
        monkeypatch.setattr(client, "PORTS", (server.port,))
        socket.create_connection(("127.0.0.1", server.port)).close()
        wait_for(lambda: len(server.talks) == 1)  # it listens

        for host in ALL:
            conversation = Conversation(
                Server(host, server.port, Security.STARTTLS), allowed=[], limits=SmtpLimits(lookup=1)
            )
            with conversation, pytest.raises(Failure):
                conversation.open()

    assert len(server.talks) == 1


def test_one_internal_address_among_public_ones_is_enough() -> None:
    with pytest.raises(public_hosts.Blocked, match="internal"):
        public_hosts.resolve(
            "mail.example.com",
            587,
            seconds=1,
            allowed=[],
            ports=PORTS,
            lookup=lambda *_: ["8.8.8.8", "10.0.0.1"],
        )


def test_a_name_that_changes_its_address_gains_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["203.0.114.5"] if len(asked) == 1 else ["127.0.0.1"]

    def note(address: tuple[str, int], **kwargs: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", note)
    conversation = Conversation(
        Server("rebind.example", 587, Security.STARTTLS), allowed=[], lookup=rebinding
    )
    with conversation, pytest.raises(Failure, match="refused"):
        conversation.open()

    assert (asked, connected) == (["rebind.example"], [("203.0.114.5", 587)])


@pytest.mark.parametrize("port", [1, 22, 80, 443, 3306, 5432, 6379, 8000, 11211, 65535])
def test_only_mail_ports_are_open(port: int) -> None:
    with pytest.raises(public_hosts.Blocked, match="blocked_port"):
        public_hosts.resolve(
            "mail.example.com", port, seconds=1, allowed=[], ports=PORTS, lookup=lambda *_: ["8.8.8.8"]
        )


def test_a_development_exception_is_exact() -> None:
    with serving(faulty_servers.silent) as server:
        allowed = [f"localhost:{server.port}"]
        found = public_hosts.resolve("localhost", server.port, seconds=2, allowed=allowed, ports=PORTS)
        assert "127.0.0.1" in found
        for host, port in (("127.0.0.1", server.port), ("localhost", server.port + 1), ("localhost", 587)):
            with pytest.raises(public_hosts.Blocked):
                public_hosts.resolve(host, port, seconds=2, allowed=allowed, ports=PORTS)

    assert server.talks == []


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    def hang(host: str, port: int) -> list[str]:
        time.sleep(1)
        return []

    begun = time.monotonic()
    with pytest.raises(public_hosts.Blocked, match="timeout"):
        public_hosts.resolve("slow.example", 587, seconds=0.1, allowed=[], ports=PORTS, lookup=hang)

    assert time.monotonic() - begun < 0.5
