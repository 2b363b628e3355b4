"""All that is held about a company or a person, for who has a right to it: as JSON, as PDF, and the files."""

import base64
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from companies.documents import typesetting
from companies.documents.sample import Entry
from companies.models import Company, User
from onboarding.backoffice.personal_data.scope import HeldRows, about_company, about_user, is_secret

HIDDEN = "(secreto: no se entrega)"
# More of one table stand in the JSON only, and longer values are cut on paper.
ROWS_ON_PAPER, LETTERS_ON_PAPER = 40, 240
COUNTED = "Sólo se dice cuántos: los hizo o cambió esta persona, y lo que dicen es de otros."


@dataclass(frozen=True)
class PaperTable:
    """One table on paper: how many rows there are, and the first of them."""

    title: str
    count: int
    rows: tuple[tuple[Entry, ...], ...]
    # Why not all of them stand here; empty where they do.
    rest: str = ""


@dataclass(frozen=True)
class HeldData:
    """What the PDF says, table by table."""

    whose: str
    site: str
    date: str
    tables: tuple[PaperTable, ...]


def company_archive(company: Company) -> bytes:
    """A ZIP with `datos.json`, `datos.pdf` and the company's files."""
    return _archive(f"{company.name} ({company.code})", about_company(company))


def user_archive(user: User) -> bytes:
    """The same about a person."""
    return _archive(f"{user.get_full_name()} ({user.username})", about_user(user))


def _archive(whose: str, held: Iterable[HeldRows]) -> bytes:
    now = timezone.localtime()
    every = list(held)
    found = {each: _rows(each) for each in every if not each.only_counted}
    counts = {each: count for each in every if each.only_counted and (count := each.rows.count())}
    tables = {each.label: rows for each, rows in found.items() if rows}
    about = {
        "sitio": settings.SITE_NAME,
        "de": whose,
        "hecho": now.isoformat(),
        "tablas": tables,
        "solo_contados": {each.label: count for each, count in counts.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datos.json", json.dumps(about, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
        archive.writestr("datos.pdf", _pdf(whose, [*_tables(found), *_counted(counts)], now))
        for name in sorted(set(_files(found))):
            with default_storage.open(name) as file:
                archive.writestr(f"archivos/{name}", file.read())
    return buffer.getvalue()


def _rows(held: HeldRows) -> list[dict[str, object]]:
    return [_values(row) for row in held.rows.iterator(chunk_size=2000)]


def _values(row: models.Model) -> dict[str, object]:
    return {field.attname: _value(row, field) for field in row._meta.concrete_fields}


def _value(row: models.Model, field: models.Field[object, object]) -> object:
    value = getattr(row, field.attname)
    if is_secret(field):
        return HIDDEN if value else ""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value) if isinstance(field, models.FileField) else value


def _files(found: dict[HeldRows, list[dict[str, object]]]) -> Iterator[str]:
    for held, rows in found.items():
        for field in held.model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                names = (str(row[field.attname]) for row in rows if row[field.attname])
                yield from (name for name in names if default_storage.exists(name))


# --- on paper


def _pdf(whose: str, tables: Iterable[PaperTable], now: datetime) -> bytes:
    date = f"{now:%d/%m/%Y, %H:%M} h"
    held = HeldData(whose, settings.SITE_NAME, date, tuple(tables))
    return typesetting.pdf("held_data.typ", held, when=now)


def _tables(found: dict[HeldRows, list[dict[str, object]]]) -> Iterator[PaperTable]:
    for held, rows in found.items():
        if rows:
            shown = tuple(_entries(held.model, row) for row in rows[:ROWS_ON_PAPER])
            more = len(rows) - len(shown)
            rest = f"… y {more} más, en datos.json." if more else ""
            yield PaperTable(capfirst(held.title), len(rows), shown, rest)


def _counted(counts: dict[HeldRows, int]) -> Iterator[PaperTable]:
    for held, count in counts.items():
        yield PaperTable(f"{capfirst(held.title)}, por esta persona", count, (), COUNTED)


def _entries(model: type[models.Model], row: dict[str, object]) -> tuple[Entry, ...]:
    found = ((field, row[field.attname]) for field in model._meta.concrete_fields)
    return tuple(
        Entry(capfirst(str(field.verbose_name)), _short(value))
        for field, value in found
        if value not in (None, "", [], {})
    )


def _short(value: object) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M:%S}"
    if isinstance(value, bool):
        return "Sí" if value else "No"
    text = (
        json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
        if isinstance(value, dict | list)
        else str(value)
    )
    return text if len(text) <= LETTERS_ON_PAPER else text[:LETTERS_ON_PAPER] + "…"
