"""A distributor at its desk."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.models import User


@pytest.fixture
def desk(sign_in: Callable[[User], Client], distributor: User) -> Client:
    """The distributor, signed in."""
    return sign_in(distributor)
