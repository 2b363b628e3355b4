"""The form classes of the product, for tests of what holds of each of them."""

from collections.abc import Iterator
from typing import Any

OURS = {"certificates", "companies", "facturamos", "mailing", "onboarding"}


def all_forms(kind: type[Any]) -> Iterator[type[Any]]:
    """Every class of ours below this one; none of a test, and none that Django made for a page of admin."""
    for subclass in kind.__subclasses__():
        if subclass.__module__.partition(".")[0] in OURS:
            yield subclass
        yield from all_forms(subclass)
