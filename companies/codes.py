"""Codes that people dictate over the telephone: a letter and the row's number (F000123), or at random."""

import secrets

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Cast, Concat, Greatest, Length, LPad

DIGITS = 6
# What nobody mistakes: without 0 and O, 1, I and L, B and 8, S and 5, U and V.
ALPHABET = "2345679ACDEFGHJKMNPQRTVWXYZ"
# What is copied by eye, often on a telephone: without 0/O and 1/l/I.
COPIED_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def random_code(letters: int, *, groups: int = 1, alphabet: str = ALPHABET) -> str:
    """Groups of so many letters, with «-» between them, from the system's source of chance."""
    return "-".join("".join(secrets.choice(alphabet) for _ in range(letters)) for _ in range(groups))


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
