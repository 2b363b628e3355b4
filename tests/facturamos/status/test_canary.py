"""The canary tells the wrong ring from the right one, in any order of a rotation."""

import pytest
from django.core.checks import Error
from django.core.management import call_command
from pytest_django import Settings

from facturamos.status import canary
from facturamos.status.models import RingCanary

OURS = "t1:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="
NEXT = "t2:dHdvIGZvciB0aGUgdGVzdHMgb2YgdGhpcyBzaXRlISE="

pytestmark = pytest.mark.django_db


def found(settings: Settings, *ring: str) -> list[str]:
    settings.FACTURAMOS_KEYS = list(ring)
    return [
        str(each.msg) for each in canary.check_ring(None, databases=["default"]) if isinstance(each, Error)
    ]


def test_migrate_left_one_and_leaves_no_second() -> None:
    canary.leave()

    assert RingCanary.objects.count() == 1
    assert canary.sings()


def test_another_ring_is_refused_without_a_word_of_it(settings: Settings) -> None:
    [message] = found(settings, NEXT)

    assert "FACTURAMOS_KEYS" in message
    assert "dHdv" not in message


def test_a_key_of_the_same_name_but_another_value_is_refused(settings: Settings) -> None:
    assert found(settings, NEXT.replace("t2", "t1"))


def test_a_rotation_in_two_phases_is_accepted_everywhere(settings: Settings) -> None:
    for ring in ([OURS], [OURS, NEXT], [NEXT, OURS]):
        assert found(settings, *ring) == []

    call_command("rotate_keys", verbosity=0)

    assert found(settings, OURS, NEXT) == []
    assert found(settings, NEXT) == []
    assert found(settings, OURS)


def test_a_ring_that_cannot_be_read_is_an_error_too(settings: Settings) -> None:
    [message] = found(settings, "build")

    assert message.startswith("FACTURAMOS_KEYS")
    assert "build" not in message


def test_a_database_without_a_canary_is_no_reason_to_stop(settings: Settings) -> None:
    RingCanary.objects.all().delete()

    assert found(settings, NEXT) == []
