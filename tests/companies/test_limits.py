"""So many within so long, exact however many come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from companies.limits import Limit, network_of
from companies.models import Tally
from companies.tasks import tidy

THREE = Limit("three", 3, timedelta(minutes=10))


@pytest.mark.django_db(transaction=True)
def test_of_sixty_at_once_as_many_pass_as_may() -> None:
    def take(number: int) -> bool:
        try:
            return THREE.take("somebody")
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        passed = sum(pool.map(take, range(60)))

    assert passed == 3
    assert THREE.is_spent("somebody")
    assert not THREE.is_spent("somebody else")


@pytest.mark.django_db
def test_what_is_given_back_may_be_taken_again() -> None:
    for _ in range(3):
        assert THREE.take("somebody")
    THREE.give_back("somebody")

    assert THREE.take("somebody")
    assert not THREE.take("somebody")


@pytest.mark.django_db
def test_it_begins_anew_when_its_time_is_over_and_leaves_nothing() -> None:
    for _ in range(4):
        THREE.take("somebody")
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert not THREE.is_spent("somebody")
        assert THREE.take("somebody")
        assert Tally.objects.get().count == 1
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        tidy()
    assert not Tally.objects.exists()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_one_client_s_addresses_count_together(address: str, network: str) -> None:
    assert network_of(address) == network
