"""What the rules say of values that are hard to tell apart."""

import secrets

import pytest

from facturamos.checks import addresses, rules


@pytest.mark.parametrize(
    "value", ["t1:", "t1:b25seQ==", "t1", ":x", "t 1:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="]
)
def test_a_ring_is_told_by_the_number_of_its_entry(value: str) -> None:
    good = "t0:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="

    assert rules.ring(good) == ""
    assert "entrada 2" in rules.ring(f"{good},{value}")


@pytest.mark.parametrize(
    "value", ["mail", "mail.example", "10.0.0.1", "::1", "[2001:db8::1]", "xn--ma-xka.mx"]
)
def test_hosts(value: str) -> None:
    assert addresses.host(value) == ""


@pytest.mark.parametrize(
    "value",
    [
        *("", "a..b", "a b", "a/b", "a:25", "https://a", "256", "a" * 300, "a" * 64 + ".mx"),
        *("[::1", "::1]", "_", "0x7f.1", "127.1"),
    ],
)
def test_what_is_no_host(value: str) -> None:
    assert addresses.host(value) != ""


@pytest.mark.parametrize(
    "query",
    [
        "host=/run/postgresql",
        "host=a,b&port=5432,5433",
        "host=a,b&port=5432",
        "host=a&sslmode=require&channel_binding=require",
        "host=a&sslrootcert=/etc/hostname",
    ],
)
def test_what_a_database_s_address_may_say(query: str) -> None:
    assert addresses.database(f"postgresql://u:p@/d?{query}") == ""


@pytest.mark.parametrize("value", ["rediss://h/0?ssl_ca_certs=/etc/hostname", "redis://u:p%40@h:6379/15"])
def test_what_a_broker_s_address_may_say(value: str) -> None:
    assert addresses.broker(value) == ""


@pytest.mark.parametrize("value", ["55 1234 5678", "(55) 1234-5678", "+52 (55) 1234 5678", "55.1234.5678"])
def test_phones(value: str) -> None:
    assert addresses.phone(value) == ""


@pytest.mark.parametrize("value", ["a@b.mx", "Facturamos <a@b.mx>", "Facturamos.com.mx <a@b.mx>"])
def test_senders(value: str) -> None:
    assert addresses.sender(value) == ""


def test_random_keys_are_not_taken_for_guessable_ones() -> None:
    for _ in range(200):
        assert rules.secret_key(secrets.token_hex(32)) == rules.secret_key(secrets.token_urlsafe(50)) == ""
        assert rules.token(secrets.token_urlsafe(16)) == rules.token(secrets.token_hex(16)) == ""
