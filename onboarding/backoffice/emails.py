"""What is told when a company is deleted, or opened again, and the weekly digest. Built in the worker."""

from datetime import timedelta

from companies.models import Company
from mailing.models import Message
from mailing.outbox import Mail, Moot, mail, page_url, render
from onboarding.backoffice.board import digest
from onboarding.backoffice.company_deletion.services import DELETION, DELETION_CANCELLED

__all__ = ["deletion", "deletion_cancelled", "digest"]

GIVE_UP_AFTER = timedelta(days=2)


@mail(DELETION, label="Aviso de eliminación", give_up_after=GIVE_UP_AFTER)
def deletion(message: Message) -> Mail:
    """That the company is closed, what became of its data, and until when that can be undone."""
    company = _company(message)
    if not company.deletion_can_be_cancelled:
        raise Moot("la eliminación ya se canceló, o ya es definitiva.")
    return render(message.kind, {"company": company, "url": page_url("asistencia")})


@mail(DELETION_CANCELLED, label="Aviso de eliminación cancelada", give_up_after=GIVE_UP_AFTER)
def deletion_cancelled(message: Message) -> Mail:
    """That the company is open again, and what it must enter anew."""
    company = _company(message)
    if company.deleted_at is not None:
        raise Moot("la empresa se eliminó otra vez.")
    return render(message.kind, {"company": company, "url": page_url("entrar")})


def _company(message: Message) -> Company:
    company = Company.objects.filter(messages=message).first()
    if company is None:
        raise Moot("la cuenta ya no existe.")
    return company
