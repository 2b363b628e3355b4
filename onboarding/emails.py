"""This app's mails: that a configuration is finished, and its reminders, each with a file of its own."""

from dataclasses import replace
from datetime import timedelta

from companies.models import User
from mailing.models import Message
from mailing.notices import context_of, reader_of, standing
from mailing.outbox import Attachment, Mail, Moot, mail, page_url, render
from onboarding.documents.kinds.acta import acta_of
from onboarding.models import Onboarding
from onboarding.readiness import Readiness
from onboarding.reminders import kinds
from onboarding.steps import STEPS
from onboarding.steps.terminar import FINISHED
from onboarding.wizard.progress import Progress

__all__ = ["finished", "kinds", "readiness"]

GIVE_UP_AFTER = timedelta(days=2)


@standing
def readiness(reader: int) -> dict[str, object]:
    """What is missing before the reader's company can invoice: every mail about a change says the same."""
    user = User.objects.filter(pk=reader, company__onboarding__isnull=False).first()
    return {"readiness": Readiness.of(Progress.of(user), STEPS)} if user else {}


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
