"""Opening an account: what a distributor does for its client, in one transaction."""

from typing import cast

from django.db import transaction

from companies.accounts import credentials
from companies.forms import AddressForm
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
    address: AddressForm | None = None,
    **more: object,
) -> User:
    """Creates company, user and the way through the steps, and queues the credentials mail.

    The arguments are as `create_account` of companies.accounts.credentials takes them, already validated;
    `address` is the fiscal one, in a valid form. Its step, like the others, waits for the issuer to
    confirm it.
    """
    user = credentials.create_account(
        distributor=distributor,
        name=name,
        rfc=rfc,
        full_name=full_name,
        email=email,
        phone=phone,
        username=username,
        **more,
    )
    company = cast("Company", user.company)
    Onboarding.objects.create(company=company)
    if address:
        address.instance.company = company
        address.save()
    return user
