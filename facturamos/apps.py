"""The project's own app, and Django's admin with our site in the place of its default one."""

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class FacturamosConfig(AppConfig):
    """Commands, jobs, the vault."""

    name = "facturamos"
    verbose_name = "Facturamos"


class FacturamosAdminConfig(AdminConfig):
    """See facturamos/admin.py."""

    default_site = "facturamos.admin.FacturamosAdminSite"

    def ready(self) -> None:
        """Finds the admin classes; both groups get their permissions when `migrate` has made those."""
        from facturamos import groups

        super().ready()
        # The project's apps come before auth, so that by then all their permissions are there.
        post_migrate.connect(groups.grant, sender=apps.get_app_config("auth"))
