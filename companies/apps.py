"""The app's name in admin, and its mails."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """See the package's docstring."""

    name = "companies"
    verbose_name = "Empresas"

    def ready(self) -> None:
        """Tells the outbox what this app's mails say."""
        from companies import emails

        emails.register_all()
