"""A client's CSD is about to expire, told to its distributor on the same days as to the client."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf

from companies.models import User
from mailing.outbox import Mail, page_url
from onboarding.models import Reminder
from onboarding.reminders.kinds.csd_expiry import csd_of, expiring, told
from onboarding.reminders.recipients import distributor_of, first_address
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded

KIND = "onboarding.client_csd_expiry"


def due(now: datetime) -> Iterable[Due]:
    """The distributors' own address, or else a user's."""
    users = User.objects.filter(distributor=OuterRef("company__distributor"))
    own = NullIf("company__distributor__email", Value(""))
    rows = expiring(now).annotate(address=Coalesce(own, first_address(users)))
    not_yet = unreminded(KIND, about="about", to="distributor", key="company__distributor_id")
    found = rows.filter(not_yet).exclude(address="")
    values = found.values_list("address", "about", "company__distributor_id")[:BATCH]
    return [Due(address, about, distributor_id=pk) for address, about, pk in values]


@reminder(KIND, label="Aviso de vencimiento del CSD de un cliente", due=due)
def email(row: Reminder) -> Mail:
    """Whose CSD it is, how long it still lasts, and what the client must do."""
    csd = csd_of(row.about, Q(company__distributor=row.distributor_id))
    url = page_url("admin:companies_company_resumen", str(csd.company_id))
    return render(row, {"distributor": distributor_of(row), "url": url, **told(csd)})
