"""The app's name in admin."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules, import_string


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = "Empresas"

    def ready(self) -> None:
        """Every app's `security_events.py` tells the log who signs in and what staff change."""
        autodiscover_modules("security_events")
        # Models can be imported from now on.
        post_migrate.connect(import_string("companies.draft_notice.leave_draft"), sender=self)
