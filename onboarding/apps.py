"""The app's name in admin, and its mails."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """See the package's docstring."""

    name = "onboarding"
    verbose_name = "Configuración"

    def ready(self) -> None:
        """Tells the outbox, and beat, of the reminders."""
        from onboarding import deletion_emails, emails

        emails.register_all()
        deletion_emails.register_all()
