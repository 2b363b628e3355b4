"""The project's own app, and Django's admin with our site in the place of its default one."""

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from facturamos import sentry
from facturamos.admin import booleans, groups
from facturamos.cage import be_private


class FacturamosConfig(AppConfig):
    """What every app stands on: commands, jobs, the vault."""

    name = "facturamos"
    verbose_name = "Facturamos"

    def ready(self) -> None:
        """Finds who does which kind of job: in web servers and commands as in workers.

        None of these processes may be looked into by another of the same user.
        """
        if settings.PRODUCTION:
            be_private()
        autodiscover_modules("tasks")
        sentry.start(settings.SENTRY_DSN, settings.ENVIRONMENT)


class FacturamosAdminConfig(AdminConfig):
    """Puts our own admin site (facturamos/admin/site.py) in the place of Django's."""

    default_site = "facturamos.admin.site.FacturamosAdminSite"

    def ready(self) -> None:
        """Finds the admin classes; both groups get their permissions when `migrate` has made those."""
        super().ready()
        booleans.take_over()
        # The project's apps come before auth, so that by then all their permissions are there.
        post_migrate.connect(groups.grant, sender=apps.get_app_config("auth"))
