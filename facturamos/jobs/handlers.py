"""Which function does the work of which kind of job: `@handles(Kind)` in an app's tasks.py.

A kind is a model, and models know no services; so the service comes to the kind. Every app's tasks.py is
imported at the start (facturamos/apps.py), in web servers too, since a short job may be done in a request.
A kind that nobody handles is an error of `manage.py check` (Job.check).
"""

from collections.abc import Callable

from django.core.exceptions import ImproperlyConfigured
from django.db import models

# Each takes a job of its own kind.
type Handler = Callable[..., None]

_handlers: dict[type[models.Model], Handler] = {}


def handles[J: models.Model](kind: type[J]) -> Callable[[Callable[[J], None]], Callable[[J], None]]:
    """A decorator: the function does the work of a `kind`, ends with `settle`, and may raise RetryLater.

    Raises ImproperlyConfigured for a second handler of one kind.
    """

    def register(handler: Callable[[J], None]) -> Callable[[J], None]:
        if kind in _handlers:
            raise ImproperlyConfigured(f"{kind.__name__} has two handlers.")
        _handlers[kind] = handler
        return handler

    return register


def is_handled(kind: type[models.Model]) -> bool:
    """Whether a tasks.py names a function for a kind: those alone are imported by every process."""
    return kind in _handlers and _handlers[kind].__module__.endswith(".tasks")


def handler_of(kind: type[models.Model]) -> Handler:
    """The function that does the work of a kind. Raises ImproperlyConfigured when there is none."""
    if not is_handled(kind):
        raise ImproperlyConfigured(f"{kind.__name__} has no handler.")
    return _handlers[kind]
