"""The app's name in admin."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """See the package's docstring."""

    name = "onboarding"
    verbose_name = "Configuración"
