"""What this app's mails say. Each function builds one mail, in the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from certificates.lco import news
from certificates.lco.news import CLIENT_LCO_CHANGES, CSD_BACK, CSD_ENDED, LCO_CHANGES
from certificates.models import Csd, SatList
from certificates.models.csd import CsdQuerySet
from certificates.services import CSD_REVIEWED, CSD_USABLE
from certificates.status.active_csd import ENDED, ActiveCsd
from mailing.models import Message
from mailing.notices import context_of
from mailing.outbox import Mail, Moot, mail, page_url, render

GIVE_UP_AFTER = timedelta(days=2)
# More of a sort than this nobody reads in a mail; the board has them all.
MOST_NAMED = 50
WITH_A_PROBLEM = "?estado=con-problema-en-sellos"


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
    csd = Csd.objects.without_files().ended_by_the_sat().filter(pk=message.about).first()
    if csd is None:
        raise Moot("el CSD ya se reemplazó, o el SAT lo tiene otra vez.")
    context = {"csd": csd, "ended": ENDED[csd.sat_status], "url": page_url("paso", "sellos")}
    return render(message.kind, {**context_of(message), **context})


@mail(CSD_BACK, label="El SAT tiene otra vez un CSD", give_up_after=GIVE_UP_AFTER)
def csd_back(message: Message) -> Mail:
    """That the SAT's list has a CSD again of which it said that it had ended."""
    rows = Csd.objects.without_files().active().filter(pk=message.about, sat_status=Csd.SatStatus.ACTIVE)
    csd = rows.filter(valid_to__gt=timezone.now()).first()
    if csd is None:
        raise Moot("el CSD ya se reemplazó, o ya no está activo.")
    return render(message.kind, {**context_of(message), "csd": csd, "url": page_url("paso", "sellos")})


@dataclass(frozen=True)
class Named:
    """The CSDs of one sort of news, for a mail about many; `lines` has each with what is said of it."""

    heading: str
    count: int
    lines: list[tuple[Csd, str]]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.lines)


@mail(CLIENT_LCO_CHANGES, label="Cambios del SAT en CSD de clientes", give_up_after=GIVE_UP_AFTER)
def client_lco_changes(message: Message) -> Mail:
    """Which of its clients' CSDs a reading of the list has begun or ended, to a distributor."""

    def theirs(rows: CsdQuerySet) -> CsdQuerySet:
        return rows.annotate(address=news.distributor_s_address()).filter(address=message.to)

    return _changes(message, theirs)


@mail(LCO_CHANGES, label="Cambios en la lista del SAT", give_up_after=GIVE_UP_AFTER)
def lco_changes(message: Message) -> Mail:
    """The same of all companies, to support."""
    return _changes(message, lambda rows: rows)


def _changes(message: Message, among: Callable[[CsdQuerySet], CsdQuerySet]) -> Mail:
    reading = SatList.objects.filter(pk=message.about).first()
    sorts = [_named(each, among(each.of(reading))) for each in news.ALL] if reading else []
    named = [each for each in sorts if each.count]
    if not named:
        raise Moot("los CSD de esa lista ya se reemplazaron, cambiaron otra vez, o son de otro distribuidor.")
    first = named[0].lines[0][0]
    ended = named[0].count if named[0].heading == news.ENDED.heading else 0
    count = sum(each.count for each in named)
    url = page_url("admin:index") + (WITH_A_PROBLEM if ended else "")
    if count == 1:
        url = page_url("admin:companies_company_resumen", str(first.company_id))
    context = {"reading": reading, "named": named, "first": first, "ended": ended, "count": count, "url": url}
    return render(message.kind, context)


def _named(sort: news.ListNews, rows: CsdQuerySet) -> Named:
    found = rows.without_files().select_related("company__distributor").order_by("company__name", "pk")
    lines = [(csd, _said(csd)) for csd in found[:MOST_NAMED]]
    return Named(sort.heading, rows.count(), lines)


def _said(csd: Csd) -> str:
    """Of one that ended, how; of others the heading says it all."""
    ended = ENDED.get(csd.sat_status)
    return ended.heading if ended else ""
