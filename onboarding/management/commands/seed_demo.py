"""`manage.py seed_demo`: the demo data of `make run`. A second run changes nothing that is there."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from onboarding.demo import people, seed


class Command(BaseCommand):
    """Needs a worker and the dev SMTP server: the new issuer's credentials really go through them."""

    help = "Escribe los datos de demostración y var/demo/cuentas.json."

    def handle(self, *args: object, **options: object) -> None:
        """Refuses to touch a site in production."""
        if settings.PRODUCTION or settings.DEMO_MAIL_DIR is None:
            raise CommandError("Los datos de demostración son solo para «make run».")
        try:
            seed.plant(settings.VAR_DIR / "demo", mails=settings.DEMO_MAIL_DIR)
        except people.NoMail as problem:
            raise CommandError(str(problem)) from None
