"""How a mailbox stands that invoices leave from, by its last test."""

from enum import StrEnum

from mailing.doctor.advice import UNDECIDED
from mailing.models import Mailbox


class InUse(StrEnum):
    """How a mailbox stands that invoices leave from."""

    WORKS = "works"
    FAILS = "fails"
    # The issuer insisted on it: the last test could not tell whether it works.
    UNDECIDED = "undecided"
    # The same, and nothing is known of a test any more.
    UNTESTED = "untested"


def in_use(mailbox: Mailbox, last: str) -> InUse:
    """`last`: the code of the last test of its settings that came to a result; empty where none did."""
    if mailbox.in_review and last in UNDECIDED:
        return InUse.UNDECIDED
    if mailbox.in_review and not last:
        return InUse.UNTESTED
    return InUse.WORKS if last in ("", "ok") else InUse.FAILS
