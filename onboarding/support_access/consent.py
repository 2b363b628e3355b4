"""Whether support may see an issuer's pages: by the issuer's switch, or with a written reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from companies.models import Company, User
from facturamos import security_log
from onboarding.models import Onboarding, SupportView

CONSENT_LIFETIME = timedelta(hours=72)
# How long a written reason opens the pages, for who wrote it and that company only.
REASON_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True)
class Consent:
    """What the issuer sees: until when the switch is on, and when support saw them last."""

    until: datetime | None
    last: SupportView | None


@dataclass(frozen=True)
class SupportAccess:
    """Support may see the pages. The reason is empty where the issuer's switch is on."""

    reason: str


def of(onboarding: Onboarding) -> Consent:
    """How an issuer's switch stands, in one query."""
    last = SupportView.objects.filter(company=onboarding.company_id).first()
    return Consent(until(onboarding), last)


def until(onboarding: Onboarding) -> datetime | None:
    """Until when the switch is on; None when it is off or its time is over."""
    end = onboarding.support_access_until
    return end if end and end > timezone.now() else None


def give(company: Company) -> None:
    """Switches on, from now; a second time begins anew."""
    security_log.note("consent.support-access", company.code)
    _set(company, timezone.now() + CONSENT_LIFETIME)


def withdraw(company: Company) -> None:
    """Switches off at once; a second time changes nothing."""
    security_log.note("consent.support-access-withdrawn", company.code)
    _set(company, None)


def _set(company: Company, end: datetime | None) -> None:
    Onboarding.objects.filter(company=company).update(support_access_until=end)


def access(company: Company, staff: User) -> SupportAccess | None:
    """Why `staff` may see the company's pages now; None when it may not."""
    onboarding = Onboarding.objects.filter(company=company).first()
    if onboarding is None or company.deleted_at is not None or not staff.is_support:
        return None
    if until(onboarding):
        return SupportAccess("")
    since = timezone.now() - REASON_LIFETIME
    opened = SupportView.objects.filter(company=company, user=staff, page="", at__gt=since)
    latest = opened.exclude(reason="").first()
    return SupportAccess(latest.reason) if latest else None


def note(company: Company, staff: User, access: SupportAccess, page: str = "") -> None:
    """Writes down that `staff` sees a page; without one, that it opens them."""
    SupportView.objects.create(company=company, user=staff, page=page[:200], reason=access.reason)
