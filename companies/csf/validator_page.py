"""What a page of the SAT's validator says of a taxpayer.

The HTML is taken apart in a limited child process. Only what our forms ask for is read there: CURP, date of
birth and e-mail stand on the page too, and never leave the child. Ids of the page mean nothing, they change
with each answer; what counts are the labels.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree, html

from companies.csf.folding import fold
from companies.csf.labels import key_of
from companies.csf.regime_table import RegimeRow
from companies.csf.result import CsfResult, CsfSource
from companies.csf.understanding import from_labels
from companies.sat.rfc import RFC, normalize
from facturamos import sandbox

LIMITS = sandbox.Limits(cpu_seconds=2, memory_mb=300, seconds=3)
# Longer than any field takes.
MAX_VALUE = 300
MAX_REGIMES = 30
REGIME, REGIME_SINCE = "regime", "regime_since"
MESSAGES = {
    "not_found": "El SAT no encontró una cédula con ese idCIF para su RFC. Cópielo otra vez de su "
    "constancia, o suba el PDF.",
    "other_rfc": "El SAT contestó con los datos de otro RFC, no del de su empresa; no los tomamos. Suba el "
    "PDF de su constancia.",
    "no_answer": "El SAT no contesta en este momento. Suba el PDF de su constancia, o pruebe más tarde.",
    "untrusted": "No pudimos comprobar que quien contesta es el SAT, y no le preguntamos. Suba el PDF de su "
    "constancia.",
    "unknown_page": "El SAT contestó con una página que no conocemos. Suba el PDF de su constancia.",
    "unavailable": "No pudimos revisar la respuesta del SAT en este momento. Pruebe otra vez en un minuto, o "
    "suba el PDF de su constancia.",
}
_PROLOG = re.compile(r"\s*<\?xml[^>]*\?>")
_RFC = re.compile(r"EL RFC\s?:?\s?([^\s,]{12,13})\s?,?\s?TIENE ASOCIAD")
_NOT_FOUND = re.compile(r"NO SE ENCONTRO INFORMACION")


@dataclass(frozen=True)
class PageFacts:
    """What the child hands out: values by the keys of companies/csf/labels.py, and nothing else."""

    rfc: str
    not_found: bool
    labels: dict[str, str]
    # The names of the current régimenes.
    regimes: list[str]


def read_page(data: bytes, asked: RFC, today: date) -> CsfResult:
    """The answer about `asked`, of `today`; where there is none, `code` and `message` say why."""
    try:
        facts = PageFacts(**json.loads(sandbox.run(take_apart, data, LIMITS)))
    except sandbox.Refused as failure:
        return refused("unavailable" if failure.code == sandbox.UNAVAILABLE else "unknown_page")
    if not (facts.rfc and (facts.labels or facts.regimes)):
        return refused("not_found" if facts.not_found else "unknown_page")
    if not _is_same(facts.rfc, asked):
        return refused("other_rfc")
    # The page has none but the current ones.
    regimes = [RegimeRow(name, ended=False) for name in facts.regimes]
    return from_labels(
        facts.labels, regimes, rfc=asked, source=CsfSource.VALIDATOR, issued_on=today, id_cif=""
    )


def refused(code: str) -> CsfResult:
    """The SAT's page says that it has no answer, and why."""
    return CsfResult(False, code, MESSAGES[code], CsfSource.VALIDATOR)


def _is_same(printed: str, asked: RFC) -> bool:
    """Whether it is the RFC that was asked for. The SAT writes a ? for Ñ in places."""
    return normalize(printed) in (asked.value, asked.value.replace("Ñ", "?"))


# --- inside the child -----------------------------------------------------------------------------------


def take_apart(data: bytes) -> bytes:
    """A page's facts as JSON. Runs in the child; raises sandbox.Refused where there is no page."""
    tree = _tree(data)
    text = _clean("".join(tree.itertext()))
    said = fold(text)
    owner = _RFC.search(said)
    labels: dict[str, str] = {}
    regimes: list[str] = []
    for key, value in _wanted(tree):
        if key == REGIME:
            regimes.append(value)
        elif key != REGIME_SINCE:
            labels.setdefault(key, value)
    return json.dumps(
        {
            # From the text itself: folding takes the Ñ away.
            "rfc": text[owner.start(1) : owner.end(1)] if owner else "",
            "not_found": _NOT_FOUND.search(said) is not None,
            "labels": labels,
            "regimes": [name for name in regimes if name][:MAX_REGIMES],
        }
    ).encode()


def _tree(data: bytes) -> Any:
    """The page as elements, without scripts and styles."""
    # What XML says of itself before the DOCTYPE is an error in HTML.
    text = _PROLOG.sub("", _decoded(data), count=1).replace("\0", "")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise sandbox.Refused("no_page") from error
    etree.strip_elements(tree, "script", "style", with_tail=False)
    return tree


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _wanted(tree: Any) -> Iterator[tuple[str, str]]:
    """The pairs of label and value that we have a use for, in the order of the page."""
    for row in tree.iter("tr"):
        cells = [cell for cell in row if cell.tag == "td"]
        if any(cell.find(".//table") is not None for cell in cells):
            continue  # a table around tables
        for label, value in zip(cells[::2], cells[1::2], strict=False):
            if key := key_of(_clean("".join(label.itertext()))):
                yield key, _clean("".join(value.itertext()))[:MAX_VALUE]


def _clean(text: str) -> str:
    """Composed, on one line, without what nobody sees."""
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(char for char in composed if char.isprintable() or char.isspace())
    return " ".join(seen.split())
