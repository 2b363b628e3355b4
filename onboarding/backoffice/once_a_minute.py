"""Pictures of many companies that are drawn once a minute: each reads more than a page should."""

from collections.abc import Callable
from typing import cast

from django.core.cache import cache

from companies.models import User

# In seconds.
KEPT = 60


def within_a_minute[P](name: str, user: User, draw: Callable[[], P]) -> P:
    """The picture as it was within the last minute; who sees the same companies sees the same one."""
    key = f"{name}/{'all' if user.is_support else user.distributor_id}"
    return cast("P", cache.get_or_set(key, draw, KEPT))
