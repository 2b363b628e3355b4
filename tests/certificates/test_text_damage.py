"""Binary files after FTP, mail, the clipboard and editors."""

import quopri
from collections.abc import Callable

import pytest

from certificates import text_damage
from certificates.testing import CA, Pair
from tests.certificates.conftest import Issue
from tests.certificates.odd_files import PLAIN, structured

# What happened to the file on its way.
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "FTP from Unix to Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "FTP from a Mac of old to Windows": lambda data: data.replace(b"\r", b"\r\n"),
    "line ends dropped": lambda data: data.replace(b"\n", b""),
    "carriage returns dropped": lambda data: data.replace(b"\r", b""),
    "zeros dropped": lambda data: data.replace(b"\0", b""),
    "read as UTF-8": lambda data: data.decode("utf-8", "replace").encode(),
    "read as ASCII": lambda data: data.decode("ascii", "replace").replace("\ufffd", "?").encode(),
    "read as Latin-1, written as UTF-8": lambda data: data.decode("latin-1").encode(),
    "read as Windows-1252, written as UTF-8": lambda data: data.decode("cp1252", "replace").encode(),
    "read as MacRoman, written as UTF-8": lambda data: data.decode("mac_roman").encode(),
    "saved by an editor with a mark": lambda data: data.decode("latin-1").encode("utf-8-sig"),
    "redirected in PowerShell": lambda data: data.decode("cp850").encode("utf-16"),
    "seven bits": lambda data: bytes(byte & 0x7F for byte in data),
    "quoted-printable": quopri.encodestring,
    "percent": lambda data: b"".join(bytes([b]) if 33 < b < 127 and b != 37 else b"%%%02X" % b for b in data),
    "Python": lambda data: repr(data).encode(),
    "hexadecimal": lambda data: data.hex().encode(),
    "hexadecimal with blanks": lambda data: data.hex(" ").upper().encode(),
    "hexadecimal of PostgreSQL": lambda data: b"\\x" + data.hex().encode(),
    "decimal": lambda data: str(list(data)).encode(),
    "pasted into a field": lambda data: "".join(
        c for c in data.decode("cp1252", "ignore") if c.isprintable()
    ).encode(),
}


def with_every_byte(issue: Issue) -> list[Pair]:
    """Pairs whose files have line ends, returns and zeros in them, as nearly all have."""
    pairs = [issue(number=f"0000100000050000000{n}", branch="Peñón Ávila") for n in range(8)]
    return [p for p in pairs if all(byte in data for data in (p.certificate, p.key) for byte in b"\n\r\0")]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_told_for_certificates_and_keys(issue: Issue, damage: Callable[[bytes], bytes]) -> None:
    pairs = with_every_byte(issue)

    assert pairs
    for pair in pairs:
        assert text_damage.is_damaged(damage(pair.certificate))
        assert text_damage.is_damaged(damage(pair.key))


def test_whole_files_and_strangers_are_not_accused(issue: Issue, ca: CA) -> None:
    pairs = [issue(branch="Peñón Ávila") for _ in range(8)]
    strangers = [data for data, _ in (*PLAIN.values(), *structured(ca).values())]

    accused = [data for data in strangers if text_damage.is_damaged(data)]

    assert accused == []
    assert not any(text_damage.is_damaged(data) for pair in pairs for data in (pair.certificate, pair.key))
