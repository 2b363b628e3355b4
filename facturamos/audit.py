"""The audit: every change of an audited row leaves one event, written by triggers.

Triggers catch raw SQL and bulk updates too. Secrets are left out by the caller (`exclude`); a row with
secrets carries `secret_changed_at`, which is audited in their place.
"""

from collections.abc import Callable, Sequence

import pghistory
from django.db import models


def audited[M: type[models.Model]](
    exclude: Sequence[str] = (),
    attrs: dict[str, object] | None = None,
    meta: dict[str, object] | None = None,
) -> Callable[[M], M]:
    """A class decorator: insert, update and delete events (pghistory) for a model, without `exclude`.

    `attrs` and `meta` are for the class of the events, as `pghistory.track` takes them.
    """
    decorator: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        attrs=attrs,
        meta=meta,
    )
    return decorator
