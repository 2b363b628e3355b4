"""The app's name in admin."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CompaniesConfig(AppConfig):
    name = "companies"
    verbose_name = "Empresas"

    def ready(self) -> None:
        """Every app's `security_events.py` tells the log who signs in and what staff change."""
        autodiscover_modules("security_events")
