"""What this app's mails say. Each function builds one mail, in the worker."""

from datetime import timedelta

from django.utils import timezone

from certificates.models import Csd
from certificates.services import CSD_USABLE
from certificates.status.active_csd import ActiveCsd
from mailing.models import Message
from mailing.notices import context_of
from mailing.outbox import Mail, Moot, mail, page_url, render

GIVE_UP_AFTER = timedelta(days=2)


@mail(CSD_USABLE, label="CSD activo en el SAT", give_up_after=GIVE_UP_AFTER)
def csd_usable(message: Message) -> Mail:
    """That the SAT has the CSD, or must have it by now: what one was told to wait for is over."""
    csd = Csd.objects.without_files().active().filter(pk=message.about).first()
    shown = ActiveCsd.of(csd, timezone.now()) if csd else None
    if shown is None or not shown.is_usable or shown.ended:
        raise Moot("el CSD ya no es el que se usa, o ya no está activo.")
    return render(message.kind, {**context_of(message), "csd": shown, "url": page_url("paso", "sellos")})
