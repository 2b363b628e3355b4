"""What «Estado» says of sign-in."""

from collections.abc import Iterator

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone

from companies.limits import NOT_ME
from facturamos.status.report import Level, StatusFinding, bad_if, subject

# So many locks at a time are no people who have forgotten their passwords.
LOCKS_MAY_BE = 20
# One may be a slip of whoever typed an address; several are somebody's intent.
NOT_ME_IS_BAD = 2


@subject("sign-in", "Entrada")
def sign_in_findings() -> Iterator[StatusFinding]:
    """How many are locked out for wrong passwords just now."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    full = {"failures_since_start__gte": settings.AXES_FAILURE_LIMIT, "attempt_time__gt": since}
    locks = AccessAttempt.objects.filter(**full).count()
    yield StatusFinding(
        "sign_in.locks",
        "Bloqueos por contraseñas equivocadas, ahora",
        str(locks),
        bad_if(locks > LOCKS_MAY_BE, Level.WARNING),
        "Alguien prueba contraseñas: la bitácora «facturamos.security» dice desde dónde.",
        locks,
    )
    denied = NOT_ME.counted("site")
    yield StatusFinding(
        "sign_in.not_me",
        "«No fui yo», último día",
        str(denied),
        bad_if(denied >= NOT_ME_IS_BAD) or bad_if(denied, Level.WARNING),
        "Alguien de la casa cambió correos que no debía: la bitácora «facturamos.security» dice de quiénes, "
        "y el historial de cada usuario, quién.",
        denied,
    )
