"""What becomes of secrets that no key opens any more, once their ring is given up as lost.

Each app says so in its own `lost_ring.py`; what none speaks of is wiped.
"""

from collections.abc import Callable

from django.db import models, transaction

from facturamos import vault
from facturamos.status import canary
from facturamos.status.models import RingCanary
from facturamos.vault import encrypted_columns

# Takes the rows of a model of which a secret does not open.
type GiveUp = Callable[[models.QuerySet[models.Model]], object]

_given_up: dict[type[models.Model], GiveUp] = {}


def when_lost(model: type[models.Model]) -> Callable[[GiveUp], GiveUp]:
    """Makes a function the one that gives up rows of a model."""

    def register(give_up: GiveUp) -> GiveUp:
        _given_up[model] = give_up
        return give_up

    return register


def unreadable(model: type[models.Model], column: str) -> list[object]:
    """The keys of the rows whose secret does not open."""
    rows = model._base_manager.exclude(**{column: None}).only("pk", column)
    return [row.pk for row in rows.iterator(chunk_size=500) if not _opens(row, column)]


def _opens(row: models.Model, column: str) -> bool:
    try:
        vault.take(row, column)
    except vault.VaultError:
        return False
    return True


@transaction.atomic
def accept() -> dict[str, int]:
    """Gives up what does not open, and leaves a canary for the present ring; returns the rows by column."""
    found: dict[str, int] = {}
    for model, column in encrypted_columns():
        if model is RingCanary:
            continue
        keys = unreadable(model, column)
        found[f"{model._meta.label}.{column}"] = len(keys)
        if keys:
            rows = model._base_manager.filter(pk__in=keys)
            give_up = _given_up.get(model)
            _ = give_up(rows) if give_up else rows.update(**{column: None})
    canary.replace()
    return found
