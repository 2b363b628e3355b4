"""The address that a mail comes back to names that mail, and nobody can make one up."""

import uuid

import pytest
from pytest_django.fixtures import Settings

from mailing.bounces import return_address
from mailing.bounces.return_address import envelope_sender, message_key, token

PK = uuid.UUID("0b1e5b4e-7a44-4e0c-9a35-0d8d3fb9a001")
pytestmark = pytest.mark.usefixtures("bounce_address")


def test_it_names_the_message_and_fits_into_an_address() -> None:
    local, _, domain = envelope_sender(PK).partition("@")

    assert domain == "facturamos.example"
    assert local.startswith("rebotes+")
    assert len(local) <= 64
    assert message_key(local.partition("+")[2]) == PK


def test_a_server_may_change_its_case() -> None:
    assert message_key(token(PK).upper()) == PK


def test_every_changed_letter_names_nothing() -> None:
    good = token(PK)
    for place, letter in enumerate(good):
        for other in "a7q":
            changed = good[:place] + other + good[place + 1 :]
            # The last letter holds two bits that mean nothing.
            assert letter == other or message_key(changed) in ({None} if place < 41 else {None, PK})


@pytest.mark.parametrize(
    "found", ["", "a" * 41, "a" * 42, "á" * 42, "1" * 42, token(PK)[:-1], token(PK) + "a"]
)
def test_what_is_no_token_names_nothing(found: str) -> None:
    assert message_key(found) is None


def test_another_sites_token_names_nothing_and_an_old_keys_still_does(settings: Settings) -> None:
    before = token(PK)
    settings.SECRET_KEY = "another"

    assert message_key(before) is None

    settings.SECRET_KEY_FALLBACKS = ["tests"]
    assert message_key(before) == PK


def test_without_an_address_of_its_own_a_mail_comes_back_to_its_sender(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = ""

    assert return_address.envelope_sender(PK) == ""
