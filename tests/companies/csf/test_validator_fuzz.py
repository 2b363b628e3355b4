"""Mutated pages of the SAT's validator: an answer or a sentence comes out, and nothing else.

The long form runs with FUZZ=1 (`make fuzz`).
"""

import os
import random
import resource
import time
from collections.abc import Iterator
from datetime import date

from companies.csf.result import CsfResult
from companies.csf.validator_page import MESSAGES, read_page, take_apart
from companies.sat import rfc
from facturamos import sandbox
from facturamos.devserver import validator_pages as pages
from facturamos.devserver.validator_pages import Look, company, found, person

COUNT = 3000 if os.environ.get("FUZZ") else 150
SEED = 20261128
MORAL = "PNA190312AB1"
ORIGINALS = [
    found(company(MORAL)),
    found(company(MORAL), Look(prolog=False, broken_labels=False)),
    found(person("NUPJ800101AB2")),
    pages.not_found(),
    pages.other(),
]
TOKENS = [
    "<table>",
    "</tbody>",
    "<td role=gridcell>",
    "<tr>" * 50,
    "<div>" * 400,
    "<!--",
    "<![CDATA[",
    "<?xml version='1.0' encoding='UTF-32'?>",
    "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>&b;",
    "&#0;&#xD800;&#x110000;",
    "\0",
    "\ud800",
    "<script>",
    "El RFC: PNA190312AB1, tiene asociada",
    "Régimen:",
    "x" * 20_000,
    '<base href="//example.com/"><img src=x onerror=1>',
]


def mutated(count: int) -> Iterator[bytes]:
    """Bytes flipped, cut, doubled and moved, and a page's own words where they do not belong."""
    chance = random.Random(SEED)  # noqa: S311
    tokens = [token.encode("utf-8", "surrogatepass") for token in TOKENS]
    for _ in range(count):
        data = bytearray(chance.choice(ORIGINALS).encode())
        for _ in range(chance.randint(1, 12)):
            place = chance.randrange(len(data) + 1)
            match chance.randrange(6):
                case 0:
                    data[place : place + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[place : place + chance.randint(1, 300)]
                case 2:
                    data[place:place] = data[place : place + chance.randint(1, 2000)]
                case 3 | 4:
                    data[place:place] = chance.choice(tokens)
                case _:
                    del data[place + 200 :]
        yield bytes(data)


def test_mutated_pages_are_answers_or_sentences() -> None:
    asked, today = rfc.parse(MORAL), date(2026, 11, 28)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, answers = 0.0, 0

    for data in mutated(COUNT):
        started = time.monotonic()
        result = read_page(data, asked, today)
        slowest = max(slowest, time.monotonic() - started)
        assert isinstance(result, CsfResult)
        assert result.rfc == (MORAL if result.ok else "")
        assert result.ok or result.code in MESSAGES.keys() - {"unavailable", "no_answer", "untrusted"}
        answers += result.ok

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert 0 < answers < COUNT  # neither everything nor nothing got through
    assert slowest <= 3.5  # the limit of three seconds ends it, and the processor is shared while tests run
    assert grown <= 32


def test_no_mutated_page_makes_the_reading_itself_fail() -> None:
    """Without the child's net: what it raises is its own «no», and nothing unforeseen."""
    for data in mutated(COUNT):
        try:
            take_apart(data)
        except sandbox.Refused:
            continue


def test_a_page_as_large_as_it_may_be_is_read_in_time() -> None:
    asked, today = rfc.parse(MORAL), date(2026, 11, 28)
    for piece in (
        "<tr><td>Régimen:</td><td>x</td></tr>",
        "<div>",
        "&amp;",
        "<table><tr><td>",
        "El RFC: ",
        "<b",
        "\xa0",
    ):
        page = found(company(MORAL)) + piece * (512 * 1024 // len(piece.encode()))
        started = time.monotonic()
        read_page(page.encode()[: 512 * 1024], asked, today)
        assert time.monotonic() - started < 3.5, piece
