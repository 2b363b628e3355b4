"""What this app's mails say. Each function builds one mail, in the worker."""

from datetime import timedelta

from django.utils import timezone

from certificates.models import Csd
from certificates.services import CSD_REVIEWED, CSD_USABLE
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


@mail(CSD_REVIEWED, label="CSD revisado por Asistencia", give_up_after=GIVE_UP_AFTER)
def csd_reviewed(message: Message) -> Mail:
    """What came of the review of a pair whose authority we did not know."""
    csd = Csd.objects.without_files().filter(pk=message.about).first()
    if csd is None or csd.state not in (Csd.State.ACTIVE, Csd.State.REFUSED):
        raise Moot("el CSD ya no es el que se revisó.")
    context = {
        **context_of(message),
        "csd": csd,
        "accepted": csd.state == Csd.State.ACTIVE,
        "url": page_url("paso", "sellos"),
    }
    return render(message.kind, context)
