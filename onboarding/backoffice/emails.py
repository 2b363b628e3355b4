"""What is told when a company is deleted, or opened again, and the weekly digest. Built in the worker."""

from datetime import timedelta
from urllib.parse import urlencode

from companies.models import Company
from mailing.models import Message
from mailing.outbox import Mail, Moot, mail, page_url, render
from onboarding.backoffice.board import digest
from onboarding.backoffice.company_deletion.services import DELETION, DELETION_CANCELLED
from onboarding.backoffice.personal_data.erasure import erased_on
from onboarding.backoffice.proposals.actions import PROPOSED
from onboarding.backoffice.proposals.models import DelegateProposal
from onboarding.delegation import proposals
from onboarding.delegation.proposals import ProposedDelegate
from onboarding.delegation.scope import steps_of

__all__ = ["deletion", "deletion_cancelled", "digest", "proposal"]

GIVE_UP_AFTER = timedelta(days=2)


@mail(DELETION, label="Aviso de eliminación", give_up_after=GIVE_UP_AFTER)
def deletion(message: Message) -> Mail:
    """That the company is closed, what became of its data, and until when that can be undone."""
    company = _company(message)
    if not company.deletion_can_be_cancelled:
        raise Moot("la eliminación ya se canceló, o ya es definitiva.")
    context = {"company": company, "erased_on": erased_on(company), "url": page_url("asistencia")}
    return render(message.kind, context)


@mail(DELETION_CANCELLED, label="Aviso de eliminación cancelada", give_up_after=GIVE_UP_AFTER)
def deletion_cancelled(message: Message) -> Mail:
    """That the company is open again, and what it must enter anew."""
    company = _company(message)
    if company.deleted_at is not None:
        raise Moot("la empresa se eliminó otra vez.")
    return render(message.kind, {"company": company, "url": page_url("entrar")})


@mail(PROPOSED, label="Propuesta de pedir un paso", give_up_after=GIVE_UP_AFTER)
def proposal(message: Message) -> Mail:
    """Whom the issuer could ask for a step; the link leads to its own page, filled in."""
    found = DelegateProposal.objects.select_related("company", "proposed_by__distributor")
    row = found.filter(pk=message.about, company__deleted_at=None).first()
    if row is None:
        raise Moot("la empresa ya no existe.")
    by = row.proposed_by
    proposed = ProposedDelegate(row.company_id, row.slug, row.name, row.email)
    query = urlencode({proposals.PROPOSAL: proposals.token(proposed)})
    context = {
        "proposal": row,
        "company": row.company,
        "step": steps_of(row.slug)[0],
        "who": by.distributor.name if by.distributor else f"{by.get_full_name()}, de Asistencia",
        "url": f"{page_url('pedir', row.slug)}?{query}",
    }
    return render(message.kind, context)


def _company(message: Message) -> Company:
    company = Company.objects.filter(messages=message).first()
    if company is None:
        raise Moot("la cuenta ya no existe.")
    return company
