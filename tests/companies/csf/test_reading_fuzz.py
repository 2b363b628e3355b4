"""Mutated Constancias: nothing but a refusal or a reading comes out, within two seconds and the memory.

The long form runs with FUZZ=1 (`make fuzz`).
"""

import os
import random
import resource
import time
from collections.abc import Iterator

import pytest

from companies.csf.labels import LABELS
from companies.csf.placed_words import MAX_WORDS, PdfText, PdfWord
from companies.csf.reading import read_csf
from companies.csf.result import VALUE_FIELDS, CsfResult, ValueState
from companies.csf.understanding import understand
from tests.companies.csf.constancias import PERSON, QR, Csf, Layout
from tests.companies.csf.documents import lines_of, locked, scan, validator_of
from tests.companies.csf.pdfs import pdf_of

COUNT = 10_000 if os.environ.get("FUZZ") else 300
# A text takes longer than the damage to it.
TEXTS = COUNT // 5
SEED = 20261122
SLOWEST = 2.5  # the limit of two seconds ends it, and the processor is shared while tests run
MEGABYTES = 64
TOKENS = [
    b"obj",
    b"endobj",
    b"stream",
    b"<<",
    b">>",
    b"/Length 99999999",
    b"/Kids",
    b"/Filter/FlateDecode",
    b"\0" * 64,
]


def mutated(originals: list[bytes], count: int) -> Iterator[bytes]:
    """Bytes flipped, cut, doubled, moved and replaced by a PDF's own words."""
    chance = random.Random(SEED)  # noqa: S311
    for _ in range(count):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(5, max(6, len(data)))
            match chance.randrange(5):
                case 0:
                    data[place : place + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[place : place + chance.randint(1, 400)]
                case 2:
                    data[place:place] = data[place : place + chance.randint(1, 2000)]
                case 3:
                    data[place:place] = chance.choice(TOKENS)
                case _:
                    del data[place:]
        yield bytes(data)


def originals() -> list[bytes]:
    """What is damaged: constancias of several makes, a validator's page, a scan, a locked file."""
    long = Csf(layout=Layout(break_inside_regimes=True, narrow_labels=True, turned=90))
    return [
        *map(pdf_of, (Csf(), PERSON, long, Csf(layout=Layout(ocr=True)))),
        validator_of(Csf()),
        scan(QR),
        locked(),
    ]


def is_sound(found: CsfResult) -> bool:
    """Whether a report says something to people, and offers nothing under a wrong state."""
    values = [found.value(name) for name in VALUE_FIELDS]
    return bool(found.message and found.code) and all(
        bool(value.value) == (value.state in (ValueState.READ, ValueState.DOUBTFUL)) for value in values
    )


def test_mutated_pdfs_raise_nothing_and_end_in_time() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, codes = 0.0, set()

    for data in mutated(originals(), COUNT):
        started = time.monotonic()
        found = read_csf(data)
        slowest = max(slowest, time.monotonic() - started)
        codes.add(found.code)
        assert is_sound(found)

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert slowest <= SLOWEST
    assert grown <= MEGABYTES
    assert "unavailable" not in codes


@pytest.mark.parametrize("csf", [Csf(), PERSON])
def test_mutated_texts_are_read_or_refused(csf: Csf) -> None:
    chance = random.Random(SEED)  # noqa: S311
    text = "\n".join(lines_of(csf))

    for _ in range(TEXTS):
        words = text.split(" ")
        for _ in range(chance.randint(1, 10)):
            words[chance.randrange(len(words))] = chance.choice(
                ["", ":", "\n", "\f", "RFC:", "99/99/9999", "||", "\0", "Régimen", "Nombre de la", "Y Calle:"]
            )
        assert is_sound(understand(PdfText.of_text(" ".join(words))))


def test_words_anywhere_on_a_page_are_read_or_refused() -> None:
    chance = random.Random(SEED)  # noqa: S311
    words = " ".join(lines_of(Csf())).replace("\f", "").split()

    for _ in range(COUNT // 10):
        page = tuple(
            PdfWord(
                word, left := chance.uniform(-100, 700), left + chance.uniform(-5, 60), chance.uniform(0, 99)
            )
            for word in chance.sample(words, len(words))
        )
        assert is_sound(understand(PdfText((page, page), (QR,))))


PIECES = (
    "a ",
    "01/01/2020 ",
    "\n",
    "Nombre ",
    "\n:",
    "|| ",
    "Régimen de ",
    "Página ",
    "CP: ",
    "Ab: ",
    "Nombre de la    \n  Colonia: ",
    "Lugar y Fecha de Emisión    ",
    "Lugar y Fecha de Emisión    \n",
    "Código    Postal:\n",
    "Nombre, denominación o razón social\nRegistro Federal de    ",
)


@pytest.mark.parametrize("head", ["", "Datos del domicilio registrado\n", "Regímenes:\n"])
@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_is_read_in_no_time(piece: str, head: str) -> None:
    begins = f"CONSTANCIA DE SITUACIÓN FISCAL\nRFC: PNA190312AB1\nNombre: X\nCP: 1\n{head}"
    text = PdfText.of_text(begins + piece * (100_000 // len(piece)))
    cut = PdfText(tuple(page[:MAX_WORDS] for page in text.pages))

    started = time.process_time()
    understand(cut)

    assert time.process_time() - started < 2


def test_labels_in_every_corner_are_read_in_no_time() -> None:
    labels = [word for texts in LABELS.values() for text in texts for word in f"{text}: X".split()]
    grid = [
        PdfWord(labels[(row * 40 + column) % len(labels)], column * 60.0, column * 60.0 + 20, row * 9.0)
        for row in range(150)
        for column in range(40)
    ]

    started = time.process_time()
    understand(PdfText(((PdfWord("CONSTANCIA DE SITUACIÓN FISCAL", 0, 99, -20), *grid),)))

    assert time.process_time() - started < 2
