"""The app's name in admin."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "onboarding.backoffice"
    label = "backoffice"
    verbose_name = "Alta de cuentas"
