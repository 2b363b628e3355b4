"""The group of each duty, and what it may do.

`migrate` makes them, from what the admin classes say (`ByRole.permitted`), so that a class and its group
cannot part. Who is in which group follows from the user's duty: there are no memberships and
no permissions of single users that could disagree with it. The owner is a superuser and in no group.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.db.models import Model
from django.db.models.options import Options

from facturamos.admin.scoping import SUPPORT, ByRole
from facturamos.company_scope import CLERK, LEAD, READER

# By duty.
GROUPS = {
    LEAD: "Distribuidor: encargado",
    CLERK: "Distribuidor: operador",
    READER: "Distribuidor: solo consulta",
    SUPPORT: "Soporte",
}


def permissions_of(duty: str) -> set[tuple[str, str]]:
    """What the admin classes let a duty do: app and codename, as `auth.Permission` has them."""
    return {
        (options.app_label, get_permission_codename(permission, options))
        for options, permissions in _said(duty)
        for permission in permissions
    }


def _said(duty: str) -> Iterator[tuple[Options[Model], set[str]]]:
    """Of each admin class and its inlines, the model's options and what the class says."""
    for model_admin in admin.site._registry.values():
        inlines = [(inline.model._meta, inline) for inline in model_admin.inlines]
        for options, said_by in ((model_admin.opts, type(model_admin)), *inlines):
            if issubclass(said_by, ByRole):
                yield options, said_by.permitted(duty)


def grant(**kwargs: object) -> None:
    """Makes the groups as the classes say. Runs after every `migrate`; again changes nothing."""
    from django.contrib.auth.models import Group, Permission  # the apps are ready now

    permissions = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    for duty, name in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        # A model that is not migrated yet, when migrating backwards, has none.
        group.permissions.set([permissions[key] for key in permissions_of(duty) if key in permissions])
