"""The dev SMTP server of `make run`: takes every mail and sends none; each becomes a file of the dev inbox.

python -m facturamos.devserver.smtp_server --port 2525 --folder var/demo/correo
"""

import argparse
import asyncio
import logging
import signal
import time
import uuid
from functools import partial
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class InboxFolder:
    """Writes each mail into a folder. The name begins with the time, so that names sort by age."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook for a whole mail."""
        content = envelope.content or b""
        self.keep(content if isinstance(content, bytes) else content.encode())
        return "250 OK"

    def keep(self, content: bytes) -> None:
        """One mail more, by whichever way it came."""
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(content)
        # Renamed when complete: a reader never meets half a mail.
        unfinished.rename(self.folder / f"{name}.eml")


def anybody(*args: object) -> AuthResult:
    """Every user name and password is right."""
    return AuthResult(success=True)


async def serve(host: str, port: int, folder: Path) -> None:
    """Takes mail until SIGINT or SIGTERM. Raises OSError when the port is taken."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    protocol = partial(
        SMTP,
        InboxFolder(folder),
        enable_SMTPUTF8=True,
        hostname="localhost",
        ident="Facturamos",
        auth_require_tls=False,
        authenticator=anybody,
        loop=loop,
    )
    server = await loop.create_server(protocol, host, port)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Takes every mail and writes it into a folder.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    # aiosmtpd warns of its own deprecations at each sign-in.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(serve(arguments.host, arguments.port, arguments.folder))


if __name__ == "__main__":
    main()
