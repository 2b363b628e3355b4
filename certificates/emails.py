"""What this app's mails say. Each function builds one mail, in the worker."""

from datetime import timedelta

from django.utils import timezone

from certificates.lco.ended_csds import (
    CLIENT_CSD_ENDED,
    CSD_ENDED,
    LCO_CHANGES,
    distributor_s_address,
    ended_by,
)
from certificates.models import Csd, SatList
from certificates.services import CSD_REVIEWED, CSD_USABLE
from certificates.status.active_csd import ENDED, ActiveCsd
from mailing.models import Message
from mailing.notices import context_of
from mailing.outbox import Mail, Moot, mail, page_url, render

GIVE_UP_AFTER = timedelta(days=2)
# More than this nobody reads in a mail; the board has them all.
MOST_NAMED = 50


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


@mail(CSD_ENDED, label="El SAT terminó un CSD", give_up_after=GIVE_UP_AFTER)
def csd_ended(message: Message) -> Mail:
    """That the SAT's list has ended the CSD that invoices are sealed with, and what to do."""
    csd = _ended_csd(message)
    context = {"csd": csd, "ended": ENDED[csd.sat_status], "url": page_url("paso", "sellos")}
    return render(message.kind, {**context_of(message), **context})


@mail(CLIENT_CSD_ENDED, label="El SAT terminó el CSD de un cliente", give_up_after=GIVE_UP_AFTER)
def client_csd_ended(message: Message) -> Mail:
    """The same, to the client's distributor."""
    csd = _ended_csd(message)
    of_present = Csd.objects.annotate(address=distributor_s_address()).filter(address=message.to)
    if not of_present.filter(pk=csd.pk).exists():
        raise Moot("la dirección ya no es la del distribuidor de la empresa.")
    url = page_url("admin:companies_company_resumen", str(csd.company_id))
    return render(message.kind, {"csd": csd, "ended": ENDED[csd.sat_status], "url": url})


def _ended_csd(message: Message) -> Csd:
    rows = Csd.objects.without_files().active().filter(pk=message.about, sat_status__in=ENDED)
    csd = rows.filter(company__deleted_at=None).select_related("company__distributor").first()
    if csd is None:
        raise Moot("el CSD ya se reemplazó, o el SAT lo tiene otra vez.")
    return csd


@mail(LCO_CHANGES, label="Cambios en la lista del SAT", give_up_after=GIVE_UP_AFTER)
def lco_changes(message: Message) -> Mail:
    """Which CSDs a reading of the list has ended, to support."""
    reading = SatList.objects.filter(pk=message.about).first()
    rows = ended_by(reading).without_files() if reading else Csd.objects.none()
    found = list(rows.select_related("company").order_by("company__name")[: MOST_NAMED + 1])
    if not found:
        raise Moot("los CSD de ese día ya se reemplazaron.")
    lines = [(csd, ENDED[csd.sat_status].heading) for csd in found[:MOST_NAMED]]
    context = {
        "reading": reading,
        "lines": lines,
        "more": len(found) > MOST_NAMED,
        "url": page_url("admin:index"),
    }
    return render(message.kind, context)
