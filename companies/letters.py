"""The Carta Manifiesto once it is signed: on its way to the PAC, refused there, or confirmed.

What a PAC says is about one signature: where another has taken its place since, it changes nothing.
"""

import uuid

from django.db import transaction
from django.utils import timezone

from companies.models import ManifestLetter
from mailing import notices

LETTER_VERIFIED = "companies.letter_verified"
LETTER_REJECTED = "companies.letter_rejected"

_VERDICT = ("verified_at", "rejected_at", "is_doubtful", "rejection", "next_action")


@transaction.atomic
def verify(letter: ManifestLetter) -> None:
    """Notes that the PAC has the signed letter and tells the company; a second time changes nothing.

    The row is locked, so that the second of two clicks finds it done.
    """
    locked = ManifestLetter.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.pk)
    _verify(locked)
    letter.verified_at = locked.verified_at


def _verify(locked: ManifestLetter) -> None:
    if locked.verified_at is not None:
        return
    locked.verified_at, locked.rejected_at = timezone.now(), None
    locked.is_doubtful, locked.rejection, locked.next_action = False, "", ""
    locked.rfc = locked.rfc or locked.company.rfc
    locked.save(update_fields=(*_VERDICT, "rfc"))
    notices.tell(LETTER_VERIFIED, locked)


# --- what became of a signature made on our page; each inside the transaction of its caller


def note_verified(signature: uuid.UUID) -> None:
    """The PAC has shown that it has it."""
    if letter := _open(signature):
        _verify(letter)


def note_sent(signature: uuid.UUID, *, doubtful: bool = False) -> None:
    """The PAC has taken it; or perhaps: then somebody must ask."""
    if letter := _open(signature):
        letter.sent_at = letter.sent_at or timezone.now()
        letter.is_doubtful = doubtful
        letter.save(update_fields=["sent_at", "is_doubtful"])


def note_resent(signature: uuid.UUID) -> None:
    """It is on its way again: somebody has asked the PAC, which had nothing."""
    if letter := _open(signature):
        letter.sent_at, letter.is_doubtful = None, False
        letter.save(update_fields=["sent_at", "is_doubtful"])


def note_rejected(signature: uuid.UUID, reason: str, action: str) -> None:
    """The PAC will not take it: why in our words, and what to do next."""
    if letter := _open(signature):
        letter.rejected_at, letter.is_doubtful = timezone.now(), False
        letter.rejection, letter.next_action = reason, action
        letter.save(update_fields=_VERDICT)
        notices.tell(LETTER_REJECTED, letter)


def _open(signature: uuid.UUID) -> ManifestLetter | None:
    """The letter with this signature, locked, while nothing is certain about it."""
    rows = ManifestLetter.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(signature=signature, verified_at=None, rejected_at=None).first()
