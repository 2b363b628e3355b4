"""`doctor csf FILE`: a constancia's PDF, with the state of each value; of a photograph, whose it is.

Needs no database.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable

from django.utils import timezone

from companies.csf.result import VALUE_FIELDS, CsfResult, ValueState
from companies.csf.uploads import MAX_BYTES, read_upload
from companies.sat import tax_regimes
from onboarding.backoffice.doctor.base import Doctor, Finding, add_file, lines, read_file
from onboarding.csf_remarks import remarks_on

LABELS = {
    "name": "Nombre",
    "postal_code": "Código postal",
    "street": "Calle",
    "exterior_number": "No. Ext.",
    "interior_number": "No. Int.",
    "neighborhood": "Colonia",
    "locality": "Localidad",
    "municipality": "Municipio",
    "state": "Estado",
    "reference": "Referencia",
}
STATES = {
    ValueState.READ: "",
    ValueState.EMPTY: "(vacío)",
    ValueState.NOT_FOUND: "(no se encontró)",
    ValueState.DOUBTFUL: "(dudoso)",
}


class CsfDoctor(Doctor):
    """A Constancia de Situación Fiscal."""

    name = "csf"
    help = "una Constancia de Situación Fiscal (PDF)"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_file(parser, "el PDF")

    def examine(self, options: Namespace) -> Finding:
        result = read_upload(read_file(options.file, MAX_BYTES))
        # What the issuer is told beside the proposal; none of it is a reason to refuse.
        remarks = remarks_on(result, timezone.localdate()) if result.ok else []
        return Finding(result.ok, result.as_json(remarks), _text(result, remarks))


def _text(result: CsfResult, remarks: Iterable[str]) -> str:
    if not result.ok:
        return result.message
    issued_on = result.issued_on.isoformat() if result.issued_on else "(no se encontró)"
    head = [
        result.message,
        f"{'RFC':<16}{result.rfc}",
        f"{'Fecha':<16}{issued_on}",
        f"{'Situación':<16}{result.status or '(no se encontró)'}",
    ]
    regimes = [tax_regimes.label(code) for code in result.regimes]
    unknown = [f"{name} (no lo conocemos)" for name in result.unknown_regimes]
    return lines(
        head,
        (_line(result, name) for name in VALUE_FIELDS),
        (f"{'Régimen':<16}{name}" for name in (*regimes, *unknown)),
        (f"! {remark}" for remark in remarks),
    )


def _line(result: CsfResult, name: str) -> str:
    value = result.value(name)
    said = " ".join(part for part in (value.value, STATES[value.state], value.doubt) if part)
    return f"{LABELS[name]:<16}{said}"
