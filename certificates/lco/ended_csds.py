"""The CSDs that the SAT has ended, and who is told: issuer, distributor, support with all of a day."""

from django.conf import settings
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from certificates.models import Csd, SatList
from certificates.models.csd import CsdQuerySet
from certificates.status.active_csd import ENDED
from companies.models import User
from mailing import notices, outbox

CSD_ENDED = "certificates.csd_ended"
CLIENT_CSD_ENDED = "certificates.client_csd_ended"
LCO_CHANGES = "certificates.lco_changes"


def ended_by(reading: SatList) -> CsdQuerySet:
    """The CSDs that seal invoices and that this reading of the list has ended."""
    rows = Csd.objects.active().filter(sat_list=reading, sat_status__in=ENDED)
    return rows.filter(company__deleted_at=None)


def tell_ended(reading: SatList) -> None:
    """Writes the mails, in the transaction of the change: what has ended before is no news."""
    rows = ended_by(reading)
    notices.tell_all(CSD_ENDED, rows)
    addressed = rows.annotate(address=distributor_s_address()).exclude(address="")
    outbox.post_many(CLIENT_CSD_ENDED, list(addressed.values_list("address", "pk", "company_id")))
    if settings.SUPPORT["email"] and rows.exists():
        outbox.post(LCO_CHANGES, to=settings.SUPPORT["email"], about=reading.pk, hurried=False)


def distributor_s_address() -> Coalesce:
    """Its own, or that of its oldest account."""
    users = User.objects.filter(distributor=OuterRef("company__distributor"), is_active=True)
    first = Subquery(users.exclude(email="").order_by("pk").values("email")[:1])
    return Coalesce(NullIf("company__distributor__email", Value("")), first, Value(""))
