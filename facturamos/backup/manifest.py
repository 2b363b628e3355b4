"""What a backup says of itself: `manifiesto.json`."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

NAME = "manifiesto.json"
LAYOUT = 1
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup cannot be made, is not whole, or is another ring's; the text is for people."""


@dataclass(frozen=True)
class StoredFile:
    """A file of a backup, as it lies there: encrypted, where it is."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """Everything that a restore must find again."""

    made_at: datetime
    version: str
    postgres: str
    # The last migration of each app.
    migrations: dict[str, str]
    # By the key's id; see `vault.fingerprints`.
    ring: dict[str, str]
    # Rows of each table at the moment of the dump.
    rows: dict[str, int]
    media_files: int = 0
    encrypted: bool = False
    files: dict[str, StoredFile] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """The last file of a backup: without it there is none."""
        body = asdict(self) | {"layout": LAYOUT, "made_at": self.made_at.isoformat()}
        text = json.dumps(body | {"sha256": _digest(body)}, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Raises BackupError when there is none, or a byte of it is not what was written."""
    try:
        body = json.loads((folder / NAME).read_text(encoding="utf-8"))
        stated, layout = body.pop("sha256"), body.pop("layout")
        whole = stated == _digest(body | {"layout": layout})
    except OSError as error:
        raise BackupError(f"No hay respaldo en {folder}: falta {NAME}.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupError(f"{NAME} está dañado: no se puede leer.") from error
    if not whole:
        raise BackupError(f"{NAME} está dañado: no es lo que se escribió.")
    if layout != LAYOUT:
        raise BackupError(
            f"{NAME} es de otra versión del respaldo ({layout}); use la versión {body['version']}."
        )
    files = {name: StoredFile(**each) for name, each in body.pop("files").items()}
    return Manifest(**body | {"made_at": datetime.fromisoformat(body["made_at"]), "files": files})


def _digest(body: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def prove_files(folder: Path, manifest: Manifest) -> None:
    """Raises BackupError naming every file that is missing, cut or altered."""
    wrong = [text for name, stored in manifest.files.items() if (text := _wrong(folder / name, stored))]
    if wrong:
        raise BackupError(" ".join(wrong))


def _wrong(path: Path, stored: StoredFile) -> str:
    if not path.is_file():
        return f"Falta {path.name}."
    if path.stat().st_size != stored.size:
        return f"{path.name} está dañado: tiene {path.stat().st_size} bytes y debe tener {stored.size}."
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return "" if digest == stored.sha256 else f"{path.name} está dañado: su contenido cambió."
