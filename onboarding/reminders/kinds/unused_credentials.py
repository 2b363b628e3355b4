"""Who was sent credentials two days ago and has never come in. Once an account."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, CharField, OuterRef, Subquery
from django.db.models.functions import Cast

from companies.accounts import renewal
from companies.accounts.credentials import CREDENTIALS
from companies.emails import sign_in_url
from mailing.models import Message
from mailing.outbox import Mail, Moot, page_url
from onboarding.models import Reminder
from onboarding.reminders.recipients import TOO_LATE_AFTER, issuers, user_of
from onboarding.reminders.services import BATCH, Due, reminder, render, unreminded

KIND = "onboarding.unused_credentials"
UNUSED_AFTER = timedelta(hours=48)


def due(now: datetime) -> Iterable[Due]:
    """Counted from when the mail left, not from when it was written. What came back left for nobody."""
    lately = (now - TOO_LATE_AFTER, now - UNUSED_AFTER)
    credentials = Message.objects.filter(kind=CREDENTIALS, bounce="")
    mailed = credentials.filter(about=Cast(OuterRef("pk"), CharField()))
    users = issuers().annotate(
        mailed_at=Subquery(
            mailed.filter(mailed_at__isnull=False).order_by("-mailed_at").values("mailed_at")[:1]
        )
    )
    found = users.filter(
        unreminded(KIND, key="company_id"),
        password_is_temporary=True,
        last_login=None,
        mailed_at__range=lately,
        # So that nobody else's mails are looked for.
        pk__in=credentials.filter(mailed_at__range=lately).values(pk=Cast("about", BigIntegerField())),
    )
    return [Due(user.email, "", company_id=user.company_id) for user in found[:BATCH]]


@reminder(KIND, label="Recordatorio de credenciales sin usar", due=due)
def email(row: Reminder) -> Mail:
    """The account waits; how long the temporary password still opens, and the way to a new one."""
    user = user_of(row)
    if not user.password_is_temporary or user.last_login:
        raise Moot("el usuario ya entró.")
    context = {
        "user": user,
        "expired": user.temporary_password_expired,
        "url": sign_in_url(user),
        "renewal_url": page_url("renovar_credenciales", renewal.token(user)),
    }
    return render(row, context)
