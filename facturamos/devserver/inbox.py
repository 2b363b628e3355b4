"""The dev inbox: reads the mails that the dev SMTP server wrote (smtp_server.py)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Self

NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")
SHOWN = 200


@dataclass(frozen=True)
class InboxMail:
    """One mail, as the dev inbox shows it."""

    name: str
    received_at: datetime
    subject: str
    sender: str
    to: str
    reply_to: str
    text: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """Parses one file. Raises FileNotFoundError."""
        message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = message.get_body(("plain",))
        nanoseconds = int(path.stem.partition("-")[0])
        return cls(
            name=path.stem,
            received_at=datetime.fromtimestamp(nanoseconds / 1e9, UTC),
            subject=str(message["Subject"] or ""),
            sender=str(message["From"] or ""),
            to=str(message["To"] or ""),
            reply_to=str(message["Reply-To"] or ""),
            text=str(body.get_content()) if body else "",
        )


def newest(folder: Path) -> list[InboxMail]:
    """The last mails, newest first."""
    paths = sorted((path for path in folder.glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    return [InboxMail.read(path) for path in paths[:SHOWN]]


def one(folder: Path, name: str) -> InboxMail | None:
    """A mail by its name, or None. A name that is not one of ours touches no file."""
    if not NAME.fullmatch(name):
        return None
    try:
        return InboxMail.read(folder / f"{name}.eml")
    except FileNotFoundError:
        return None
