"""Who is due for a reminder that a CSD is about to expire: its issuer, and the issuer's distributor."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, NullIf

from certificates.models import Csd
from certificates.seal import ENDED
from companies.models import User
from onboarding.reminders import BATCH, Due, unreminded

# Kinds of reminders; onboarding/emails.py says what each contains.
TO_ISSUER = "onboarding.csd_expiry"
TO_DISTRIBUTOR = "onboarding.client_csd_expiry"

# Days before its end at which a CSD is spoken of. One that comes in late is told of the nearest only.
DAYS = (1, 7, 30, 60)


def of_issuers(now: datetime) -> Iterable[Due]:
    """Issuers whose CSD has come to the next of DAYS: once for each certificate and each of them."""
    users = User.objects.filter(company=OuterRef("company"), role=User.Role.ISSUER)
    rows = _expiring(now).annotate(address=_first_address(users))
    due = rows.filter(unreminded(TO_ISSUER, about="about", key="company_id")).exclude(address="")
    found = due.values_list("address", "about", "company_id")[:BATCH]
    return [Due(address, about, company_id=pk) for address, about, pk in found]


def of_distributors(now: datetime) -> Iterable[Due]:
    """The same CSDs, for the distributors of their companies. Their own address, or else a user's."""
    users = User.objects.filter(distributor=OuterRef("company__distributor"))
    own = NullIf("company__distributor__email", Value(""))
    rows = _expiring(now).annotate(address=Coalesce(own, _first_address(users)))
    not_yet = unreminded(TO_DISTRIBUTOR, about="about", to="distributor", key="company__distributor_id")
    due = rows.filter(not_yet).exclude(address="")
    found = due.values_list("address", "about", "company__distributor_id")[:BATCH]
    return [Due(address, about, distributor_id=pk) for address, about, pk in found]


def number_of(about: str) -> str:
    """The certificate that a reminder is about."""
    return about.partition("/")[0]


def _expiring(now: datetime) -> QuerySet[Csd]:
    """Active CSDs in their last days, with `about`: «00001000000512345678/30»."""
    whens = [When(valid_to__lte=now + timedelta(days=days), then=Value(f"/{days}")) for days in DAYS]
    ours: QuerySet[Csd] = Csd.objects.active().exclude(sat_status__in=ENDED)
    return (
        ours.filter(
            company__deleted_at=None,
            valid_to__gt=now,
            valid_to__lte=now + timedelta(days=max(DAYS)),
        )
        .annotate(about=Concat("number", Case(*whens), output_field=CharField()))
        .order_by("valid_to", "pk")
    )


def _first_address(users: QuerySet[User]) -> Coalesce:
    rows = users.filter(is_active=True).exclude(email="").order_by("pk")
    return Coalesce(Subquery(rows.values("email")[:1]), Value(""))
