"""What the pages need to know about a company's CSD: the step's page in full, the hub in one query.

For templates, `Overview` has:

- `state`: how the latest upload stands, one of
  `none` (nothing was ever uploaded), `waiting_password` (both files are kept, sealed, until `draft_until`;
  only the password is asked for again, or was never typed), `validating` (poll), `valid`, `refused`.
- `heading`, `lead`: the page's `h1` and first paragraph for that state, ready to print.
- `csd`: the active CSD, or None. It may be there while `state` is not `valid`: a renewal is validated
  beside the active one. It has `number`, `rfc`, `name`, `branch`, `valid_from`, `valid_to`,
  `usable_from`, `usable_until` (the SAT makes a CSD usable 24 to 72 hours after its issue) and `is_usable`
  (the 72 hours are over).
- `draft`: while `waiting_password` or `validating`: `number`, `rfc`, `uploaded_at`, `draft_until`; else None.
- `report`: the latest report, a tuple of lines in the order to be shown; each has `code`, `title` (short,
  bold), `message` (one sentence), `action` (what to do next; may be empty), `pac_code` (may be empty),
  `state` (`bien`, `aviso`, `mal`, `no_aplica`) and the flags `.good`, `.warns`, `.bad`, `.skipped`.
  While `validating` it is the list of checks to come, all `no_aplica`.
- `problems`: those lines of `report` that are `mal`, for a summary.
- `diagnosis_code`: «CSD-4F7K», or "" while there is no report.
- `rfc_differs`: the company's RFC is no longer the active CSD's: it cannot seal.
- `stuck`: the validation was given up by us; `state` is then `refused` and the files may be sent again.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Line:
    """One check's result, as it is shown and as it is kept."""

    code: str
    state: str
    title: str
    message: str
    action: str = ""
    pac_code: str = ""


@dataclass(frozen=True)
class Seal:
    """The active CSD as pages show it."""

    number: str
    rfc: str
    name: str
    branch: str
    valid_from: datetime
    valid_to: datetime
    usable_from: datetime
    usable_until: datetime
    is_usable: bool


@dataclass(frozen=True)
class Overview:
    """All that the page of step 9 shows; see the module's docstring."""

    state: str
    heading: str
    lead: str
    csd: Seal | None = None
    report: tuple[Line, ...] = field(default=())
    diagnosis_code: str = ""
    rfc_differs: bool = False
    stuck: bool = False
