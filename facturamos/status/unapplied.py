"""Whether the database has the migrations that the code brings."""

from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@cache
def on_disk() -> frozenset[tuple[str, str]]:
    """The migrations that the code brings, by app and name; their modules are looked up and not imported."""
    folders = [(app.label, MigrationLoader.migrations_module(app.label)[0]) for app in apps.get_app_configs()]
    return frozenset(
        (label, module.name)
        for label, package in folders
        if package and (spec := _spec(package))
        # None where it is no folder.
        for module in iter_modules(spec.submodule_search_locations or [])
        # As Django's loader leaves them out.
        if module.name[0] not in "_~" and not module.ispkg
    )


def _spec(package: str) -> ModuleSpec | None:
    """Where a package lies, if there is one; those above it are imported."""
    try:
        return find_spec(package)
    except ModuleNotFoundError:
        return None


def unapplied() -> int:
    """How many migrations the database lacks.

    Mostly none, which their names tell: to make the graph of all of them takes twenty megabytes.
    """
    if on_disk() <= MigrationRecorder(connection).applied_migrations().keys():
        return 0
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
