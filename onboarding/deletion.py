"""Deleting a company: the row and all evidence stay, whatever is secret goes at once."""

from collections import deque

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from certificates.models import Csd
from companies.models import Company
from facturamos.vault import SealedField
from mailing import outbox
from onboarding import consent

DELETION_COLUMNS = ("deleted_at", "deletion_final_at", "deletion_reason")


# Kinds of mail; onboarding/deletion_emails.py says what each contains.
DELETION = "onboarding.deletion"
DELETION_CANCELLED = "onboarding.deletion_cancelled"


@transaction.atomic
def delete(company: Company, *, reason: str) -> None:
    """Closes a company: its users cannot sign in any more, and nothing sealed for it can be opened.

    For DELETION_WAIT support can cancel it, without the secrets; then it is final, by the date alone. Kept,
    because the law asks for evidence: which notice was accepted, the letter, certificates (they are public),
    mails sent, and the history of every change. A second time changes nothing.
    """
    _lock(company)
    if company.deleted_at is not None:
        return
    company.deleted_at = timezone.now()
    company.deletion_final_at = company.deleted_at + settings.DELETION_WAIT
    company.deletion_reason = reason
    _save(company)
    consent.withdraw(company)
    end_csds(company)
    for model, path, sealed in sealed_models():
        wipe(model.objects.filter(**{path: company}), sealed)  # type: ignore[attr-defined]
    _tell(company, DELETION)


@transaction.atomic
def cancel(company: Company) -> None:
    """Opens a company again within its waiting time; what was wiped is asked for again.

    A second time changes nothing. Raises IntegrityError when the distributor has a new company with the
    same RFC.
    """
    _lock(company)
    if not company.deletion_can_be_cancelled:
        return
    company.deleted_at = company.deletion_final_at = None
    company.deletion_reason = ""
    _save(company)
    _tell(company, DELETION_CANCELLED)


def _lock(company: Company) -> None:
    """Two who delete or cancel at the same moment follow each other, and the second finds it done."""
    fresh = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    for name in DELETION_COLUMNS:
        setattr(company, name, getattr(fresh, name))


def _save(company: Company) -> None:
    company.save(update_fields=DELETION_COLUMNS)


def _tell(company: Company, kind: str) -> None:
    """By mail: the users of the company, and its distributor."""
    for user in company.users.filter(is_active=True).exclude(email=""):
        outbox.post(kind, to=user.email, about=user)
    if company.distributor.email and (one := company.users.first()):
        outbox.post(kind, to=company.distributor.email, about=one)


def end_csds(company: Company) -> None:
    """Neither seals any more nor keeps the RFC from being used elsewhere."""
    ending = Csd.objects.filter(company=company, state__in=(Csd.State.ACTIVE, *Csd.CANDIDATE))
    ending.update(
        state=Csd.State.REPLACED,
        key=None,
        password=None,
        secret_changed_at=timezone.now(),
        draft_until=None,
    )


def wipe(rows: models.QuerySet[models.Model], sealed: list[str]) -> None:
    """Empties the sealed columns of `rows`; where the change of a secret is tracked, says when."""
    holding = rows.exclude(**dict.fromkeys(sealed))
    values: dict[str, object] = dict.fromkeys(sealed)
    if any(field.name == "secret_changed_at" for field in rows.model._meta.fields):
        values["secret_changed_at"] = timezone.now()
    holding.update(**values)


def sealed_models() -> list[tuple[type[models.Model], str, list[str]]]:
    """Every model with sealed columns that leads to a company: the model, the way, the columns.

    Found by looking, so that a model added later is not forgotten.
    """
    found = []
    for model in apps.get_models():
        sealed = [field.name for field in model._meta.fields if isinstance(field, SealedField)]
        if sealed and (path := path_to_company(model)):
            found.append((model, path, sealed))
    return found


def path_to_company(model: type[models.Model]) -> str:
    """The shortest chain of foreign keys from `model` to Company, as a lookup; "" when there is none."""
    waiting = deque([(model, "")])
    seen = {model}
    while waiting:
        here, path = waiting.popleft()
        for field in here._meta.concrete_fields:
            target = field.related_model
            if not isinstance(target, type) or target in seen:
                continue
            step = f"{path}__{field.name}".lstrip("_")
            if target is Company:
                return step
            seen.add(target)
            waiting.append((target, step))
    return ""
