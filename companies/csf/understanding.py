"""What a Constancia de Situación Fiscal says, from the words of its PDF.

Anyone can edit a PDF, and many bring a scan with an OCR layer, half a page, or another of the SAT's
documents: whatever comes out of here is a proposal, and says of each value how sure it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from companies.csf import messages, qr
from companies.csf.cells import LabelledCell, content_of
from companies.csf.doubts import contradicted, cut_off, doubting, unsure
from companies.csf.labels import CsfSection, is_a_label
from companies.csf.owner_and_date import CsfEvidence, Disagreement
from companies.csf.page_order import BEGINNINGS, IDENTIFICATION, TITLE, in_order
from companies.csf.paired_columns import paired_cells
from companies.csf.placed_words import PdfLine, PdfText, is_whole
from companies.csf.qr import SatQr
from companies.csf.regime_table import MOST_LINES_OF_A_NAME, RegimeRow, rows_of
from companies.csf.regimes import code_of
from companies.csf.result import (
    ADDRESS_FIELDS,
    DATES_DISAGREE_CODE,
    NOT_FOUND,
    READ_CODE,
    CsfResult,
    CsfSource,
    CsfValue,
)
from companies.csf.values import FIELDS_OF, address_of, status_of
from companies.sat.rfc import RFC

# This many fields that were not found are more than an odd one.
MUCH = 3
# Several régimenes have no more words.
MOST_WORDS = 60
# So many of a Constancia's labels, at least, stand beside its title.
FEW_LABELS = 3

# The fields of an address that may hold accents and Ñ.
TEXTS = ("street", "neighborhood", "locality", "municipality", "state", "reference")
_POSTAL_CODE = re.compile(r"\d{5}")
_CEDULA = re.compile(r"CEDULA\s?DE\s?DATOS\s?FISCALES")
_VALIDATOR = re.compile(r"EL RFC:? ?\S{12,13} ?,? ?TIENE ASOCIADA LA SIGUIENTE INFORMACION")
# Others of the SAT's documents that are brought instead.
_STRANGERS = {
    "compliance_opinion": re.compile(r"OPINION\s+DEL?\s+(?:LA\s+)?CUMPLIMIENTO"),
    "receipt": re.compile(r"ACUSE\s+(?:DE|UNICO|ELECTRONICO)"),
    "invoice": re.compile(r"FOLIO\s+FISCAL|COMPROBANTE\s+FISCAL\s+DIGITAL|USO\s+DE?L?\s*CFDI"),
}


def understand(text: PdfText) -> CsfResult:
    """What the words of a document say, and the contents of its QR codes as a further witness."""
    code = qr.first(text.qr)
    source = _source(text.lines)
    if source is CsfSource.NONE:
        return refused(_stranger(text.lines), code)
    if source is CsfSource.CONSTANCIA:
        return _whole_csf(text, code)
    return _validator_page(text, code) if source is CsfSource.VALIDATOR else _cedula(text, code)


def refused(reason: str, code: SatQr | None = None) -> CsfResult:
    """Nothing could be taken from a file; a QR code tells whose it is all the same."""
    if code is None:
        return CsfResult(ok=False, code=reason, message=messages.REFUSED[reason])
    sentence = messages.REFUSED[reason]
    if reason in {"scan", "little_text", "picture", "other_pdf"}:
        id_cif = messages.ID_CIF.format(code.id_cif) if code.id_cif else ""
        reason, sentence = "qr_only", messages.QR_ONLY.format(rfc=code.rfc, id_cif=id_cif)
    return CsfResult(
        ok=False, code=reason, message=sentence, source=CsfSource.QR, rfc=code.rfc, id_cif=code.id_cif
    )


def _source(lines: Iterable[PdfLine]) -> CsfSource:
    folded = " ".join(line.folded for line in lines)
    if IDENTIFICATION.search(folded):
        return CsfSource.CONSTANCIA
    if _VALIDATOR.search(folded):
        return CsfSource.VALIDATOR
    if _CEDULA.search(folded):
        return CsfSource.CEDULA
    return (
        CsfSource.CONSTANCIA if any(mark.search(folded) for mark in (*BEGINNINGS, TITLE)) else CsfSource.NONE
    )


def _stranger(lines: Iterable[PdfLine]) -> str:
    folded = " ".join(line.folded for line in lines)
    return next((reason for reason, mark in _STRANGERS.items() if mark.search(folded)), "other_pdf")


# --- the Constancia


def _whole_csf(text: PdfText, code: SatQr | None) -> CsfResult:
    own = in_order(text)
    content = content_of(own.lines, own.size)
    rows = rows_of(content.sections.get(CsfSection.REGIMES, []), own.size)
    head = content.sections[CsfSection.HEAD]
    evidence = CsfEvidence(first_values(_shown(content.cells)), head, own.lines, own.gap, code)
    # A letter may speak of a Constancia, too; the second page of one has no labels, but the chain.
    if len(evidence.labelled) < FEW_LABELS and not evidence.chains:
        return refused(_stranger(text.lines), code)
    return _report(content.cells, rows, evidence, CsfSource.CONSTANCIA, code)


# --- the page of the validator, and the Cédula de Datos Fiscales


def _validator_page(text: PdfText, code: SatQr | None) -> CsfResult:
    """Labels with values beside them, and a pair of labels for each régimen."""
    cells = paired_cells(text.lines, text.size)
    rows = [RegimeRow(cell.text, False, cell.is_shown) for cell in cells if cell.key == "regime"]
    evidence = CsfEvidence(first_values(_shown(cells)), text.lines, text.lines, text.gap, code)
    return _report(cells, rows, evidence, CsfSource.VALIDATOR, code)


def _cedula(text: PdfText, code: SatQr | None) -> CsfResult:
    """Four values, whose labels stand before, above or below them; what each is, its shape tells."""
    cells = paired_cells(text.lines, text.size)
    labelled = first_values(_shown(cells))
    head = CsfEvidence(labelled, text.lines, text.lines, text.gap, code)
    if head.head_name:
        labelled["business_name"] = head.head_name
    # What its shape tells needs no label.
    told = set[str]()
    postal_codes = {
        word.text
        for line in text.lines
        for word in line.words
        if is_whole([word]) and _POSTAL_CODE.fullmatch(word.text)
    }
    if len(postal_codes) == 1:
        labelled["postal_code"] = postal_codes.pop()
        told.add("postal_code")
    behind = [name for cell in cells if cell.key == "regime" for name in _parted(cell.text)]
    # A company may be called like a régimen.
    others = [line for line in text.lines if line.text not in head.head_name]
    rows = [RegimeRow(name, ended=False) for name in behind or _regimes_among(others)]
    return _report(
        [cell for cell in cells if not (cell.is_whole and (cell.is_sure or cell.key in told))],
        rows,
        replace(head, labelled=labelled),
        CsfSource.CEDULA,
        code,
    )


def _parted(names: str) -> list[str]:
    """The régimenes behind one label, each of which begins with that word."""
    parts = [names] if code_of(names) else re.split(r"(?=\bR[EÉ]GIMEN\b)", names, flags=re.IGNORECASE)
    return [each for part in parts if part.strip(" ,;") for each in _known(part.strip(" ,;"))]


def _known(names: str) -> list[str]:
    """The régimenes that a text consists of, where all of it is known; else the text as it is."""
    words = names.split()
    if code_of(names) or len(words) > MOST_WORDS:
        return [names]
    for at in range(len(words) - 1, 0, -1):
        first, rest = " ".join(words[:at]).strip(" ,;"), " ".join(words[at:])
        others = _known(rest) if code_of(first) else []
        if others and all(map(code_of, others)):
            return [first, *others]
    return [names]


def _regimes_among(lines: Sequence[PdfLine]) -> list[str]:
    """Every run of lines that names a régimen; the longest where several do."""
    found, at = [], 0
    while at < len(lines):
        ends = range(min(at + MOST_LINES_OF_A_NAME, len(lines)), at, -1)
        runs = ((end, " ".join(line.text for line in lines[at:end])) for end in ends)
        end, name = next(((end, name) for end, name in runs if code_of(name)), (at + 1, ""))
        found += [name] if name else []
        at = end
    return found


# --- the report


def _report(
    cells: Iterable[LabelledCell],
    rows: Iterable[RegimeRow],
    evidence: CsfEvidence,
    source: CsfSource,
    code: SatQr | None,
) -> CsfResult:
    cells, rows = [*cells], [*rows]
    try:
        owner = evidence.owner()
    except Disagreement:
        return refused("rfc_disagrees")
    if owner is None:
        return refused("no_rfc", code)
    try:
        issued_on, dates_disagree = evidence.issued_on(), False
    except Disagreement:
        issued_on, dates_disagree = None, True
    read = from_labels(
        evidence.labelled,
        [row for row in rows if row.is_shown],
        rfc=owner,
        source=source,
        name=evidence.name(owner.persona),
        issued_on=issued_on,
        id_cif=code.id_cif if code else "",
    )
    read = replace(read, rfc_is_unsure=evidence.without_accents and code is None)
    lost = evidence.has_lost_accents(owner.persona)
    sure = [name for name in TEXTS if read.value(name).is_read]
    plain = [name for name in sure if lost or evidence.may_lack_accents(read.text(name))]
    read = doubting(read, plain, messages.TEXT_WITHOUT_ACCENTS)
    unsure_fields = unsure(cells, evidence)
    cut = cut_off(cells, evidence)
    for fields, doubt in (
        (contradicted(cells), messages.TWICE),
        (unsure_fields, messages.MAYBE_MORE),
        (cut, messages.CUT_OFF),
    ):
        read = doubting(read, fields, doubt)
    missing = [name for name in ADDRESS_FIELDS if name in read.not_found and name not in cut]
    if source is CsfSource.CONSTANCIA and len(missing) >= MUCH:
        # Where labels are cut away, their values stand behind others.
        sure = [name for name in ADDRESS_FIELDS if read.value(name).is_read]
        read = doubting(read, sure, messages.LABELS_MISSING)
    if source is CsfSource.CONSTANCIA and "street_type" not in evidence.labelled:
        sure = [name for name in ("street",) if read.value(name).is_read]
        read = doubting(read, sure, messages.KIND_MISSING)
    # Whether it is empty, only the whole of it tells.
    emptied = {name: NOT_FOUND for name in cut | unsure_fields if not read.text(name)}
    read = replace(read, values={**read.values, **emptied})
    if cut or not all(row.is_shown for row in rows):
        read = replace(read, remarks=tuple(dict.fromkeys((messages.PARTIAL, *read.remarks))))
    if any(cell.key == "status" and not (cell.is_sure and is_whole(cell.words)) for cell in cells):
        read = replace(read, status="")
    if not dates_disagree:
        return read
    remarks = (messages.DATES_DISAGREE, *read.remarks)
    return replace(read, code=DATES_DISAGREE_CODE, remarks=remarks, dates_disagree=True)


def _shown(cells: Iterable[LabelledCell]) -> list[LabelledCell]:
    """Without what lies outside of the visible page, where nobody can compare it.

    A part of a name, a street or two crossings is kept while the page shows another part.
    """
    cells = [*cells]
    begun = {field for cell in cells if cell.is_shown and cell.words for field in FIELDS_OF.get(cell.key, ())}
    parts = {key for key, fields in FIELDS_OF.items() if key not in fields and begun.issuperset(fields)}
    return [cell for cell in cells if cell.is_shown or cell.key in parts]


def from_labels(
    labelled: Mapping[str, str],
    regimes: Iterable[RegimeRow],
    *,
    rfc: RFC,
    source: CsfSource,
    name: CsfValue | None = None,
    issued_on: date | None = None,
    id_cif: str = "",
) -> CsfResult:
    """The report on values that were taken apart already, by key of LABELS; one that is absent was not found.

    Without `name` it is taken from its labels alone.
    """
    if name is None:
        name = CsfEvidence(labelled, (), (), 0.0).name(rfc.persona)
    rows = [row for row in regimes if row.name]
    current = [row for row in rows if not row.ended]
    read = CsfResult(
        ok=True,
        code=READ_CODE,
        message=messages.READ[source].format(rfc),
        source=source,
        rfc=rfc.value,
        id_cif=id_cif,
        issued_on=issued_on,
        status=status_of(labelled.get("status", "")),
        values={"name": name, **address_of(labelled)},
        regimes=tuple(dict.fromkeys(row.code for row in current if row.code)),
        unknown_regimes=tuple(dict.fromkeys(row.name for row in current if not row.code)),
    )
    return replace(read, remarks=_remarks(read, has_table=bool(rows)))


def _remarks(read: CsfResult, *, has_table: bool) -> tuple[str, ...]:
    """`has_table` is whether it has a régimen at all, be it one that has ended."""
    if read.source is CsfSource.CEDULA:
        return (messages.NO_ADDRESS,)
    missing = [*read.not_found, *(() if read.status else ("status",))]
    if read.source is CsfSource.VALIDATOR and "reference" in missing:
        missing.remove("reference")  # it has none
    # Every Constancia has that table, on a page of its own mostly; the validator leaves out what has ended.
    without_table = not has_table and read.source is CsfSource.CONSTANCIA
    if without_table or len(missing) >= MUCH:
        return (messages.PARTIAL,)
    return () if read.regimes or read.unknown_regimes else (messages.NO_REGIME,)


def first_values(cells: Iterable[LabelledCell]) -> dict[str, str]:
    """What stands behind each label that is wanted, the first time that something does."""
    found: dict[str, str] = {}
    for cell in cells:
        if cell.key and not found.get(cell.key) and not is_a_label(cell.text):
            found[cell.key] = cell.text
    return found
