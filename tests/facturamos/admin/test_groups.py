"""The group of each duty is what the admin classes say, and what it lacks is closed."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from companies.models import User
from facturamos.admin import groups
from facturamos.admin.groups import GROUPS, permissions_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("duty", GROUPS)
def test_migrate_has_made_the_group_with_its_permissions(duty: str) -> None:
    group = Group.objects.get(name=GROUPS[duty])
    granted = set(group.permissions.values_list("content_type__app_label", "codename"))
    assert granted == permissions_of(duty)
    assert ("companies", "view_company") in granted


def test_each_duty_may_less_than_the_next() -> None:
    reader, clerk, lead, support = map(permissions_of, ("reader", "clerk", "lead", "support"))
    assert reader < clerk < lead
    assert clerk < support
    assert not [name for _, name in reader if not name.startswith("view_")]
    assert lead - clerk == {("companies", "add_user"), ("companies", "change_user")}
    assert ("companies", "add_user") not in support
    assert ("companies", "change_company") not in lead
    assert not [name for _, name in support if name == "delete_company"]


def test_permissions_follow_the_role(issuer: User, distributor: User, support: User) -> None:
    owner = User.objects.create_superuser("dueña", "Molcajete-Azul-27", email="d@example.com")
    able = {
        user.role: user.has_perm("companies.change_company") for user in (issuer, distributor, support, owner)
    }
    assert able == {"issuer": False, "distributor": False, "support": True, "owner": True}
    assert distributor.has_perm("companies.view_company")
    assert not issuer.has_perm("companies.view_company")


def test_what_is_taken_from_a_group_is_closed_until_the_next_migrate(
    sign_in: SignIn, support: User, distributor: User
) -> None:
    view = Permission.objects.get(codename="view_company")
    Group.objects.get(name=GROUPS["lead"]).permissions.remove(view)
    assert sign_in(distributor).get("/admin/companies/company/").status_code == 403
    assert sign_in(support).get("/admin/companies/company/").status_code == 200
    groups.grant()
    assert sign_in(distributor).get("/admin/companies/company/").status_code == 200


def test_a_permission_of_ones_own_opens_nothing(sign_in: SignIn, distributor: User) -> None:
    distributor.user_permissions.add(Permission.objects.get(codename="change_company"))
    distributor.groups.add(Group.objects.get(name="Soporte"))
    assert not User.objects.get(pk=distributor.pk).has_perm("companies.change_company")
