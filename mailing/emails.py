"""What this app's own mails say. The test mail is none of them: it leaves from the issuer's mailbox."""

from datetime import timedelta

from django.conf import settings

from facturamos.status.models import Alarm
from mailing import senders
from mailing.alarms import ALARM
from mailing.mailbox_stopped import MAILBOX_STOPPED
from mailing.models import Mailbox, Message
from mailing.notices import context_of
from mailing.oauth.overview import permit_overview
from mailing.outbox import Mail, Moot, mail, page_url, render

GIVE_UP_AFTER = timedelta(days=2)


@mail(MAILBOX_STOPPED, label="Su correo dejó de funcionar", give_up_after=GIVE_UP_AFTER)
def mailbox_stopped(message: Message) -> Mail:
    """That invoices no longer leave from the company's mailbox, or that its server no longer takes them."""
    mailbox = Mailbox.objects.filter(pk=message.about).first()
    if mailbox is None:
        raise Moot("el buzón ya no existe.")
    test = mailbox.tests.exclude(code="").first()
    if mailbox.is_active and (test is None or test.passed):
        raise Moot("el buzón ya está en uso otra vez.")
    permit = permit_overview(mailbox)
    context = {
        **context_of(message),
        "mailbox": mailbox,
        "test": test if mailbox.is_active else None,
        "permit": permit,
        "default_sender": senders.site_address().addr_spec,
        "url": page_url("paso", "correo"),
    }
    links = [permit.approval_url] if permit and permit.approval_url else []
    return render(message.kind, context, links=links)


@mail(ALARM, label="Aviso a quien opera el sitio", give_up_after=timedelta(hours=12))
def alarm(message: Message) -> Mail:
    """What is wrong with the site just now, or that nothing is any more."""
    lasting = list(Alarm.objects.lasting())
    url = settings.SITE_URL + "/admin/estado/"
    return render(message.kind, {"alarms": lasting, "others": len(lasting) - 1, "url": url})
