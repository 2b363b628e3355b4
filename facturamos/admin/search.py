"""Searching rows by words, in columns of their own and of the rows they belong to.

Whatever a word is, and however many rows there are, a search looks at few of them:

1. the newest rows themselves, which is all of them for most distributors, and enough of them for a word that
   many rows have;
2. of the word that the fewest of these have, the rows that its trigram index knows, up to a limit. What is
   found within the limit is everything, and the other words are looked for in these rows alone.

Where neither is the whole answer, `Found` says so, and the page asks for one more word. What a row is found
by, its model says (`search_text`); columns of a model that says nothing are read without an index.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Model, OuterRef, QuerySet

from facturamos.search_text import SearchText
from facturamos.text import clean, plain_dashes, plain_letters

# So many of the newest rows are looked at, and so many are found at most.
RECENT, FEW = 500, 1000
# So many of a table are asked whether they belong to the rows that are searched.
MANY = 2500
# A word that so many of the newest have would be found too often by its index.
COMMON = RECENT // 10
# Found among the newest alone, these are enough to show.
ENOUGH = 50
MORE_MAY_BE_THERE = "Puede haber más resultados. Escriba otra palabra para encontrar los que faltan."

LONGEST, MOST_WORDS = 100, 8
# What is dialled: the last ten digits are the number, whatever stands before them.
_DIALLED = re.compile(r"\+?[0-9 ().-]+")
_SHORTEST_NUMBER, _NUMBER, _LONGEST_NUMBER = 7, 10, 15
# What stands before a value that was copied with its name.
_LABEL = re.compile(
    r"\A(?:rfc|c[oó]digo|folio|tel|tel[eé]fono|cel|celular|correo|e-?mail) *[:.] *", re.IGNORECASE
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# Without three letters or digits in a row there is no trigram.
_HAS_TRIGRAM = re.compile(r"[^\W_]{3}")

type Texts = dict[object, tuple[str, ...]]


@dataclass(frozen=True)
class Found[M: Model]:
    """What was found, and whether that is all there is."""

    rows: QuerySet[M]
    complete: bool


@dataclass(frozen=True)
class SearchTable:
    """A table that words are looked for in: the way to it, its model, its text."""

    way: str
    model: type[Model]
    text: SearchText

    def having(self, words: Iterable[str]) -> QuerySet[Model]:
        """Its rows that have every word."""
        rows = self.model._default_manager.alias(searched=self.text).order_by()
        for word in words:
            rows = rows.filter(searched__contains=word)
        return rows


def find[M: Model](rows: QuerySet[M], fields: Iterable[str], term: str) -> Found[M]:
    """Those of `rows` that have every word of `term`: at most `FEW` of them, the newest among these."""
    if not term.strip():
        return Found(rows, complete=True)
    words = folded(term)
    return Search(rows, fields, words).found() if words else Found(rows.none(), complete=True)


def search_all[M: Model](rows: QuerySet[M], fields: Iterable[str], term: str) -> QuerySet[M]:
    """All that have every word, however many and however long it takes: for files, made in the background."""
    words = folded(term)
    if term.strip() and not words:
        return rows.none()
    tables = _tables(rows.model, fields)
    for word in words:
        # By keys: the index tells few of many, where PostgreSQL would ask each row whether there EXISTS one.
        first, *others = (
            rows.model._default_manager.alias(searched=_reached(table))
            .filter(searched__contains=word)
            .order_by()
            .values("pk")
            for table in tables
        )
        rows = rows.filter(pk__in=first.union(*others, all=True) if others else first)
    return rows


def folded(term: str) -> list[str]:
    """The words of a term, as the texts have them."""
    return [word for word in keys_of(_words(term)) if word]


def keys_of(texts: Sequence[str]) -> list[str]:
    """Texts as PostgreSQL folds them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_key(word) FROM unnest(%s::text[]) AS word", [[*texts]])
        return [key for (key,) in cursor.fetchall()]


def _words(term: str) -> list[str]:
    plain = _LABEL.sub("", plain_dashes(plain_letters(clean(_CONTROLS.sub(" ", term)))))[:LONGEST]
    digits = "".join(filter(str.isdecimal, plain))
    if _DIALLED.fullmatch(plain) and len(digits) >= _SHORTEST_NUMBER:
        return [digits[-_NUMBER:] if len(digits) <= _LONGEST_NUMBER else digits]
    return plain.split()[:MOST_WORDS]


class Search[M: Model]:
    """One search: the rows, the tables that they are found by, the words."""

    def __init__(self, rows: QuerySet[M], fields: Iterable[str], words: Sequence[str]) -> None:
        self.rows, self.words = rows, words
        self.tables = _tables(rows.model, fields)

    def found(self) -> Found[M]:
        """Looks among the newest, then where the index of the rarest word says."""
        newest = self._texts(self.rows.order_by(*_newest_first(self.rows.model))[:RECENT])
        keys = dict.fromkeys(self._having_all(newest))
        if len(newest) < RECENT:
            return self._of(keys, complete=True)
        if rarest := self._rarest(newest):
            candidates, complete = self._indexed([rarest])
            keys |= dict.fromkeys(self._confirmed(candidates))
            if complete:
                return self._of(keys, complete=True)
        if len(self.words) > 1 and len(keys) < ENOUGH:
            keys |= dict.fromkeys(self._indexed(self._with_trigrams())[0])
        return self._of(keys, complete=False)

    def _of(self, keys: Iterable[object], *, complete: bool) -> Found[M]:
        return Found(self.rows.filter(pk__in=[*keys][:FEW]), complete)

    # --- reading rows

    def _texts(self, rows: QuerySet[M]) -> Texts:
        """By key, the texts of all tables."""
        model = self.rows.model
        named = {f"searched_{number}": _read(model, table) for number, table in enumerate(self.tables)}
        texts: Texts = {}
        for key, *found in rows.annotate(**named).values_list("pk", *named):
            texts[key] = tuple(_flat(found))
        return texts

    def _having_all(self, texts: Texts) -> Iterator[object]:
        for key, parts in texts.items():
            if all(any(word in part for part in parts) for word in self.words):
                yield key

    def _confirmed(self, candidates: Sequence[object]) -> Iterable[object]:
        """Those that have the other words, too."""
        if len(self.words) == 1:
            return candidates
        return self._having_all(self._texts(self.rows.filter(pk__in=candidates).order_by()))

    # --- asking indexes

    def _with_trigrams(self) -> list[str]:
        return [word for word in self.words if _HAS_TRIGRAM.search(word)]

    def _rarest(self, newest: Texts) -> str | None:
        """The word that the fewest of the newest rows have; None where an index helps with none."""
        counts = {
            word: sum(any(word in part for part in parts) for parts in newest.values())
            for word in self._with_trigrams()
        }
        rarest = min(counts, key=lambda word: (counts[word], -len(word)), default="")
        return rarest if rarest and counts[rarest] < COMMON else None

    def _indexed(self, words: Sequence[str]) -> tuple[list[object], bool]:
        """Keys of rows with all these words in one table, and whether that is all of them."""
        found: dict[object, None] = {}
        complete = True
        for table in self.tables if words else ():
            belongs = bool(table.way) or self.rows.query.has_filters()
            most = MANY if belongs else FEW
            keys = list(table.having(words).values_list("pk", flat=True)[: most + 1])
            if belongs and keys:
                own = self.rows.filter(**{f"{table.way or 'pk'}__in": keys}).order_by()
                found |= dict.fromkeys(own.values_list("pk", flat=True)[: FEW + 1])
            else:
                found |= dict.fromkeys(keys)
            complete = complete and len(keys) <= most
        return [*found][:FEW], complete and len(found) <= FEW


def _flat(found: Iterable[str | list[str | None] | None]) -> Iterator[str]:
    """Texts, and lists of texts where a table has several rows."""
    for text in found:
        if isinstance(text, str):
            yield text
        elif text:
            yield from filter(None, text)


def _tables(model: type[Model], fields: Iterable[str]) -> list[SearchTable]:
    """Each table that the fields are in, once."""
    columns: dict[str, list[str]] = defaultdict(list)
    for field in fields:
        way, _, column = field.rpartition("__")
        columns[way].append(column)
    return [_table(model, way, names) for way, names in columns.items()]


def _table(model: type[Model], way: str, columns: Sequence[str]) -> SearchTable:
    reached = _at(model, way) if way else model
    text = getattr(reached, "search_text", None)
    return SearchTable(way, reached, text if isinstance(text, SearchText) else SearchText(*columns))


def _reached(table: SearchTable) -> SearchText:
    return table.text.across(table.way) if table.way else table.text


def _read(model: type[Model], table: SearchTable) -> SearchText | ArraySubquery:
    """The text of a row of `model`, or those of the rows that it belongs to or that belong to it."""
    if not table.way:
        return table.text
    itself = model._default_manager.filter(pk=OuterRef("pk")).order_by()
    return ArraySubquery(itself.values(searched=_reached(table)))


def _newest_first(model: type[Model]) -> Sequence[str]:
    """The order in which its index gives the newest rows."""
    ordering = [name for name in model._meta.ordering or () if isinstance(name, str)]
    return ordering if ordering and ordering[0].startswith("-") else ["-pk"]


def _at(model: type[Model], way: str) -> type[Model]:
    """The model at the end of a chain of relations."""
    for name in way.split("__"):
        related = model._meta.get_field(name).related_model
        if not isinstance(related, type):
            raise TypeError(f"{name} of {model.__name__} leads to no model.")
        model = related
    return model
