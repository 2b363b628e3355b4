"""The link of a mail: which request it is for, and which of the links that were sent for it, signed.

No secret is stored for it; what the row says decides whether it still opens something.
"""

import uuid
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer

from onboarding.delegation.models import Delegation

_signer = Signer(salt="onboarding.delegation", sep=".")
# Nothing of ours is longer.
LONGEST = 120


@dataclass(frozen=True)
class Link:
    """What a link says: the request's key, and the link's number."""

    pk: uuid.UUID
    number: int


def token(delegation: Delegation) -> str:
    """What the address in the mail carries."""
    return _signer.sign(f"{delegation.pk.hex}-{delegation.link}")


def read(text: str) -> Link | None:
    """None when it is altered, guessed or cut."""
    if len(text) > LONGEST:
        return None
    try:
        pk, _, number = _signer.unsign(text).partition("-")
    except BadSignature:
        return None
    return Link(uuid.UUID(pk), int(number))
