"""The groups «Distribuidor» and «Soporte», and what each may do.

`migrate` makes them, from what the admin classes say (`support_may`, `distributor_may`), so that a class
and its group cannot part. Who is in which group follows from the user's role: there are no memberships and
no permissions of single users that could disagree with it. The owner is a superuser and in no group.
"""

from collections.abc import Collection, Iterator

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import Model
from django.db.models.options import Options

# By role; the name of the admin classes' attribute is the role's, too.
GROUPS = {"distributor": "Distribuidor", "support": "Soporte"}


def permissions_of(role: str) -> set[tuple[str, str]]:
    """What the admin classes let a role do: app and codename, as `auth.Permission` has them."""
    return {
        (options.app_label, get_permission_codename(permission, options))
        for options, permissions in _said(f"{role}_may")
        for permission in permissions
    }


def _said(attribute: str) -> Iterator[tuple[Options[Model], Collection[str]]]:
    """Of each admin class and its inlines, the model's options and what the class says."""
    for model_admin in admin.site._registry.values():
        for each in (model_admin, *model_admin.inlines):
            yield each.model._meta, getattr(each, attribute)


def grant(**kwargs: object) -> None:
    """Makes both groups as the classes say. Runs after every `migrate`; again changes nothing."""
    from django.contrib.auth.models import Group, Permission  # the apps are ready now

    permissions = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, name in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        # A model that is not migrated yet, when migrating backwards, has none.
        group.permissions.set([permissions[key] for key in permissions_of(role) if key in permissions])
