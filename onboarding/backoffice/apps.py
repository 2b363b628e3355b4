"""The app's name in admin."""

from importlib import import_module

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from onboarding.backoffice import indexes


class BackofficeConfig(AppConfig):
    name = "onboarding.backoffice"
    label = "backoffice"
    verbose_name = "Alta de cuentas"

    def ready(self) -> None:
        """What staff does is noted; the tables that are not ours get the indexes that its pages need."""
        import_module("onboarding.backoffice.history.noting")
        post_migrate.connect(indexes.make, sender=apps.get_app_config("pghistory"))
