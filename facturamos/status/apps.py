"""«Estado»: how the site is, and what each app says of it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class StatusConfig(AppConfig):
    name = "facturamos.status"
    verbose_name = "Estado"

    def ready(self) -> None:
        """Finds what a start proves, and every app's `findings.py`."""
        autodiscover_modules("system_checks", "findings")
