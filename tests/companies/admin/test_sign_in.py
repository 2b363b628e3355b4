"""Getting in and back in, in admin: who unlocks whom, and everybody's own password."""

from collections.abc import Callable

from axes.models import AccessAttempt
from django.test import Client

from companies.accounts.auth import limit_key
from companies.models import User
from tests.conftest import PASSWORD

SignIn = Callable[[User], Client]
USERS = "/admin/companies/user/"


def test_support_unlocks(sign_in: SignIn, support: User, issuer: User) -> None:
    AccessAttempt.objects.create(
        username=limit_key(issuer.username), ip_address="192.0.2.7", failures_since_start=5
    )
    client = sign_in(support)
    page = client.get(f"{USERS}{issuer.pk}/change/").content.decode()
    assert "5 desde 192.0.2.7" in page
    client.post(f"{USERS}{issuer.pk}/desbloquear/")
    assert not AccessAttempt.objects.exists()


def test_a_distributor_does_not_unlock(sign_in: SignIn, distributor: User, issuer: User) -> None:
    assert sign_in(distributor).post(f"{USERS}{issuer.pk}/desbloquear/").status_code == 403


def test_staff_choose_their_own_password_before_anything_else(sign_in: SignIn, support: User) -> None:
    support.password_is_temporary = True
    support.save()
    client = sign_in(support)
    for url in ("/admin/", USERS, f"{USERS}{support.pk}/change/"):
        assert client.get(url)["Location"] == "/admin/password_change/"
    new = "Otro-Caballo-Distinto-7"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/admin/password_change/", data)["Location"] == "/admin/password_change/done/"
    support.refresh_from_db()
    assert support.check_password(new)
    assert not support.password_is_temporary
    assert support.secret_changed_at is not None
    assert client.get("/admin/").status_code == 200


def test_the_password_page_asks_for_the_present_one(sign_in: SignIn, support: User) -> None:
    data = {"old_password": "no", "new_password1": "Otro-Caballo-7", "new_password2": "Otro-Caballo-7"}
    response = sign_in(support).post("/admin/password_change/", data)
    assert "old_password" in response.context["form"].errors


def test_no_page_changes_another_users_password(sign_in: SignIn, owner: User, issuer: User) -> None:
    client = sign_in(owner)
    assert client.get(f"{USERS}{issuer.pk}/password/").status_code in (302, 404)
    assert client.get(f"{USERS}{issuer.pk}/password/", follow=True).status_code == 404
