"""A user's signed-in sessions: the list of one's own, the end of idle ones, the mail about a new place."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from companies.models import SignedInSession, User
from facturamos import client
from facturamos.marks import is_old
from facturamos.outages import UNWRITABLE, outage_of
from mailing import outbox

# The mail that says so.
NEW_PLACE = "companies.new_place"
# A session of staff that nothing was asked in for so long is over.
STAFF_IDLE = timedelta(hours=1)
# How exact «última actividad» is: each note of it is a write.
NOTED_EVERY = timedelta(minutes=5)
_SEEN = "seen"


def begin(request: HttpRequest, user: User, *, known: bool) -> SignedInSession:
    """Notes a sign-in; tells staff of one from a browser that never was theirs, but for the very first."""
    session = SignedInSession.objects.create(
        user=user,
        session_key=_key(request),
        address=client.address(request),
        browser=client.browser(request),
    )
    others = SignedInSession.objects.filter(user=user).exclude(pk=session.pk)
    been_here = others.exists() or _came_before(user)
    if user.is_staff and been_here and not known and (address := user.confirmed_email or user.email):
        outbox.post(NEW_PLACE, to=address, about=session)
    return session


def _came_before(user: User) -> bool:
    """Whether this is not the first time: signing in has just set the moment of the last."""
    return not user.password_is_temporary


def follow(request: HttpRequest, former: str | None) -> None:
    """The session has another key than before."""
    SignedInSession.objects.filter(session_key=former or "").update(session_key=_key(request))


def _key(request: HttpRequest) -> str:
    if request.session.session_key is None:
        request.session.create()
    return str(request.session.session_key)


# --- idle ones


@receiver(user_logged_in)
def _note_the_beginning(sender: object, request: HttpRequest, **signal: object) -> None:
    request.session[_SEEN] = timezone.now().timestamp()


def is_over(request: HttpRequest, user: User) -> bool:
    """Whether the session has been idle for too long; notes now and then that it is not."""
    now, seen = timezone.now(), _seen(request)
    if user.is_staff and seen is not None and now - seen > STAFF_IDLE:
        return True
    # What cannot be written just now is no reason to show nobody anything.
    if is_old(seen, now, NOTED_EVERY) and _note_seen(_key(request), now):
        request.session[_SEEN] = now.timestamp()
    return False


def _note_seen(key: str, now: datetime) -> bool:
    try:
        SignedInSession.objects.filter(session_key=key).update(seen_at=now)
    except DatabaseError as error:
        if outage_of(error) in UNWRITABLE:
            return False
        raise
    return True


def _seen(request: HttpRequest) -> datetime | None:
    stamp = request.session.get(_SEEN)
    return datetime.fromtimestamp(stamp, timezone.get_current_timezone()) if stamp else None


# --- the list


def of(user: User) -> list[SignedInSession]:
    """Where the user is signed in now, the latest first; what has ended beat forgets."""
    rows = list(SignedInSession.objects.filter(user=user))
    alive = _alive(row.session_key for row in rows)
    return [row for row in rows if row.session_key in alive]


def _alive(keys: Iterable[str]) -> set[str]:
    live = Session.objects.filter(session_key__in=list(keys), expire_date__gt=timezone.now())
    return set(live.values_list("session_key", flat=True))


def end(sessions: Iterable[SignedInSession]) -> None:
    """Closes them: whoever uses one must sign in again."""
    rows = list(sessions)
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    SignedInSession.objects.filter(pk__in=[row.pk for row in rows]).delete()


def forget_ended() -> None:
    """Rows whose sessions are over; beat's business."""
    SignedInSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
