"""Undoes text that was encoded twice: «AdministraciÃ³n» was «Administración». Pure.

The SAT's AC6 writes its own name so (UTF-8 taken for Latin-1 and encoded again), and old programs put UTF-8
into strings that are read as Latin-1, which looks the same. Only what is shown is mended; a signature is
verified over the bytes as they are.
"""

import re

# What stands for the bytes 0x80 to 0x9F where Windows-1252 was taken for Latin-1.
_WINDOWS = {bytes([byte]).decode("cp1252", "ignore"): byte for byte in range(0x80, 0xA0)}
_WINDOWS.pop("", None)
_BEHIND = "[\x80-\xbf" + "".join(_WINDOWS) + "]"
# Letters of the Latin alphabets, accents that stand alone, and typographic marks, in UTF-8 read as Latin-1.
# Spanish has «Â», «Ã», «Ä», «Å», «Ì» and «â» in no word, and in no language does such a mark follow them.
_TWICE = re.compile(f"[ÂÃÄÅÌ]{_BEHIND}|â{_BEHIND}{_BEHIND}")
# The text that AC6 shows was encoded twice; nobody has been seen to do it more than three times.
_ROUNDS = 3


def mended(text: str) -> str:
    """The text as it was meant; one that was encoded once comes back as it is."""
    for _ in range(_ROUNDS):
        once = text if text.isascii() else _TWICE.sub(_read_again, text)
        if once == text:
            break
        text = once
    return text


def _read_again(found: re.Match[str]) -> str:
    raw = bytes(_WINDOWS.get(char, ord(char) & 0xFF) for char in found[0])
    return raw.decode("utf-8", "replace")
