"""The canary of the key ring: `migrate` leaves it, and a ring that does not open it is the wrong one."""

from collections.abc import Sequence

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, transaction

from facturamos import vault
from facturamos.checks.variables import START
from facturamos.status.models import RingCanary

SONG = b"facturamos"
HINT = "Vuelva a poner el anillo anterior; si se perdió: docs/production.md, «Si se pierde la llave»."


def leave(**_signal: object) -> None:
    """Writes the canary, unless there is one."""
    if RingCanary.objects.exists():
        return
    try:
        _write()
    except ImproperlyConfigured:
        return  # a ring that cannot be read is told by its own check


def replace() -> None:
    """A new canary for the present ring: the former ring is lost. Raises ImproperlyConfigured."""
    with transaction.atomic():
        RingCanary.objects.all().delete()
        _write()


def _write() -> None:
    row = RingCanary()
    vault.put(row, "value", SONG)
    row.save()


def sings() -> bool:
    """Whether the ring opens it, or there is none yet. Raises DatabaseError and ImproperlyConfigured."""
    try:
        for row in RingCanary.objects.all():
            secret = vault.take(row, "value")
            if secret is None or secret.reveal() != SONG:
                return False
    except vault.VaultError:
        return False
    return True


@checks.register(START, checks.Tags.database)
def check_ring(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: object
) -> list[checks.CheckMessage]:
    """Before `migrate` there is no canary, and while the database is away nobody knows."""
    if not databases:
        return []
    try:
        if sings():
            return []
    except DatabaseError:
        return []
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="facturamos.E020")]
    text = "FACTURAMOS_KEYS: el anillo no abre lo que hay en la base: no es el suyo."
    return [checks.Error(text, hint=HINT, id="facturamos.E021")]
