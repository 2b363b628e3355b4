"""An issuer's CSD is about to expire: once for each certificate and each of the days before its end.

The distributor's reminder (client_csd_expiry.py) takes from here which CSDs these are, and what it says.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils import timezone

from certificates.expiry import EXPIRES_SOON
from certificates.models import Csd
from certificates.status.active_csd import ENDED
from companies.models import User
from facturamos.prose import hour
from mailing.outbox import Mail, Moot, page_url
from onboarding.models import Reminder
from onboarding.reminders.recipients import first_address, user_of
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded

KIND = "onboarding.csd_expiry"
# Days before its end at which a CSD is spoken of. One that comes in late is told of the nearest only.
DAYS = (1, 7, 30, EXPIRES_SOON.days)


def expiring(now: datetime) -> QuerySet[Csd]:
    """Active CSDs in their last days, with `about`: «00001000000512345678/30»."""
    whens = [When(valid_to__lte=now + timedelta(days=days), then=Value(f"/{days}")) for days in DAYS]
    ours: QuerySet[Csd] = Csd.objects.expiring(now).exclude(sat_status__in=ENDED)
    return (
        ours.filter(company__deleted_at=None)
        .annotate(about=Concat("number", Case(*whens), output_field=CharField()))
        .order_by("valid_to", "pk")
    )


def csd_of(about: str, owner: Q) -> Csd:
    """The CSD that a reminder is about, its company beside it. Raises Moot when it is no longer active."""
    number = about.partition("/")[0]
    rows = Csd.objects.active().filter(
        owner, number=number, valid_to__gt=timezone.now(), company__deleted_at=None
    )
    csd = rows.without_files().select_related("company").first()
    if csd is None:
        raise Moot("ese CSD ya se reemplazó, o ya venció.")
    return csd


def told(csd: Csd) -> dict[str, object]:
    """What both mails say of it."""
    days = (timezone.localdate(csd.valid_to) - timezone.localdate()).days
    in_days = {0: "hoy", 1: "mañana"}.get(days, f"en {days} días")
    return {"company": csd.company, "csd": csd, "in_days": in_days, "until": hour(csd.valid_to)}


def due(now: datetime) -> Iterable[Due]:
    """Issuers whose CSD has come to the next of the days."""
    users = User.objects.filter(company=OuterRef("company"), role=User.Role.ISSUER)
    rows = expiring(now).annotate(address=first_address(users))
    found = rows.filter(unreminded(KIND, about="about", key="company_id")).exclude(address="")
    values = found.values_list("address", "about", "company_id")[:BATCH]
    return [Due(address, about, company_id=pk) for address, about, pk in values]


@reminder(KIND, label="Aviso de vencimiento del CSD", due=due)
def email(row: Reminder) -> Mail:
    """How long the CSD still lasts, and how to get the next one in time."""
    user = user_of(row)
    csd = csd_of(row.about, Q(company=row.company_id))
    return render(row, {"user": user, "csd_url": page_url("paso", "sellos"), **told(csd)})
