"""Accounts, evidence and copied addresses."""

import pytest
from django.db import IntegrityError

from companies.models import Address, Company, NoticeAcceptance, PrivacyNotice, User
from companies.services import copy_fiscal_address, create_account, record_acceptance
from mailing.models import Message

ADDRESS = {
    "street": "Hidalgo",
    "exterior_number": "12",
    "interior_number": "B",
    "neighborhood": "Centro",
    "postal_code": "37000",
    "reference": "Frente al mercado",
    "locality": "León de los Aldama",
    "municipality": "León",
    "state": "Guanajuato",
}


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


@pytest.fixture
def notice(db: None) -> PrivacyNotice:
    notice = PrivacyNotice.objects.create(version="2026-1", text="Cuidamos sus datos.")
    notice.publish()
    return notice


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


def test_accepting_a_notice_leaves_evidence(issuer: User, notice: PrivacyNotice) -> None:
    assert issuer.company is not None

    acceptance = record_acceptance(notice, issuer.company, issuer, "192.0.2.1", "Firefox")

    assert acceptance.sha256 == notice.sha256
    assert (acceptance.user, acceptance.address, acceptance.browser) == (issuer, "192.0.2.1", "Firefox")


def test_accepting_twice_is_accepting_once(issuer: User, notice: PrivacyNotice) -> None:
    assert issuer.company is not None

    first = record_acceptance(notice, issuer.company, issuer, "192.0.2.1", "Firefox")
    again = record_acceptance(notice, issuer.company, issuer, "192.0.2.2", "Chrome")

    assert first.pk == again.pk
    assert NoticeAcceptance.objects.get().address == "192.0.2.1"


def test_there_is_nothing_to_copy_before_step_5(issuer: User) -> None:
    assert issuer.company is not None

    assert copy_fiscal_address(issuer.company) is None
    assert not Address.objects.exists()


def test_the_fiscal_address_is_copied(issuer: User) -> None:
    company = issuer.company
    assert company is not None
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)

    copy_fiscal_address(company)

    copied = company.addresses.get(kind=Address.Kind.ISSUING)
    assert {name: getattr(copied, name) for name in ADDRESS} == ADDRESS
    assert copied.country == "México"


def test_copying_again_follows_a_correction(issuer: User) -> None:
    company = issuer.company
    assert company is not None
    fiscal = Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    copy_fiscal_address(company)
    fiscal.interior_number = ""
    fiscal.save()

    copy_fiscal_address(company)

    assert company.addresses.get(kind=Address.Kind.ISSUING).interior_number == ""


def test_two_distributors_may_have_the_same_company(distributor: User, other_distributor: User) -> None:
    open_account(distributor)
    open_account(other_distributor)

    assert Company.objects.filter(rfc="ENA190312AB1").count() == 2
