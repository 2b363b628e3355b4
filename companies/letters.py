"""The Carta Manifiesto once it is signed: that the PAC has it."""

from django.db import transaction
from django.utils import timezone

from companies.models import ManifestLetter
from mailing import notices

LETTER_VERIFIED = "companies.letter_verified"


@transaction.atomic
def verify(letter: ManifestLetter) -> None:
    """Notes that the PAC has the signed letter and tells the company; a second time changes nothing.

    The row is locked, so that the second of two clicks finds it done.
    """
    locked = ManifestLetter.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.pk)
    if locked.verified_at is None:
        locked.verified_at = timezone.now()
        locked.save(update_fields=["verified_at"])
        notices.tell(LETTER_VERIFIED, locked)
    letter.verified_at = locked.verified_at
