"""Step 10: the mailbox that invoices are sent from; without one, the default sender."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from companies.models import Company
from mailing import services
from mailing.forms import MailboxForm
from mailing.models import Mailbox
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit


def mailbox_of(company: Company) -> Mailbox | None:
    """The company's mailbox, if it has one."""
    return getattr(company, "mailbox", None)


def _state(step: Step, progress: Progress) -> Status:
    mailbox = mailbox_of(progress.company)
    if progress.omitted(step.slug):
        return Status.SKIPPED
    if mailbox is None:
        return Status.TODO
    return Status.DONE if mailbox.is_active else Status.REVIEW


def _save(visit: Visit, form: MailboxForm) -> HttpResponse | None:
    """Saves; «Enviar correo de prueba» also sends one, and stays to show what comes of it."""
    changed = form.has_changed()
    mailbox = form.save()
    if visit.request.POST.get("accion") == "probar":
        last = services.overview(mailbox).test
        # A second press while the same settings are being tested sends no second mail.
        if changed or last is None or not last.running:
            _test(visit, mailbox)
        return redirect(visit.request.get_full_path())
    return None


def _test(visit: Visit, mailbox: Mailbox) -> None:
    user = visit.request.user
    try:
        services.start_test(mailbox, to=[user.email, user.alternate_email])
    except services.TooManyTests as refusal:
        messages.warning(visit.request, str(refusal))


def _accept_proposal(visit: Visit) -> HttpResponse | None:
    """«Usar estos datos»: what the test found to work takes the place of what was typed, and is tested."""
    mailbox = mailbox_of(visit.progress.company)
    if mailbox and services.accept_proposal(mailbox):
        _test(visit, mailbox)
    return None


def _insist(visit: Visit) -> HttpResponse | None:
    """«Usarlo de todos modos»: the issuer knows better than the test."""
    mailbox = mailbox_of(visit.progress.company)
    if mailbox and services.overview(mailbox).can_insist:
        mailbox.approve()
    return None


def _use_default_sender(visit: Visit) -> None:
    """Without its own mailbox in use, invoices leave from the default sender; the settings stay."""
    mailbox = mailbox_of(visit.progress.company)
    if mailbox and mailbox.is_active:
        mailbox.use_default_sender()


def _mailbox(progress: Progress) -> Mailbox:
    """The company's mailbox; a new one begins with what is known already."""
    user, company = progress.user, progress.company
    # By its key: with the company itself, the company would have this mailbox from now on.
    return mailbox_of(company) or Mailbox(
        company_id=company.pk, from_email=user.email, from_name=company.name[:120], username=user.email
    )


def _context(visit: Visit) -> dict[str, Any]:
    mailbox = mailbox_of(visit.progress.company)
    return {"mailbox": mailbox, "test": services.overview(mailbox)}


def _summary(progress: Progress) -> list[tuple[str, str]]:
    mailbox = mailbox_of(progress.company)
    if mailbox is None or not mailbox.is_active:
        return [("Sus facturas salen de", settings.DEFAULT_FROM_EMAIL)]
    return [("Sus facturas salen de", mailbox.from_email), ("Servidor SMTP", mailbox.host)]


step = Step(
    slug="correo",
    title="Correo electrónico",
    heading="¿Desde qué correo salen sus facturas?",
    lead="Puede usar el suyo. Si lo omite, saldrán de facturamos@sistemasperseo.com con su nombre.",
    form_class=MailboxForm,
    optional=True,
    state=_state,
    instance=_mailbox,
    fingerprint=lambda progress: str(getattr(mailbox_of(progress.company), "secret_changed_at", "")),
    rows=lambda progress: [box for box in [mailbox_of(progress.company)] if box],
    save=_save,
    omit=_use_default_sender,
    actions={"usar": _accept_proposal, "insistir": _insist},
    redraws={"proponer": MailboxForm.propose},
    context=_context,
    summary=_summary,
)
