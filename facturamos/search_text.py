"""The words that a row is found by in admin, as one text that does not care how something is written.

PostgreSQL makes it (`search_key`): without accents, capitals and punctuation, so that «EKU-900317-3C9» and
«eku9003173c9», «NÚÑEZ» and «nunez» are one. A model names its columns once (`search_text`) and has a trigram
index of the same text.
"""

from collections.abc import Sequence

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.migrations import RunSQL
from django.db.models import Func, TextField, Value
from django.db.models.functions import Replace

# What is left out: people write it between the groups of a code, an RFC or a telephone, or leave it away.
_PUNCTUATION = "-.,_/:;()+#*''\""
# PostgreSQL's own `unaccent` reads its rules from a file and is therefore only STABLE; an index needs a
# promise. Its rules change with a major version of PostgreSQL at most: then REINDEX (docs/production.md).
MAKE_SEARCH_KEY = RunSQL(
    f"""
    CREATE OR REPLACE FUNCTION search_key(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(translate(unaccent('unaccent'::regdictionary, $1), '{_PUNCTUATION}', ''))
    """,
    "DROP FUNCTION search_key(text)",
)


class SearchText(Func):
    """Columns that may not be null, with a blank between them; of those `together`, their blanks go, too."""

    function = "search_key"
    arg_joiner = " || ' ' || "
    output_field = TextField()

    def __init__(self, *columns: str, together: Sequence[str] = ()) -> None:
        self.columns, self.together = columns, tuple(together)
        super().__init__(*columns, *(Replace(column, Value(" "), Value("")) for column in together))

    def across(self, way: str) -> "SearchText":
        """The same of a row that a chain of relations leads to."""
        return SearchText(
            *(f"{way}__{column}" for column in self.columns),
            together=[f"{way}__{column}" for column in self.together],
        )

    def index(self, name: str) -> GinIndex:
        """The trigram index that finds parts of it."""
        return GinIndex(OpClass(self, "gin_trgm_ops"), name=name)
