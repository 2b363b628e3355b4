"""Migrations since the first release's: the former release goes on working on their tables, and nobody waits.

What is refused, tests/migration_rules.py says.
"""

from collections.abc import Callable

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Q
from django.db.models.functions import Length

from tests.migration_rules import judged

OURS = {"status", "companies", "mailing", "certificates", "onboarding", "backoffice"}
# In no transaction, which what makes an index CONCURRENTLY refuses; nothing is written.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def loader(transactional_db: None) -> MigrationLoader:
    return MigrationLoader(None)


@pytest.fixture
def state(loader: MigrationLoader) -> ProjectState:
    return loader.project_state()


def test_every_migration_keeps_the_rules(loader: MigrationLoader) -> None:
    later = [
        node for node in loader.graph.nodes if node[0] in OURS and not loader.get_migration(*node).initial
    ]
    for node in later:
        before = loader.project_state(node, at_end=False)
        assert judged(loader.get_migration(*node), before) == [], node


def made_up(*operations: Operation, atomic: bool = True) -> migrations.Migration:
    kind = type("MadeUp", (migrations.Migration,), {"operations": list(operations), "atomic": atomic})
    migration: migrations.Migration = kind("made_up", "companies")
    return migration


def check(**conditions: object) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**conditions), name="made_up")


INDEX = models.Index(fields=["phone"], name="made_up")
BAD: dict[str, list[Operation]] = {
    "drop a table": [migrations.DeleteModel("FormerLetter")],
    "drop a column": [migrations.RemoveField("company", "phone")],
    "rename a column": [migrations.RenameField("company", "phone", "telephone")],
    "rename a table": [migrations.RenameModel("FormerLetter", "OldLetter")],
    "another type": [migrations.AlterField("company", "phone", models.TextField(blank=True))],
    "no longer empty": [migrations.AlterField("logo", "company", models.IntegerField(null=False))],
    "a column that Python fills": [
        migrations.AddField("company", "nickname", models.CharField(max_length=9, default=""))
    ],
    "a column that nobody fills": [
        migrations.RunSQL("ALTER TABLE companies_company ADD COLUMN nickname text NOT NULL")
    ],
    "a computed column": [
        migrations.AddField(
            "company",
            "longer",
            models.GeneratedField(
                expression=Length("name"),
                output_field=models.IntegerField(),
                db_persist=True,
            ),
        )
    ],
    "an index": [migrations.AddIndex("company", INDEX)],
    "a column with an index": [
        migrations.AddField("company", "code2", models.CharField(max_length=9, null=True, db_index=True))
    ],
    "a unique column": [
        migrations.AddField("company", "code2", models.CharField(max_length=9, null=True, unique=True))
    ],
    "dropping an index": [migrations.RemoveIndex("company", "company_created_at")],
    "a check of all rows": [migrations.AddConstraint("company", check(phone__gt=""))],
    "a foreign key by hand": [
        migrations.RunSQL(
            "ALTER TABLE companies_company ADD CONSTRAINT x FOREIGN KEY (id) REFERENCES companies_logo (id)"
        )
    ],
    "all rows at once": [migrations.RunSQL("UPDATE companies_company SET phone = ''")],
    "the second statement of several": [
        migrations.RunSQL("SELECT 1; SET lock_timeout = 0; LOCK TABLE companies_company")
    ],
    "Python in one transaction": [migrations.RunPython(migrations.RunPython.noop)],
}
GOOD: dict[str, Callable[[], migrations.Migration]] = {
    "a column with a default of the database's": lambda: made_up(
        migrations.AddField(
            "company", "nickname", models.CharField(max_length=9, blank=True, default="", db_default="")
        )
    ),
    "a column that may be empty": lambda: made_up(
        migrations.AddField("company", "seen_at", models.DateTimeField(null=True))
    ),
    "a table with all that belongs to it": lambda: made_up(
        migrations.CreateModel(
            "Nickname",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("company", models.ForeignKey("companies.Company", models.CASCADE)),
                ("text", models.CharField(max_length=9, unique=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=~Q(text=""), name="nickname_not_empty")]
            },
        )
    ),
    "an index that lets people write": lambda: made_up(AddIndexConcurrently("company", INDEX), atomic=False),
    "dropping one likewise": lambda: made_up(
        RemoveIndexConcurrently("company", "company_created_at"), atomic=False
    ),
    "a check in two steps": lambda: made_up(
        AddConstraintNotValid("company", check(phone__gt="")), ValidateConstraint("company", "made_up")
    ),
    "Python in batches": lambda: made_up(
        migrations.RunPython(migrations.RunPython.noop, elidable=True), atomic=False
    ),
    "a trigger": lambda: made_up(
        migrations.RunSQL(
            "CREATE OR REPLACE FUNCTION made_up() RETURNS trigger AS $$ BEGIN\n"
            "UPDATE companies_company SET phone = '';\nRETURN NULL; END $$ LANGUAGE plpgsql"
        )
    ),
}


def test_a_bad_one_is_refused(state: ProjectState) -> None:
    passed = [name for name, operations in BAD.items() if not judged(made_up(*operations), state)]

    assert passed == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM companies_company")  # none was run


def test_a_good_one_passes(state: ProjectState) -> None:
    assert {name: judged(make(), state) for name, make in GOOD.items()} == {name: [] for name in GOOD}


def test_one_that_says_why_it_is_safe_passes(state: ProjectState) -> None:
    migration = made_up(*BAD["drop a column"])
    migration.safe_because = "no release reads it"  # type: ignore[attr-defined]

    assert judged(migration, state) == []
