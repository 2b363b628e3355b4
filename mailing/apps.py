"""The app's name in admin, and the mails of all apps."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MailingConfig(AppConfig):
    name = "mailing"
    verbose_name = "Correo"

    def ready(self) -> None:
        """Every app's `emails.py` tells the outbox what its mails say."""
        autodiscover_modules("emails")
