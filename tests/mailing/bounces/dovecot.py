"""A Dovecot of Debian's, with one mailbox in a folder of its own; only root can start one like this."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mailing.faulty_servers import Authority

_FOUND = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")
PROGRAM = _FOUND if os.geteuid() == 0 else None
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert
ssl_key = <{folder}/key
auth_mechanisms = plain
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
"""


@dataclass
class Dovecot:
    """One that runs: its port, and the mails of its mailbox."""

    folder: Path
    port: int
    count: int = 0

    def add(self, *contents: bytes) -> None:
        for content in contents:
            self.count += 1
            path = self.folder / "mail" / "new" / f"1700000000.{self.count}.localhost"
            path.write_bytes(content)
            path.chmod(0o644)

    def kept(self) -> list[bytes]:
        return [path.read_bytes() for path in self._files()]

    def unread(self) -> list[bytes]:
        return [path.read_bytes() for path in self._files() if "S" not in path.name.rpartition(":2,")[2]]

    def _files(self) -> list[Path]:
        return [path for part in ("new", "cur") for path in (self.folder / "mail" / part).glob("*")]


@contextmanager
def running(authority: Authority, user: str, password: str) -> Iterator[Dovecot]:
    """Starts one, and ends it with all of its processes."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    for part in ("", "new", "cur", "tmp"):
        (folder / "mail" / part).mkdir()
        os.chown(folder / "mail" / part, nobody.pw_uid, nobody.pw_gid)
    authority.server_files("localhost", certificate=folder / "cert", key=folder / "key")
    (folder / "users").write_text(f"{user}:{{PLAIN}}{password}\n")
    (folder / "users").chmod(0o644)
    (folder / "conf").write_text(CONFIGURATION.format(folder=folder, port=port))
    program = subprocess.Popen(  # noqa: S603
        [str(PROGRAM), "-F", "-c", str(folder / "conf")], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, program, folder)
        yield Dovecot(folder, port)
    finally:
        program.terminate()
        program.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int, program: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if program.poll() is not None:
            break
        time.sleep(0.1)
    log = folder / "log"
    raise AssertionError(log.read_text() if log.exists() else "Dovecot does not start.")
