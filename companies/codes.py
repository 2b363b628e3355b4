"""Codes that people dictate over the telephone: a letter and the row's number (F000123)."""

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat, Greatest, Length, LPad

DIGITS = 6


def code_field(letter: str) -> models.GeneratedField:
    """A column that PostgreSQL derives from the id: never edited, unique, searchable; gaps are fine."""
    number = Cast(F("id"), models.TextField())
    return models.GeneratedField(
        expression=Concat(
            Value(letter),
            # LPAD would cut a seventh digit off.
            LPad(number, Greatest(Length(number), Value(DIGITS)), Value("0")),
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
        unique=True,
        verbose_name="código",
    )
