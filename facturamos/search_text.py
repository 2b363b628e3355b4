"""The words that a row is found by in admin, as one text: one trigram index serves a search."""

from django.db.models import Func, TextField


class Words(Func):
    """Columns, which may not be null, with a blank between them."""

    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()
