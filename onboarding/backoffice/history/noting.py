"""Notes each entry of admin's log with the company it is about and the changes that came with it."""

import pghistory
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.db.models.signals import post_save
from django.dispatch import receiver

from companies.models import Company
from facturamos.company_scope import path_to_company
from onboarding.backoffice.history.models import StaffAction


@receiver(post_save, sender=LogEntry)
def note_action(instance: LogEntry, created: bool, **_signal: object) -> None:
    """In the same transaction, so that neither is without the other."""
    if not created or instance.content_type is None:
        return
    with pghistory.context() as context:
        StaffAction.objects.create(
            log=instance,
            user_id=instance.user_id,
            company_id=_company_of(instance.content_type.model_class(), instance.object_id),
            content_type=instance.content_type,
            object_id=str(instance.object_id or "")[:40],
            context=context.id,
            at=instance.action_time,
        )


def _company_of(model: type[Model] | None, key: str | None) -> int | None:
    """The company that a row belongs to; None where it belongs to none, or is gone."""
    path = path_to_company(model) if model else None
    if model is None or path is None or key is None:
        return None
    found = model._default_manager.filter(pk=key).values_list(path or "pk", flat=True).first()
    return found if found is None or Company.objects.filter(pk=found).exists() else None
