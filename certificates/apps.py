"""The app's name in admin, and its system checks."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = "Sellos digitales"

    def ready(self) -> None:
        """Lets `manage.py check` look at the authorities: the module registers what it has."""
        autodiscover_modules("system_checks")
