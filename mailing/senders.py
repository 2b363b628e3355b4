"""Whom an issuer's mail comes from: its own mailbox once that is in use, or the default sender.

From the default sender a mail carries the issuer's name, and answers go to the issuer: the recipient knows
who wrote, and our domain's SPF and DKIM still hold because the address itself is ours.
"""

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from functools import lru_cache

from django.conf import settings

from mailing.addresses import ascii_address
from mailing.headers import defused, named
from mailing.models import Mailbox


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
    own = named(mailbox.from_name, ascii_address(mailbox.from_email))
    return Sender(own, (), mailbox)


def default_sender(name: str, email: str) -> Sender:
    """Our address under the issuer's name; answers go to the issuer, if its address can be used."""
    try:
        reply_to: tuple[str, ...] = (ascii_address(email),)
    except ValueError:
        reply_to = ()
    ours = site_address()
    return Sender(named(defused(name) or ours.display_name, ours.addr_spec), reply_to, None)


def site_address() -> Address:
    """Whom the site's own mail comes from: DEFAULT_FROM_EMAIL, under the site's name when it has none."""
    return _named_as(settings.DEFAULT_FROM_EMAIL, settings.SITE_NAME)


@lru_cache(maxsize=8)
def _named_as(default_from: str, site_name: str) -> Address:
    # Reading an address back takes longer than the rest of a page's line about it.
    name, address = parseaddr(default_from)
    return named(defused(name) or site_name, ascii_address(address))
