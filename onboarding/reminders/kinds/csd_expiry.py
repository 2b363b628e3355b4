"""An issuer's CSD is about to expire: once for each certificate and each of the days before its end."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Q

from companies.models import User
from mailing.outbox import Mail, page_url
from onboarding.models import Reminder
from onboarding.reminders.expiring_csds import csd_of, expiring, told
from onboarding.reminders.recipients import first_address, user_of
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded

KIND = "onboarding.csd_expiry"


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
