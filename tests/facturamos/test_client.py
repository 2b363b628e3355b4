"""Whose address counts, and in which of the ways that gateways write it."""

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from facturamos import client

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.5", PROXY),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.1, 203.0.113.5", "203.0.113.5"),
        (2, "198.51.100.1, 203.0.113.5, 10.0.0.2", "203.0.113.5"),
        (1, "203.0.113.5:4711", "203.0.113.5"),
        (1, "[2001:db8::1]:4711", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "", PROXY),
        (1, "unknown", PROXY),
        (3, "203.0.113.5", PROXY),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
        (1, "[::ffff:203.0.113.5]:4711", "203.0.113.5"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_the_last_that_our_proxies_saw(settings: Settings, proxies: int, header: str, address: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": header}, REMOTE_ADDR=PROXY)

    assert client.address(request) == address


def test_the_server_s_own_view_of_ipv4_is_no_other_client(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 0

    assert client.address(RequestFactory().get("/", REMOTE_ADDR="::ffff:203.0.113.5")) == "203.0.113.5"
    assert client.address(RequestFactory().get("/", REMOTE_ADDR="unix")) == "unix"
