"""Migrations that the database lacks are counted, and mostly there are none."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from facturamos.status.unapplied import on_disk, unapplied

pytestmark = pytest.mark.django_db


def test_the_migrations_are_known_by_their_files() -> None:
    assert on_disk() == MigrationLoader(None).disk_migrations.keys()


def test_a_migration_that_the_database_lacks_is_counted() -> None:
    assert unapplied() == 0

    MigrationRecorder(connection).record_unapplied("backoffice", "0001_initial")

    assert unapplied() == 1
