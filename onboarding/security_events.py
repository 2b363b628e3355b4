"""What the log of security is told of support's looks at an issuer's pages."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from facturamos.security_log import note
from onboarding.models import SupportView


@receiver(post_save, sender=SupportView)
def looked(instance: SupportView, created: bool, **_signal: object) -> None:
    """By the issuer's switch, or with a written reason."""
    if created:
        note("support.viewed" if instance.page else "support.opened", instance.company.code)
