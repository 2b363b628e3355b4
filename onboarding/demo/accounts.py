"""`var/demo/cuentas.json`: who may sign in to the demo, for people, `make run` and acceptance tests."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class DemoAccount:
    """One entry. The names are the file's format; an issuer has all of them, staff the first three."""

    rol: str
    usuario: str
    contrasena: str
    rfc: str = ""
    cer: str = ""
    key: str = ""
    clave_csd: str = ""


def load(path: Path) -> dict[str, DemoAccount]:
    """What an earlier start wrote, by role; nothing when there is no file."""
    if not path.exists():
        return {}
    known = {field.name for field in fields(DemoAccount)}
    rows = json.loads(path.read_text(encoding="utf-8"))
    accounts = [DemoAccount(**{name: row[name] for name in row.keys() & known}) for row in rows]
    return {account.rol: account for account in accounts}


def save(path: Path, accounts: list[DemoAccount]) -> None:
    """Writes the file for this user only: it holds passwords."""
    rows = [{name: value for name, value in asdict(account).items() if value} for account in accounts]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
