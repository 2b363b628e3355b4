"""The audit: every change of a tracked row leaves one event, written by triggers.

Triggers catch raw SQL and bulk updates too. Secrets are left out by the caller (`exclude`); a row with
secrets carries `secret_changed_at`, which is tracked in their place.
"""

from collections.abc import Callable, Sequence

import pghistory
from django.db import models


def tracked[M: type[models.Model]](exclude: Sequence[str] = ()) -> Callable[[M], M]:
    """A class decorator: insert, update and delete events for a model, without `exclude`."""
    decorator: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
    )
    return decorator
