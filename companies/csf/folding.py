"""Comparing what a Constancia prints without accents and case: an OCR layer keeps neither."""

import unicodedata


class _Plain(dict[int, int]):
    """Each character as a plain capital, one for one, so that places in the text stay places."""

    def __missing__(self, code: int) -> int:
        plain = unicodedata.normalize("NFD", chr(code))[0].upper()
        self[code] = ord(plain) if len(plain) == 1 else code
        return self[code]


_PLAIN = _Plain()


def fold(text: str) -> str:
    """Capitals without accents, and N for Ñ; as long as `text`, which is composed (NFC)."""
    return text.translate(_PLAIN)
