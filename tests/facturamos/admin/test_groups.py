"""The groups «Distribuidor» and «Soporte» are what the admin classes say, and what they lack is closed."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from companies.models import User
from facturamos.admin import groups
from facturamos.admin.groups import GROUPS, permissions_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.mark.parametrize("role", GROUPS)
def test_migrate_has_made_the_group_with_its_permissions(role: str) -> None:
    group = Group.objects.get(name=GROUPS[role])
    granted = set(group.permissions.values_list("content_type__app_label", "codename"))
    assert granted == permissions_of(role)
    assert ("companies", "add_company") in granted


def test_a_distributor_may_do_less_than_support() -> None:
    of_distributor, of_support = permissions_of("distributor"), permissions_of("support")
    assert of_distributor < of_support
    assert ("companies", "change_company") not in of_distributor
    assert not [name for _, name in of_support if name == "delete_company"]


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
    Group.objects.get(name="Distribuidor").permissions.remove(view)
    assert sign_in(distributor).get("/admin/companies/company/").status_code == 403
    assert sign_in(support).get("/admin/companies/company/").status_code == 200
    groups.grant()
    assert sign_in(distributor).get("/admin/companies/company/").status_code == 200


def test_a_permission_of_ones_own_opens_nothing(sign_in: SignIn, distributor: User) -> None:
    distributor.user_permissions.add(Permission.objects.get(codename="change_company"))
    distributor.groups.add(Group.objects.get(name="Soporte"))
    assert not User.objects.get(pk=distributor.pk).has_perm("companies.change_company")
