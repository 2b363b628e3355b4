"""How pages reach support, from settings as people write them."""

from typing import Any

import pytest

from facturamos.context import support


@pytest.mark.parametrize(
    ("whatsapp", "address"),
    [
        ("477 123 4567", "https://wa.me/524771234567"),
        ("+52 (477) 123-4567", "https://wa.me/524771234567"),
        ("+52 1 477 123 4567", "https://wa.me/5214771234567"),
        ("", ""),
    ],
)
def test_whatsapp_opens_with_the_number_as_whatsapp_wants_it(
    settings: Any, whatsapp: str, address: str
) -> None:
    settings.SUPPORT = settings.SUPPORT | {"whatsapp": whatsapp}

    assert support()["whatsapp_url"] == address


def test_what_is_not_set_has_no_address(settings: Any) -> None:
    settings.SUPPORT = dict.fromkeys(settings.SUPPORT, "")

    assert support()["phone_url"] == ""
