"""What a migration must not do while the former release works on the same tables, and people wait.

Read from the SQL that it runs, not from its operations: so nothing of Django's, of pghistory or by hand gets
around it. What only touches tables that the same migration makes is free.

A migration that must do one of these all the same (a column that nothing reads since the last release) says
why: `safe_because = "0.3 reads it no more"` in its class.
"""

import re
from collections.abc import Iterable

from django.db import connection, migrations
from django.db.migrations.state import ProjectState

# What is done to an existing table, and why it is refused.
RULES = (
    (r"DROP TABLE", "the former release still reads the table"),
    (r"ALTER TABLE \S+ DROP COLUMN", "the former release still reads the column"),
    (r"ALTER TABLE \S+ RENAME", "the former release knows the old name only"),
    (r"ALTER TABLE .*ALTER COLUMN \S+ TYPE", "rewrites the table under a lock that keeps everybody out"),
    (r"ALTER TABLE .*ALTER COLUMN \S+ SET NOT NULL", "reads the table under a lock, and refuses old rows"),
    (r"ALTER TABLE .*ALTER COLUMN \S+ DROP DEFAULT", "the former release does not give the column a value"),
    (
        r"ALTER TABLE .*ADD COLUMN (?!.*\bDEFAULT\b).*NOT NULL",
        "the former release does not give it a value: db_default",
    ),
    (
        r"ALTER TABLE .*ADD COLUMN .*(GENERATED ALWAYS|\bserial\b)",
        "rewrites the table under a lock that keeps everybody out",
    ),
    (
        r"ALTER TABLE .*ADD CONSTRAINT (?!.*NOT VALID).*(CHECK|FOREIGN KEY)",
        "reads the table under a lock: AddConstraintNotValid, and later ValidateConstraint",
    ),
    (
        r"ALTER TABLE .*ADD CONSTRAINT .*(UNIQUE|PRIMARY KEY|EXCLUDE)",
        "makes an index under a lock: AddIndexConcurrently",
    ),
    (
        r"CREATE (UNIQUE )?INDEX (?!CONCURRENTLY)",
        "nobody writes while the index is made: AddIndexConcurrently",
    ),
    (r"DROP INDEX (?!CONCURRENTLY)", "waits for everybody: RemoveIndexConcurrently"),
    (
        r"(LOCK TABLE|TRUNCATE|VACUUM FULL|CLUSTER|REINDEX (?!.*CONCURRENTLY))",
        "keeps everybody out of the table",
    ),
    (r"(UPDATE|DELETE FROM) ", "keeps every row locked until the end: in batches, by a job or a command"),
)
WORDS = re.compile(r"\s+")
MADE = re.compile(r'CREATE TABLE (?:IF NOT EXISTS )?"?(\w+)')
TABLE = re.compile(
    r'(?:ALTER TABLE|DROP TABLE|\bON|UPDATE|DELETE FROM)(?: IF EXISTS| ONLY)* "?(\w+)', re.IGNORECASE
)


def faults(statements: Iterable[str]) -> list[str]:
    """What of a migration's SQL is refused, each with the reason."""
    made: set[str] = set()
    found = []
    for statement in statements:
        text = WORDS.sub(" ", statement).strip()
        made.update(MADE.findall(text))
        table = TABLE.search(text)
        if table and table[1] in made:
            continue
        found += [f"{text[:120]}: {why}" for pattern, why in RULES if re.match(pattern, text, re.IGNORECASE)]
    return found


def statements_of(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """The SQL that a migration would run, nothing of which is run."""
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(before.clone(), editor, collect_sql=True)
    return [
        statement
        for collected in editor.collected_sql
        if not collected.startswith("--")
        # What stands in a function's body is done later, if ever.
        for statement in ([collected] if " FUNCTION " in collected else collected.split(";"))
    ]


def judged(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """What is refused of a migration that does not say why it is safe."""
    if getattr(migration, "safe_because", ""):
        return []
    python = [
        "RunPython in one transaction: keeps every row locked until the end; in batches, with atomic = False"
        for operation in migration.operations
        if isinstance(operation, migrations.RunPython) and migration.atomic
    ]
    return python + faults(statements_of(migration, before))
