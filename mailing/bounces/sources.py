"""Where the mails that came back lie: a mailbox, read by IMAP, or a folder of files.

Both give the mails that nobody has read yet, the oldest first, a bounded number of each and a bounded part of
every one. What was a report about a mail of ours is deleted; anything else is left for a person to read.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from django.conf import settings

from mailing.bounces.reports import MOST_BYTES

MOST_MAILS = 500
SECONDS = 10
# Where a folder's mails go that are no reports of ours.
LEFT = "otros"


class BounceSource(Protocol):
    """One place where they lie. A mail that is neither deleted nor left is read again next time."""

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """The name of each within its place, and its beginning."""
        ...

    def delete(self, name: str) -> None:
        """It has been made use of."""
        ...

    def leave(self, name: str) -> None:
        """It is not for us; next time it is not given again."""
        ...


def configured() -> AbstractContextManager[BounceSource] | None:
    """The place that the settings name, if any. Opening it raises OSError or imaplib's error."""
    if settings.BOUNCE_IMAP["host"]:
        return ImapMailbox(**settings.BOUNCE_IMAP)
    return MailFolder(settings.BOUNCE_DIR) if settings.BOUNCE_DIR else None


class ImapMailbox:
    """The unread mails of a mailbox. The server is the operator's choice; the connection is TLS, verified."""

    def __init__(
        self, *, host: str, port: int, security: str, user: str, password: str, mailbox: str
    ) -> None:
        self.host, self.port, self.security = host, port, security
        self.user, self.password, self.mailbox = user, password, mailbox

    def __enter__(self) -> Self:
        context = ssl.create_default_context()
        # As for SMTP: a company's own authority makes certificates that only break RFC 5280's form.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if self.security == "tls":
            self.server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                self.host, self.port, ssl_context=context, timeout=SECONDS
            )
        else:
            self.server = imaplib.IMAP4(self.host, self.port, timeout=SECONDS)
        try:
            self._open(context)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _open(self, context: ssl.SSLContext) -> None:
        if self.security == "starttls":
            self.server.starttls(context)
        # LOGIN takes ASCII alone.
        answer = f"\0{self.user}\0{self.password}".encode()
        self.server.authenticate("PLAIN", lambda _challenge: answer)
        quoted = self.mailbox.replace("\\", "\\\\").replace('"', '\\"')
        _done(self.server.select(f'"{quoted}"'))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self.server.logout()

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """By their UID; fetching one does not mark it as read."""
        [found, *_] = _done(self.server.uid("SEARCH", "UNSEEN UNDELETED"))
        for uid in found.split()[:MOST_MAILS] if isinstance(found, bytes) else []:
            asked = f"(BODY.PEEK[]<0.{MOST_BYTES}>)"
            parts = _done(self.server.uid("FETCH", uid.decode(), asked))
            # Another reader may have deleted it meanwhile.
            content = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if content is not None:
                yield uid.decode(), content

    def delete(self, name: str) -> None:
        """For good; others that somebody has marked stay, where the server can tell them apart (RFC 4315)."""
        _done(self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen \Deleted)"))
        if "UIDPLUS" in self.server.capabilities:
            _done(self.server.uid("EXPUNGE", name))
        else:
            _done(self.server.expunge())

    def leave(self, name: str) -> None:
        """It stays, marked as read."""
        _done(self.server.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)"))


def _done[Answer](answer: tuple[str, Answer]) -> Answer:
    said, data = answer
    if said != "OK":
        raise imaplib.IMAP4.error(said)
    return data


class MailFolder:
    """A folder into which a mail server writes each mail as a file (a pipe's, or Maildir's «new»)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        (self.folder / LEFT).mkdir(exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A folder holds nothing open."""

    def mails(self) -> Iterator[tuple[str, bytes]]:
        """By their file names. What begins with a dot is still being written; a link leads elsewhere."""
        files = [path for path in self.folder.iterdir() if path.is_file() and not path.is_symlink()]
        for path in sorted(files, key=lambda path: (path.stat().st_mtime, path.name))[:MOST_MAILS]:
            if not path.name.startswith("."):
                with path.open("rb") as file:
                    yield path.name, file.read(MOST_BYTES)

    def delete(self, name: str) -> None:
        (self.folder / name).unlink(missing_ok=True)

    def leave(self, name: str) -> None:
        (self.folder / name).rename(self.folder / LEFT / name)
