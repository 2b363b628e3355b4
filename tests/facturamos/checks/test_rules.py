"""What the rules say of values that are hard to tell apart."""

import pytest

from facturamos.checks import rules


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
    assert rules.host(value) == ""


@pytest.mark.parametrize("value", ["", "a..b", "a b", "a/b", "a:25", "https://a", "256", "a" * 300])
def test_what_is_no_host(value: str) -> None:
    assert rules.host(value) != ""
