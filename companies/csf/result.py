"""What reading a Constancia de Situación Fiscal comes to, be it from a PDF or from the SAT's validator.

Every value has a state. Only what was read is taken for granted; what the document leaves empty, what was
not found in it and what is doubtful are told apart, so that nobody confirms what nobody has read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

# The fields of our models that a CSF tells of, in the order of its own pages.
ADDRESS_FIELDS = (
    "postal_code",
    "street",
    "exterior_number",
    "interior_number",
    "neighborhood",
    "locality",
    "municipality",
    "state",
    "reference",
)
VALUE_FIELDS = ("name", *ADDRESS_FIELDS)
ACTIVE = frozenset({"ACTIVO", "REACTIVADO"})
# After this many days the SAT's offices and most customers ask for a new one.
FRESH_DAYS = 92
READ_CODE = "read"
# Read as well, but the date of issue cannot be told: its two witnesses give different ones.
DATES_DISAGREE_CODE = "dates_disagree"


class ValueState(StrEnum):
    """How sure we are of a value."""

    READ = "read"
    # Its label is there, and nothing stands behind it.
    EMPTY = "empty"
    NOT_FOUND = "not_found"
    # There is a value, and a reason to look at it twice.
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class CsfValue:
    """One value in the words of our forms; `doubt` is a sentence for people, empty unless doubtful."""

    value: str = ""
    state: ValueState = ValueState.NOT_FOUND
    doubt: str = ""

    @classmethod
    def of(cls, value: str) -> "CsfValue":
        """What stands behind a label that was found."""
        return cls(value, ValueState.READ if value else ValueState.EMPTY)

    @property
    def is_read(self) -> bool:
        """Whether it may be taken without looking twice."""
        return self.state is ValueState.READ


NOT_FOUND = CsfValue()


class CsfSource(StrEnum):
    """Which of the SAT's documents was read."""

    CONSTANCIA = "constancia"
    # The «Cédula de Datos Fiscales»: name, RFC, régimen and postal code only.
    CEDULA = "cedula"
    VALIDATOR = "validator"
    # A scan of which only the QR code could be read.
    QR = "qr"
    NONE = "none"


@dataclass(frozen=True)
class CsfResult:
    """What was read, or why not; `message` is a sentence for people, always.

    `code` is READ_CODE where `ok`, or DATES_DISAGREE_CODE.
    """

    ok: bool
    code: str
    message: str
    source: CsfSource = CsfSource.NONE
    rfc: str = ""
    # Its text has lost all Ñ and accents, and no QR code tells better.
    rfc_is_unsure: bool = False
    # The number of the Cédula de Identificación Fiscal, which the SAT's validator asks for beside the RFC.
    id_cif: str = ""
    # None where it was not found, and where two places give two dates.
    issued_on: date | None = None
    dates_disagree: bool = False
    # In capitals, as the SAT writes it; empty when it was not read.
    status: str = ""
    values: Mapping[str, CsfValue] = field(default_factory=dict)
    # Keys of the current régimenes that we know, and the names of those that we do not.
    regimes: tuple[str, ...] = ()
    unknown_regimes: tuple[str, ...] = ()
    # Sentences about the document as a whole: two dates, a part that is missing.
    remarks: tuple[str, ...] = ()

    def value(self, name: str) -> CsfValue:
        """The value of a field of VALUE_FIELDS; one that nobody looked for was not found."""
        return self.values.get(name, NOT_FOUND)

    def text(self, name: str) -> str:
        """The value alone, whatever its state."""
        return self.value(name).value

    @property
    def not_found(self) -> tuple[str, ...]:
        """The fields that were looked for in vain."""
        return tuple(name for name in VALUE_FIELDS if self.value(name).state is ValueState.NOT_FOUND)

    @property
    def is_active(self) -> bool:
        """Whether the taxpayer may issue invoices, as far as was read."""
        return self.status in ACTIVE

    def is_fresh(self, today: date) -> bool:
        """Whether it is at most three months old; one without a date is not."""
        return self.issued_on is not None and (today - self.issued_on).days <= FRESH_DAYS

    def as_json(self, remarks: Iterable[str] = ()) -> dict[str, Any]:
        """The report as scripts get it; `remarks` are said behind its sentence."""
        return {
            "ok": self.ok,
            "code": self.code,
            "message": " ".join((self.message, *remarks)),
            "rfc": self.rfc,
            "issued_on": self.issued_on.isoformat() if self.issued_on else None,
            "status": self.status,
            "values": {
                name: {"value": self.text(name), "state": str(self.value(name).state)}
                for name in VALUE_FIELDS
            },
            "regimes": list(self.regimes),
        }
