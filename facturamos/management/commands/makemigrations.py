"""`manage.py makemigrations`: Django's, whose first migrations run in half the time."""

from django.core.management.commands import makemigrations
from django.db.migrations.migration import Migration

from facturamos.database.folding import folded


class Command(makemigrations.Command):
    """Folds what a first migration does (facturamos/database/folding.py); the tables are the same."""

    def write_migration_files(
        self,
        changes: dict[str, list[Migration]],
        update_previous_migration_paths: dict[str, str] | None = None,
    ) -> None:
        """Writes them as Django does, the first ones folded."""
        for app_label, migrations in changes.items():
            for migration in migrations:
                if migration.initial:
                    # Each is an object of a class of its own; the stubs know it of the class alone.
                    migration.operations = folded(migration.operations, app_label)  # type: ignore[misc]
        super().write_migration_files(changes, update_previous_migration_paths)
