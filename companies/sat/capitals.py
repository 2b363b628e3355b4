"""Names in capitals, as the SAT has them. Pure."""

import unicodedata

from facturamos.text import clean, plain_letters


def in_capitals(name: str) -> str:
    """A name in capitals as the SAT has it, whatever was pasted."""
    # Composed before and after: upper-casing takes some letters apart. Line ends part words, as blanks do;
    # other control characters and halves of surrogate pairs are nothing that a name can hold.
    parted = " ".join(clean(clean(plain_letters(name)).upper()).split())
    return clean("".join(char for char in parted if unicodedata.category(char) not in {"Cc", "Cs"}))
