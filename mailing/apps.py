"""The app's name in admin."""

from django.apps import AppConfig


class MailingConfig(AppConfig):
    """See the package's docstring."""

    name = "mailing"
    verbose_name = "Correo"
