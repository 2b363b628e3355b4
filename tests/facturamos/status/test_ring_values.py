"""How many values each key has: counted each hour, and by what changes many of them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from facturamos import vault
from facturamos.status import ring_values
from facturamos.status.findings import ring_findings
from facturamos.status.models import KeyCount, RingCanary

pytestmark = pytest.mark.django_db
NEW = "n2:YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9mIGEgcmluZyE="


@pytest.fixture(autouse=True)
def _the_clock_stands_still() -> Iterator[None]:
    with time_machine.travel(timezone.now(), tick=False):
        yield


def said() -> list[str]:
    return [each.said for each in ring_findings() if each.key == "ring.values"]


def encrypt_one_more() -> None:
    row = RingCanary()
    vault.put(row, "value", b"facturamos")
    row.save()


def test_before_the_first_count_they_are_counted_now() -> None:
    encrypt_one_more()
    assert said() == ["valores: 2 (hace 0 s)"]


def test_from_then_on_estado_says_when_they_were() -> None:
    ring_values.count()
    KeyCount.objects.update(counted_at=timezone.now() - timedelta(minutes=40))
    encrypt_one_more()
    assert said() == ["valores: 1 (hace 40 min)"]

    ring_values.count()
    assert said() == ["valores: 2 (hace 0 s)"]


def test_who_rotates_reads_at_once_what_is_left(settings: Settings) -> None:
    ring_values.count()
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]
    call_command("rotate_keys", verbosity=0)
    assert ring_values.values_by_key().by_key == {"n2": 1}


def test_where_nothing_is_encrypted_that_is_known_too_and_not_counted_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    RingCanary.objects.all().delete()
    ring_values.count()
    then = timezone.now() - timedelta(minutes=40)
    KeyCount.objects.update(counted_at=then)

    with django_assert_num_queries(1):
        values = ring_values.values_by_key()

    assert (values.by_key, values.at) == ({}, then)
