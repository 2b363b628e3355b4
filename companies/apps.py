"""The app's name in admin."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """See the package's docstring."""

    name = "companies"
    verbose_name = "Empresas"
