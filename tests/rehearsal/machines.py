"""The documented files as machines of their own hold them: each has an address, and a folder for its root.

The files are those of docs/production, byte for byte, but for three things: a name in «.interna» becomes the
address of its machine, a path becomes one in the machine's folder, a word in capitals its secret. Where a
file says that each machine writes its own name, it does.
"""

import re
import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from facturamos.devserver.tls import LocalAuthority

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "production"
HOST = "facturamos.example"
# All of 127.0.0.0/8 is this machine (Linux), so that every machine has the usual ports.
ADDRESSES = {
    "proxy": "127.0.18.1",
    "app1": "127.0.18.11",
    "app2": "127.0.18.12",
    "db1": "127.0.18.21",
    "db2": "127.0.18.22",
    "valkey1": "127.0.18.31",
    "valkey2": "127.0.18.32",
    "s3": "127.0.18.41",
    "mail": "127.0.18.51",
}
NAME = re.compile(r"\b(\w+)\.interna\b")
OWN = re.compile(
    r"(?m)^(?P<what>bind |listen_addr = |listen_addresses = '|replica-announce-ip |sentinel announce-ip )"
    r"\w+\.interna"
)
PATH = re.compile(r"(?<![\w:.<-])/(?=(?:etc|var|run)/)")


def _made_up() -> dict[str, str]:
    names = ("POSTGRES_PASSWORD", "REPLICATION_PASSWORD", "REDIS_PASSWORD", "S3_ACCESS_KEY", "S3_SECRET_KEY")
    return {name: secrets.token_hex(12) for name in names}


@dataclass
class Machines:
    """A folder for each machine, the authority that their certificates are from, and the secrets."""

    folder: Path
    secrets: dict[str, str] = field(default_factory=_made_up)
    authority: LocalAuthority = field(default_factory=LocalAuthority)

    def root(self, machine: str) -> Path:
        """What stands for «/» there."""
        return self.folder / machine

    def text(self, name: str, machine: str) -> str:
        """A documented file as this machine has it."""
        text = (DOCUMENTED / name).read_text(encoding="utf-8")
        text = OWN.sub(rf"\g<what>{machine}.interna", text)
        text = NAME.sub(lambda found: ADDRESSES[found[1]], text)
        for word, secret in self.secrets.items():
            text = re.sub(rf"\b{word}\b", secret, text)
        return PATH.sub(f"{self.root(machine)}/", text)

    def put(self, name: str, machine: str, where: str, *, more: str = "", owner: str = "") -> Path:
        """Writes a documented file where the machine has it; `more` stands below it."""
        return self.write(machine, where, self.text(name, machine) + more, owner=owner)

    def write(self, machine: str, where: str, text: str, *, owner: str = "") -> Path:
        """Writes a file that only its owner reads."""
        path = self.at(machine, where)
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        if owner:
            shutil.chown(path, owner, owner)
        return path

    def at(self, machine: str, where: str) -> Path:
        """A path on the machine; its folder is there."""
        path = self.root(machine) / where.removeprefix("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def certify(self, machine: str, stem: str, *names: str, owner: str = "") -> None:
        """A certificate, its key and the authority's own, where the documented files look for them."""
        certificate, key = (self.at(machine, f"/etc/ssl/facturamos/{stem}.{end}") for end in ("pem", "key"))
        self.authority.server_files(
            *(names or (ADDRESSES[machine], f"{machine}.interna")), certificate=certificate, key=key
        )
        self.trust(machine)
        if owner:
            shutil.chown(key, owner, owner)

    def trust(self, machine: str) -> Path:
        """The authority's certificate on a machine."""
        path = self.at(machine, "/etc/ssl/facturamos/ca.pem")
        self.authority.write(path)
        return path
