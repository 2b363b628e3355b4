"""Deleting a company: the row and all evidence stay, whatever is secret goes at once."""

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from certificates.models import Csd
from companies.models import Company
from facturamos.company_scope import path_to_company
from facturamos.vault import EncryptedField
from mailing import outbox
from mailing.models import Mailbox
from mailing.oauth import grants
from onboarding.support_access import consent

DELETION_COLUMNS = ("deleted_at", "deletion_final_at", "deletion_reason")


# Kinds of mail; onboarding/backoffice/emails.py says what each contains.
DELETION = "backoffice.deletion"
DELETION_CANCELLED = "backoffice.deletion_cancelled"


@transaction.atomic
def delete(company: Company, *, reason: str, was_entered: bool = True) -> None:
    """Closes a company: its users cannot sign in any more, and nothing encrypted for it can be opened.

    For DELETION_WAIT support can cancel it, without the secrets; then it is final, by the date alone. Kept,
    because the law asks for evidence: which notice was accepted, the letter, certificates (they are public),
    mails sent, and the history of every change. A second time changes nothing.

    Of an account that nobody has entered only the distributor is told: the address may be a stranger's.
    """
    _lock(company)
    if company.deleted_at is not None:
        return
    company.deleted_at = timezone.now()
    company.deletion_final_at = company.deleted_at + settings.DELETION_WAIT
    company.deletion_reason = reason
    _save(company)
    consent.withdraw(company)
    # They neither seal any more nor keep the RFC from being used elsewhere.
    Csd.objects.filter(company=company).stored().end(Csd.State.REPLACED)
    for mailbox in Mailbox.objects.filter(company=company):
        grants.give_up(mailbox)
    for model, path, encrypted in encrypted_models():
        wipe(model._default_manager.filter(**{path: company}), encrypted)
    _tell(company, DELETION, users=was_entered)


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


def _tell(company: Company, kind: str, *, users: bool = True) -> None:
    """By mail: the users of the company, and its distributor."""
    for user in company.users.filter(is_active=True).exclude(email="") if users else ():
        outbox.post(kind, to=user.email, about=user)
    if company.distributor.email and (one := company.users.first()):
        outbox.post(kind, to=company.distributor.email, about=one)


def wipe(rows: models.QuerySet[models.Model], encrypted: list[str]) -> None:
    """Empties the encrypted columns of `rows`; where the change of a secret is tracked, says when."""
    holding = rows.exclude(**dict.fromkeys(encrypted))
    values: dict[str, object] = dict.fromkeys(encrypted)
    if any(field.name == "secret_changed_at" for field in rows.model._meta.fields):
        values["secret_changed_at"] = timezone.now()
    holding.update(**values)


def encrypted_models() -> list[tuple[type[models.Model], str, list[str]]]:
    """Every model with encrypted columns that leads to a company: the model, the way, the columns.

    Found among all models, so that a model added later is not forgotten.
    """
    found = []
    for model in apps.get_models():
        encrypted = [field.name for field in model._meta.fields if isinstance(field, EncryptedField)]
        if encrypted and (path := path_to_company(model)):
            found.append((model, path, encrypted))
    return found
