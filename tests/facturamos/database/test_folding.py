"""First migrations are as short as they may be, and make the same tables."""

from collections.abc import Sequence

from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from pgtrigger.compiler import Trigger, UpsertTriggerSql
from pgtrigger.migrations import AddTrigger

from facturamos.database.folding import folded

OURS = ("status", "companies", "mailing", "certificates", "onboarding", "backoffice")


def table(name: str, **columns: models.Field[object, object]) -> CreateModel:
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *columns.items()])


def pointing_at(name: str) -> models.Field[object, object]:
    return models.ForeignKey(f"zoo.{name}", models.CASCADE)


def unique(column: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=[column], name=f"one_{column}")


def trigger(table_name: str) -> AddTrigger:
    sql = UpsertTriggerSql(
        func="RETURN NULL;", operation="INSERT", pgid="noted", table=f"zoo_{table_name}", when="AFTER"
    )
    return AddTrigger(table_name, Trigger(name="noted", sql=sql))


def told(operations: Sequence[Operation]) -> list[str]:
    """What each does, in order."""
    return [each.describe() for each in operations]


def test_a_table_comes_with_its_columns_indexes_and_constraints_and_triggers_come_last() -> None:
    index = models.Index(fields=["keeper"], name="by_keeper")

    keeper, animal, noted = folded(
        [
            table("Keeper"),
            trigger("keeper"),
            table("Animal"),
            AddField("Animal", "keeper", pointing_at("Keeper")),
            AddIndex("Animal", index),
            AddConstraint("Animal", unique("keeper")),
        ],
        "zoo",
    )

    assert told([keeper, animal, noted]) == [
        "Create model Keeper",
        "Create model Animal",
        "Create trigger noted on model keeper",
    ]
    assert isinstance(animal, CreateModel)
    assert [name for name, _ in animal.fields] == ["id", "keeper"]
    assert animal.options == {"indexes": [index], "constraints": [unique("keeper")]}


def test_of_two_that_point_at_each_other_one_gets_the_rest_later() -> None:
    operations = folded(
        [
            table("Keeper"),
            table("Animal", keeper=pointing_at("Keeper")),
            AddConstraint("Animal", unique("keeper")),
            AddField("Keeper", "favourite", pointing_at("Animal")),
            AddConstraint("Keeper", unique("favourite")),
        ],
        "zoo",
    )

    assert told(operations) == [
        "Create model Keeper",
        "Create model Animal",
        "Add field favourite to Keeper",
        "Create constraint one_favourite on model Keeper",
    ]


def test_our_first_migrations_are_folded() -> None:
    """Else one was written otherwise than by `makemigrations`, and a first start takes longer."""
    loader = MigrationLoader(None)

    for app_label in OURS:
        operations = loader.get_migration(app_label, "0001_initial").operations
        assert told(folded(operations, app_label)) == told(operations), app_label
