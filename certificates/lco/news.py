"""What a reading of the SAT's list (LCO) began, began again or ended, and who is told.

The issuer of its own CSD; its distributor and support of all that a reading changed, in one mail each.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from certificates.models import Csd, SatList
from certificates.models.csd import NEWS_FOR, CsdQuerySet
from certificates.services import CSD_USABLE, untold
from companies.models import User
from mailing import notices, outbox

CSD_ENDED = "certificates.csd_ended"
CSD_BACK = "certificates.csd_back"
CLIENT_LCO_CHANGES = "certificates.client_lco_changes"
LCO_CHANGES = "certificates.lco_changes"


@dataclass(frozen=True)
class ListNews:
    """One sort of news: its heading in the mails that name many, and which CSDs it is about."""

    heading: str
    condition: Q

    def of(self, reading: SatList) -> CsdQuerySet:
        """The CSDs that seal invoices and of which this reading is the news."""
        return _changed(reading).filter(self.condition)


_active = Q(sat_status=Csd.SatStatus.ACTIVE)
ENDED = ListNews("Ya no se puede facturar con ellos", Q(sat_status__in=Csd.ENDED))
BACK = ListNews("El SAT los tiene otra vez activos", _active & Q(sat_before__in=Csd.ENDED))
# Who has invoiced with one for long knows that the SAT has it.
BEGUN = ListNews(
    "El SAT ya los tiene activos",
    _active & Q(sat_before="", activated_at__gt=F("sat_list__read_at") - NEWS_FOR),
)
ALL = (ENDED, BACK, BEGUN)


def _changed(reading: SatList) -> CsdQuerySet:
    return Csd.objects.active().filter(sat_list=reading, company__deleted_at=None)


def tell(reading: SatList) -> None:
    """Writes the mails, in the transaction of the change: the next reading finds it changed already."""
    notices.tell_all(CSD_ENDED, ENDED.of(reading))
    notices.tell_all(CSD_BACK, BACK.of(reading))
    notices.tell_all(CSD_USABLE, untold(BEGUN.of(reading)))
    changed = _changed(reading).filter(ENDED.condition | BACK.condition | BEGUN.condition)
    with_address = changed.annotate(address=distributor_s_address()).order_by()
    addresses = set(with_address.values_list("address", flat=True).distinct())
    mails = [(address, reading.pk, None) for address in sorted(addresses - {""})]
    outbox.post_many(CLIENT_LCO_CHANGES, mails)
    if settings.SUPPORT["email"] and addresses:
        outbox.post(LCO_CHANGES, to=settings.SUPPORT["email"], about=reading.pk, hurried=False)


def distributor_s_address() -> Coalesce:
    """Its own, or that of its oldest account."""
    users = User.objects.filter(distributor=OuterRef("company__distributor"), is_active=True)
    first = Subquery(users.exclude(email="").order_by("pk").values("email")[:1])
    return Coalesce(NullIf("company__distributor__email", Value("")), first, Value(""))
