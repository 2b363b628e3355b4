"""The app's name in admin."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """See the package's docstring."""

    name = "certificates"
    verbose_name = "Sellos digitales"
