"""The headers of a mail: whom they name, exactly those that are meant, and what they tell programs.

A display name is whatever somebody has typed. `email.headerregistry` does not quote what looks like an
encoded word (RFC 2047): its parser decodes it and writes what was in it bare, and that may be an address of
its own, in front of ours. So names are defused, and whatever was built is parsed again before it leaves.
"""

from collections.abc import Sequence
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, default

from mailing.links import seen, unlinked

LONGEST_NAME = 120


class ForeignAuthor(Exception):
    """A header that was built names others than those it should."""


def automatic(unsubscribe: str = "") -> dict[str, str]:
    """Says that a program wrote a mail, so that no machine answers it (RFC 3834), and names the page that
    stops mails like it, by one click too (RFC 2369, RFC 8058).
    """
    headers = {"Auto-Submitted": "auto-generated"}
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def defused(name: str) -> str:
    """A name as `one_line`, and not too long."""
    return one_line(name)[:LONGEST_NAME].strip()


def one_line(text: str) -> str:
    """A text on one line, in which nothing is hidden, nothing is decoded and nothing becomes a link."""
    return " ".join(unlinked(seen(text)).split())


def named(name: str, addr_spec: str) -> Address:
    """An address under a defused name; under none where it would not read back as exactly this address."""
    address = Address(defused(name), addr_spec=addr_spec)
    return address if _reads_back(address) else Address("", addr_spec=addr_spec)


def _reads_back(address: Address) -> bool:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = address
    try:
        return _addresses(_parsed(message.as_bytes()), "From") == [address.addr_spec]
    except ForeignAuthor:
        return False


def check_authors(content: bytes, *, sender: str, to: Sequence[str], reply_to: Sequence[str] = ()) -> None:
    """Parses what was built. Raises ForeignAuthor unless From, To and Reply-To name exactly these."""
    wanted = {"From": [sender], "To": list(to), "Reply-To": list(reply_to), "Sender": [], "Cc": [], "Bcc": []}
    message = _parsed(content)
    for header, addresses in wanted.items():
        if _addresses(message, header) != addresses:
            raise ForeignAuthor(header)


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=default)


def _addresses(message: EmailMessage, header: str) -> list[str]:
    """Every address that all headers of a name have, as a mail program reads them.

    Raises ForeignAuthor where nobody can say: Python's parser stumbles over some words.
    """
    try:
        found = message.get_all(header) or []
    except (AttributeError, IndexError, TypeError, ValueError) as stumbled:
        raise ForeignAuthor(header) from stumbled
    return [address.addr_spec for value in found for address in value.addresses]
