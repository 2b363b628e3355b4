"""Whom an issuer's mail comes from: its own mailbox once that is in use, or the default sender.

From the default sender a mail carries the issuer's name, and answers go to the issuer: the recipient knows
who wrote, and our domain's SPF and DKIM still hold because the address itself is ours.
"""

import re
from dataclasses import dataclass
from email.headerregistry import Address

from django.conf import settings

from mailing.addresses import ascii_address
from mailing.models import Mailbox

LONGEST_NAME = 120
# All that ends a line somewhere, and every other control character.
_NOT_IN_A_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")


@dataclass(frozen=True)
class Sender:
    """`address` with its display name; where answers go (empty: to the sender); the mailbox to send through.

    `mailbox` is None for the default sender, which leaves by `settings.MAILERS`.
    """

    address: Address
    reply_to: tuple[str, ...]
    mailbox: Mailbox | None

    @property
    def header(self) -> str:
        """As a From header has it."""
        return str(self.address)


def sender_for(mailbox: Mailbox | None, *, name: str, email: str) -> Sender:
    """The sender of a company's mail: `mailbox` is its own, if any; `name` and `email` are the issuer's."""
    if mailbox is None or not mailbox.is_active:
        return default_sender(name, email)
    own = Address(_clean(mailbox.from_name), addr_spec=ascii_address(mailbox.from_email))
    return Sender(own, (), mailbox)


def default_sender(name: str, email: str) -> Sender:
    """Our address under the issuer's name; answers go to the issuer, if its address can be used."""
    try:
        reply_to: tuple[str, ...] = (ascii_address(email),)
    except ValueError:
        reply_to = ()
    ours = Address(_clean(name) or settings.SITE_NAME, addr_spec=settings.DEFAULT_FROM_EMAIL)
    return Sender(ours, reply_to, None)


def _clean(name: str) -> str:
    """On one line, without what turns a line round or hides in it."""
    return " ".join(_NOT_IN_A_NAME.sub(" ", name).split())[:LONGEST_NAME]
