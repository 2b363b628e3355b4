"""Reads the SAT's catalogues out of the package satcfdi and loads them into Postgres.

satcfdi keeps them pickled in an SQLite file. Only `load_sat_catalogs` (and the tests) come here: nothing
is unpickled while the site runs, and the unpickler below makes nothing but strings, lists and tuples.
"""

import hashlib
import io
import pickle
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import batched
from pathlib import Path
from typing import Any, NoReturn

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from companies.models import (
    CatalogueLoad,
    SatCountry,
    SatLocality,
    SatMunicipality,
    SatNeighborhood,
    SatPostalCode,
    SatState,
    SatTaxRegime,
)
from companies.sat import tax_regimes

type Row = tuple[str, ...]
type Rows = dict[type[models.Model], list[Row]]

# Stands in c_CodigoPostal for «none»; it is nobody's.
NO_POSTAL_CODE = "00000"


class UnexpectedPickle(Exception):
    """A value of the file is more than text, lists and tuples."""


class _PlainUnpickler(pickle.Unpickler):
    """Builds str, list and tuple, which need no class; anything that asks for one is refused."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise UnexpectedPickle(f"{module}.{name}")

    def persistent_load(self, pid: object) -> NoReturn:
        raise UnexpectedPickle("persistent id")


def unpickle(data: bytes) -> Any:
    """The plain value in `data`. Raises UnexpectedPickle."""
    return _PlainUnpickler(io.BytesIO(data)).load()


# --- reading


def _regime(code: str, name: str) -> Row:
    regime = tax_regimes.get(code)
    # Which personas it fits is not in the file; a régimen that is no longer current fits none.
    return code, name, _flag(regime and regime.moral), _flag(regime and regime.fisica)


def _flag(value: object) -> str:
    return "t" if value else "f"


# Model, table in the file, and a row of ours from a key and a value of theirs, in the order of our columns.
CATALOGUES: tuple[tuple[type[models.Model], str, Callable[[Any, Any], Row]], ...] = (
    (SatCountry, "C756_c_Pais", lambda key, value: (key, value)),
    (SatState, "C756_c_Estado", lambda key, value: (key, *value)),
    (SatMunicipality, "C756_c_Municipio", lambda key, value: (key[1], key[0], value)),
    (SatLocality, "C756_c_Localidad", lambda key, value: (key[1], key[0], value)),
    (SatPostalCode, "C756_c_CodigoPostal", lambda key, value: (key, *value[:3], value[4])),
    (SatNeighborhood, "C756_c_Colonia", lambda key, value: (key[1], key[0], value)),
    (SatTaxRegime, "C756_c_RegimenFiscal", _regime),
)


def database() -> Path:
    """satcfdi's file of catalogues; the package itself is not imported, which takes a second."""
    spec = find_spec("satcfdi")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("satcfdi")
    return Path(spec.origin).parent / "catalogs" / "catalogs.db"


def fingerprint() -> str:
    """Tells one state of the catalogues from another: SHA-256 of satcfdi's file and our rule of personas."""
    with database().open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(repr(tax_regimes.TAX_REGIMES).encode())
    return digest.hexdigest()


def read(path: Path | None = None) -> Rows:
    """Every catalogue as rows of text. Raises UnexpectedPickle, sqlite3.Error."""
    with closing(sqlite3.connect(f"file:{path or database()}?mode=ro", uri=True)) as source:
        return {model: list(_rows(source, table, make)) for model, table, make in CATALOGUES}


def _rows(source: sqlite3.Connection, table: str, make: Callable[[Any, Any], Row]) -> Iterable[Row]:
    # Values repeat: hundreds of postal codes share theirs, and many colonias a name.
    value_of = lru_cache(maxsize=None)(unpickle)
    # The names of the tables are ours, above.
    for key, value in source.execute(f"SELECT key, value FROM {table}"):  # noqa: S608
        row = make(unpickle(key), value_of(value))
        if row[0] != NO_POSTAL_CODE:
            yield row


# --- loading

# Rows sent in one statement, and what parts them and their cells: nothing that a catalogue says.
BATCH = 20_000
LINE, CELL = "\x1e", "\x1f"


@dataclass(frozen=True)
class CatalogueChange:
    """What loading did to one catalogue."""

    title: str
    total: int
    added: int
    changed: int
    removed: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@transaction.atomic
def load(rows: Rows, source: str = "") -> list[CatalogueChange]:
    """Makes the tables equal to `rows`, in one transaction; tells what changed. Twice is as good as once.

    `source` is the fingerprint of what the rows were read from, if they are all of it.
    """
    CatalogueLoad.objects.all().delete()
    if source:
        CatalogueLoad.objects.create(fingerprint=source)
    return [_load_one(model, rows[model]) for model, _, _ in CATALOGUES]


def is_loaded(source: str) -> bool:
    """Whether what the tables were made equal to last had this fingerprint."""
    return CatalogueLoad.objects.filter(fingerprint=source).exists()


def _load_one(model: type[models.Model], rows: list[Row]) -> CatalogueChange:
    table = model._meta.db_table
    columns = [field.column for field in model._meta.local_concrete_fields if field.column]
    keys = [field.column for field in model._meta.pk_fields]
    rest = [column for column in columns if column not in keys]
    same_key = " AND ".join(f"t.{key} = i.{key}" for key in keys)
    title = str(model._meta.verbose_name_plural)
    with connection.cursor() as cursor:
        if not model._default_manager.exists():
            # There is nothing to compare with: three quarters of the work.
            _send(cursor, table, model, columns, rows)
            cursor.execute(f"ANALYZE {table}")
            return CatalogueChange(title, len(rows), len(rows), 0, 0)
        cursor.execute(f"CREATE TEMPORARY TABLE incoming (LIKE {table}) ON COMMIT DROP")
        _send(cursor, "incoming", model, columns, rows)
        cursor.execute("ANALYZE incoming")
        counts = [
            _count(cursor, statement)
            for statement in (
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM incoming i "  # noqa: S608
                f"WHERE NOT EXISTS (SELECT FROM {table} t WHERE {same_key})",
                f"UPDATE {table} t SET ({', '.join(rest)}) = ROW({_of('i', rest)}) FROM incoming i "  # noqa: S608
                f"WHERE {same_key} AND ({_of('t', rest)}) IS DISTINCT FROM ({_of('i', rest)})",
                f"DELETE FROM {table} t WHERE NOT EXISTS (SELECT FROM incoming i WHERE {same_key})",  # noqa: S608
            )
        ]
        cursor.execute("DROP TABLE incoming")
        if any(counts):
            cursor.execute(f"ANALYZE {table}")
    return CatalogueChange(title, len(rows), *counts)


def _send(
    cursor: CursorWrapper, table: str, model: type[models.Model], columns: list[str], rows: list[Row]
) -> None:
    """Writes rows of a model into a table of its columns; many come as one text.

    Not by COPY: it would wait for a server that has fallen silent (facturamos/database/waiting.py).
    """
    types = [field.db_type(connection) for field in model._meta.local_concrete_fields if field.column]
    cells = ", ".join(f"c[{number}]::{kind}" for number, kind in enumerate(types, 1))
    lines = "SELECT string_to_array(line, cell) c FROM string_to_table(%s, %s) line, (SELECT %s AS cell) s"
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {cells} FROM ({lines}) t"  # noqa: S608
    for some in batched(rows, BATCH):
        cursor.execute(statement, [LINE.join(CELL.join(row) for row in some), LINE, CELL])


def _of(alias: str, columns: list[str]) -> str:
    return ", ".join(f"{alias}.{column}" for column in columns)


def _count(cursor: CursorWrapper, statement: str) -> int:
    cursor.execute(statement)
    return int(cursor.rowcount)
