"""Opening an account: what a distributor does for its client, in one transaction."""

from typing import cast

from django.db import transaction

from companies import services
from companies.models import Company, Distributor, User
from onboarding.models import Onboarding


@transaction.atomic
def open_account(
    *,
    distributor: Distributor,
    name: str,
    rfc: str,
    full_name: str,
    email: str,
    phone: str = "",
    username: str = "",
) -> User:
    """Creates company, user and the way through the steps, and queues the credentials mail.

    The arguments are as `companies.services.create_account` takes them, already validated.
    """
    user = services.create_account(
        distributor=distributor,
        name=name,
        rfc=rfc,
        full_name=full_name,
        email=email,
        phone=phone,
        username=username,
    )
    Onboarding.objects.create(company=cast("Company", user.company))
    return user
