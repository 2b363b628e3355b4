"""This app's mails: that a configuration is finished, and its reminders, each with a file of its own."""

from dataclasses import replace
from datetime import timedelta

from companies.models import User
from mailing.models import Message
from mailing.notices import context_of, reader_of, standing
from mailing.outbox import Attachment, Mail, Moot, mail, page_url, render
from onboarding.delegation import links
from onboarding.delegation import services as delegation
from onboarding.delegation.models import Delegation
from onboarding.delegation.scope import steps_of
from onboarding.documents.kinds.acta import acta_of
from onboarding.models import Onboarding
from onboarding.readiness import Readiness
from onboarding.reminders import kinds
from onboarding.steps import STEPS
from onboarding.steps.terminar import FINISHED
from onboarding.wizard.progress import Progress

__all__ = ["asked", "delegation_done", "finished", "kinds", "readiness"]

GIVE_UP_AFTER = timedelta(days=2)


@standing
def readiness(reader: int) -> dict[str, object]:
    """What is missing before the reader's company can invoice: every mail about a change says the same."""
    user = User.objects.filter(pk=reader, company__onboarding__isnull=False).first()
    return {"readiness": Readiness(Progress.of(user), STEPS)} if user else {}


@mail(delegation.ASKED, label="Paso que piden a alguien", give_up_after=GIVE_UP_AFTER)
def asked(message: Message) -> Mail:
    """A link to one step, for who has no account; the issuer's address to answer to."""
    found = Delegation.objects.with_changes().select_related("company", "asked_by").filter(pk=message.about)
    request = found.first()
    if request is None or not request.is_live or request.opened_link == request.link:
        raise Moot("el enlace ya se abrió, se retiró o venció.")
    step = steps_of(request.slug)[0]
    context = {
        "delegation": request,
        "company": request.company,
        "asker": request.asked_by.get_full_name(),
        "errand": step.errand,
        "step": step,
        "url": page_url("encargo_enlace", links.token(request)),
    }
    own = request.asked_by.confirmed_email
    return render(message.kind, context, reply_to=(own,) if own else ())


@mail(delegation.DONE, label="Paso hecho por alguien más", give_up_after=GIVE_UP_AFTER)
def delegation_done(message: Message) -> Mail:
    """Who did it, and when."""
    request = Delegation.objects.select_related("company").filter(pk=message.about).first()
    if request is None or request.done_at is None:
        raise Moot("el paso ya no está hecho.")
    context = {
        **context_of(message),
        "delegation": request,
        "step": steps_of(request.slug)[0],
        "url": page_url("panel"),
    }
    return render(message.kind, context)


@mail(FINISHED, label="Configuración finalizada", give_up_after=GIVE_UP_AFTER)
def finished(message: Message) -> Mail:
    """That it is done, with the acta, and what still stands between the company and its first invoice."""
    onboarding = Onboarding.objects.select_related("company").filter(pk=message.about).first()
    if onboarding is None or onboarding.finished_at is None:
        raise Moot("la configuración ya no está finalizada.")
    context = {
        **context_of(message),
        "company": onboarding.company,
        "finished_at": onboarding.finished_at,
        "acta_url": page_url("acta"),
        "url": page_url("panel"),
    }
    acta = acta_of(Progress.of(User.objects.get(pk=reader_of(message).pk)))
    attached = Attachment(acta.filename, acta.content, "application/pdf")
    return replace(render(message.kind, context), attachments=(attached,))
