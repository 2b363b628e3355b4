"""What the log of security is told of signals: sign-ins, locks, second factors, changes by staff, consent.

What no signal tells of (a wrong code, a reset) its own module notes (`facturamos.security_log`).
"""

from axes.signals import user_locked_out
from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from companies.models import NoticeAcceptance, SecondFactor, SecurityEvent, User
from facturamos import client
from facturamos.logs import request_now
from facturamos.security_log import note


def keep(user: User | None, kind: SecurityEvent.Kind) -> None:
    """Keeps what happened to a user's account, with where it came from."""
    request = request_now.get()
    SecurityEvent.objects.create(
        user=user,
        kind=kind,
        address=client.address(request) if request else None,
        browser=client.browser(request) if request else "",
    )


@receiver(user_logged_in)
def signed_in(user: User, **_signal: object) -> None:
    """With a good password; staff have a second factor yet to show."""
    note("sign-in.good", user.code)
    keep(user, SecurityEvent.Kind.SIGNED_IN)


@receiver(user_logged_out)
def signed_out(user: User | None, **_signal: object) -> None:
    """By the button «Salir», here or in admin."""
    note("sign-out", user.code if user else None)
    keep(user, SecurityEvent.Kind.SIGNED_OUT)


@receiver(user_login_failed)
def refused(credentials: dict[str, str], **_signal: object) -> None:
    """With a wrong password, or an unknown name. The name is not written: it may be a password."""
    user = User.objects.find_to_sign_in(credentials.get("username", ""))
    note("sign-in.bad", user.code if user else None)
    keep(user, SecurityEvent.Kind.REFUSED)


@receiver(user_locked_out)
def locked_out(**_signal: object) -> None:
    """After too many wrong passwords; the line has the address."""
    note("sign-in.locked")


@receiver(post_save, sender=SecondFactor)
def second_factor_set_up(
    instance: SecondFactor, update_fields: frozenset[str] | None, **_signal: object
) -> None:
    """When its first code was right."""
    if update_fields and "confirmed_at" in update_fields:
        note("second-factor.set-up", instance.user.code)


@receiver(post_delete, sender=SecondFactor)
def second_factor_taken_away(instance: SecondFactor, **_signal: object) -> None:
    """By another member of staff, for another telephone, or with its user; one that was in use."""
    if instance.confirmed_at:
        note("second-factor.removed", instance.user.code)


@receiver(post_save, sender=LogEntry)
def changed_by_staff(instance: LogEntry, **_signal: object) -> None:
    """Whatever admin writes into its own history."""
    model = instance.content_type.model_class() if instance.content_type else None
    label = model._meta.label_lower if model else "?"
    what = "added" if instance.is_addition() else "deleted" if instance.is_deletion() else "changed"
    note(f"staff.{what}", f"{label} {instance.object_id}")


@receiver(post_save, sender=NoticeAcceptance)
def accepted(instance: NoticeAcceptance, created: bool, **_signal: object) -> None:
    """The privacy notice, by an issuer's user."""
    if created:
        note("consent.notice", instance.notice_id)
