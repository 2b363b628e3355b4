"""Users in admin: support makes and corrects them; nobody touches another's password."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.models import User
from mailing.models import Message
from tests.admin_page import filled
from tests.conftest import PASSWORD

SignIn = Callable[[User], Client]
USERS = "/admin/companies/user/"
NEW_STAFF = {
    "role": "support",
    "username": "nueva.soporte",
    "full_name": "Nadia Núñez",
    "email": "nadia@example.com",
    "phone": "",
}


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_superuser("dueña", PASSWORD, email="owner@example.com")


def test_support_makes_a_colleague_who_gets_credentials(sign_in: SignIn, support: User) -> None:
    sign_in(support).post(f"{USERS}add/", NEW_STAFF)
    user = User.objects.get(username="nueva.soporte")
    assert (user.role, user.is_superuser) == ("support", False)
    assert not user.has_usable_password()
    assert user.password_is_temporary
    assert Message.objects.get().to == "nadia@example.com"


def test_support_makes_a_distributors_user(sign_in: SignIn, support: User, distributor: User) -> None:
    client = sign_in(support)
    data = NEW_STAFF | {"role": "distributor"}
    assert "Elija el distribuidor" in client.post(f"{USERS}add/", data).content.decode()
    client.post(f"{USERS}add/", data | {"distributor": distributor.distributor_id})
    assert User.objects.get(username="nueva.soporte").distributor == distributor.distributor


def test_a_colleague_of_support_belongs_to_no_distributor(
    sign_in: SignIn, support: User, distributor: User
) -> None:
    sign_in(support).post(f"{USERS}add/", NEW_STAFF | {"distributor": distributor.distributor_id})
    assert User.objects.get(username="nueva.soporte").distributor is None


@pytest.mark.parametrize("role", ["owner", "issuer"])
def test_support_gives_no_other_role(sign_in: SignIn, support: User, role: str) -> None:
    sign_in(support).post(f"{USERS}add/", NEW_STAFF | {"role": role})
    assert not User.objects.filter(username="nueva.soporte").exists()


def test_the_owner_makes_an_owner(sign_in: SignIn, owner: User) -> None:
    sign_in(owner).post(f"{USERS}add/", NEW_STAFF | {"role": "owner"})
    assert User.objects.get(username="nueva.soporte").is_superuser


def test_a_distributor_makes_nobody(sign_in: SignIn, distributor: User) -> None:
    assert sign_in(distributor).post(f"{USERS}add/", NEW_STAFF).status_code == 403


def corrected(user: User, **changes: str) -> dict[str, str]:
    """The form of a user's page as the browser would send it."""
    names = ("username", "full_name", "initials", "email", "alternate_email", "phone")
    return {name: getattr(user, name) for name in names} | {"is_active": "on"} | changes


def test_support_corrects_an_address_and_both_are_told(sign_in: SignIn, support: User, issuer: User) -> None:
    before = issuer.password
    client, url = sign_in(support), f"{USERS}{issuer.pk}/change/"
    client.post(url, filled(client, url, email="nuevo@example.com"))
    issuer.refresh_from_db()
    assert issuer.email == "nuevo@example.com"
    assert issuer.confirmed_email == "panaderia@example.com"
    assert issuer.password == before
    sent = set(Message.objects.values_list("kind", "to"))
    assert sent == {
        ("companies.email_confirmation", "nuevo@example.com"),
        ("companies.email_changed", "panaderia@example.com"),
    }


def test_nobody_writes_a_password_a_role_or_a_company(
    sign_in: SignIn, support: User, distributor: User, issuer: User, other_issuer: User
) -> None:
    before = User.objects.filter(pk=issuer.pk).values().get()
    sly = {
        "password": "x",
        "role": "owner",
        "is_superuser": "on",
        "company": str(other_issuer.company_id),
        "groups": "1",
        "confirmed_email": "malo@example.com",
    }
    client, url = sign_in(support), f"{USERS}{issuer.pk}/change/"
    client.post(url, filled(client, url, **sly))
    assert User.objects.filter(pk=issuer.pk).values().get() == before
    assert sign_in(distributor).post(f"{USERS}{issuer.pk}/change/", corrected(issuer)).status_code == 403


def test_support_does_not_touch_the_owner(sign_in: SignIn, support: User, owner: User) -> None:
    client = sign_in(support)
    changed = corrected(owner, email="x@example.com")
    assert client.post(f"{USERS}{owner.pk}/change/", changed).status_code == 403
    assert client.post(f"{USERS}{owner.pk}/reenviar-credenciales/").status_code == 403
