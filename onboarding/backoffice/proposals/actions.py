"""«Proponer que lo haga alguien más»: who is on the telephone with an issuer's accountant."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest
from django.utils import timezone

from companies.models import Company, User
from companies.signed_in import signed_in
from facturamos.admin.actions import Confirmation, ConfirmedAction
from facturamos.forms import CleanCharField
from mailing import outbox
from mailing.fields import EmailField
from onboarding.backoffice.proposals.models import DelegateProposal
from onboarding.delegation.forms import refuse_addresses
from onboarding.steps import STEPS

PROPOSED = "backoffice.proposal"
PER_DAY = 3


class ProposalForm(Confirmation):
    """Which step, and who could do it."""

    step = forms.ChoiceField(
        label="Paso",
        choices=[(step.slug, step.title) for step in STEPS if step.asked_of and not step.asked_with],
    )
    name = CleanCharField(
        label="Nombre", max_length=120, help_text="De quien lo haría.", validators=[refuse_addresses]
    )
    email = EmailField(label="Correo electrónico", help_text="De esa persona.")


class ProposeDelegate(ConfirmedAction[Company]):
    """The issuer gets a mail that leads to its own page, filled in; nobody is asked before it agrees."""

    slug = "proponer-a-alguien"
    label = "Proponer que lo haga alguien más…"
    explanation = (
        "El emisor recibe un correo con su propuesta. Si está de acuerdo, con un clic le pide el paso a esa "
        "persona, que recibe un enlace y no necesita cuenta. Sin el emisor no se le escribe a nadie más."
    )
    form_class = ProposalForm
    for_distributor = True

    def refusal(self, row: Company) -> str:
        user = user_of(row)
        if user is None or user.last_login is None:
            return "el emisor todavía no ha entrado."
        since = timezone.now() - timedelta(days=1)
        if row.delegate_proposals.filter(created_at__gt=since).count() >= PER_DAY:
            return f"hoy ya se le hicieron {PER_DAY} propuestas."
        return ""

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        user, said = user_of(row), form.cleaned_data
        if user is None:
            return ""
        proposal = DelegateProposal.objects.create(
            company=row,
            proposed_by=signed_in(request),
            slug=said["step"],
            name=said["name"],
            email=said["email"],
        )
        to = user.confirmed_email or user.email
        outbox.post(PROPOSED, to=to, about=proposal)
        return f"Se le propondrá a {to}."


def user_of(company: Company) -> User | None:
    """Who decides for the company; None where nobody could read it."""
    user = company.users.filter(is_active=True).first() if company.deleted_at is None else None
    return user if user and (user.confirmed_email or user.email) else None
