"""New accounts."""

import pytest
from django.db import IntegrityError

from companies.accounts.credentials import create_account
from companies.models import Company, User
from mailing.models import Message


def open_account(distributor: User, rfc: str = "ENA190312AB1", **more: str) -> User:
    assert distributor.distributor is not None
    return create_account(
        distributor=distributor.distributor,
        name="ESTUDIO ÑANDÚ",
        rfc=rfc,
        full_name="Zoë Ñáñez",
        email="zoe@example.com",
        **more,
    )


def test_an_account_is_a_company_a_user_and_a_mail(distributor: User) -> None:
    user = open_account(distributor)

    assert user.company is not None
    assert user.company.distributor == distributor.distributor
    assert user.password_is_temporary
    assert not user.has_usable_password()
    assert user.confirmed_email == ""
    message = Message.objects.get()
    assert (message.kind, message.to, message.about) == (
        "companies.credentials",
        "zoe@example.com",
        str(user.pk),
    )
    assert message.company_id == user.company_id


def test_the_proposed_user_name_is_the_companys_code(distributor: User, issuer: User) -> None:
    first = open_account(distributor)
    assert first.company is not None
    following = f"f{first.company_id + 1:06}"  # type: ignore[operator]
    User.objects.filter(pk=issuer.pk).update(username=following.upper())

    second = open_account(distributor, rfc="ENB190312AB1")

    assert first.username == first.company.code.lower()
    assert second.username == f"{following}-2"


def test_a_given_user_name_is_kept(distributor: User) -> None:
    assert open_account(distributor, username="Zoë").username == "Zoë"


def test_the_database_refuses_the_same_rfc_twice(distributor: User) -> None:
    open_account(distributor)

    with pytest.raises(IntegrityError):
        open_account(distributor)


def test_two_distributors_may_have_the_same_company(distributor: User, other_distributor: User) -> None:
    open_account(distributor)
    open_account(other_distributor)

    assert Company.objects.filter(rfc="ENA190312AB1").count() == 2
