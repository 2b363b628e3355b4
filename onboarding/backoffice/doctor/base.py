"""What every doctor is: arguments in, a finding out, which is written as a text or as JSON."""

import errno
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar

from companies.sat import rfc

REASONS = {
    errno.ENOENT: "no existe",
    errno.EISDIR: "es una carpeta",
    errno.ENOTDIR: "no existe",
    errno.EACCES: "no hay permiso",
    errno.ENAMETOOLONG: "su nombre es demasiado largo",
}
STDIN = Path("-")
MAX_PASSWORD_BYTES = 1024


class BadArguments(Exception):
    """The arguments cannot be judged (a file that is not there, a date that is none): a Spanish sentence."""


@dataclass(frozen=True)
class Finding:
    """What was found. `report` is the JSON, `text` the same for people.

    `remark` is a sentence about how it was found, for whoever reads the error output.
    """

    ok: bool
    report: Mapping[str, object]
    text: str
    remark: str = ""


class Doctor(ABC):
    """One kind of thing: its name on the command line, its arguments, its rule."""

    name: ClassVar[str]
    help: ClassVar[str]

    @abstractmethod
    def add_arguments(self, parser: ArgumentParser) -> None:
        """Tells the parser what to take."""

    @abstractmethod
    def examine(self, options: Namespace) -> Finding:
        """Judges what the arguments name. Raises BadArguments."""


def read_file(path: Path, at_most: int) -> bytes:
    """A file's content, or what comes from the standard input («-»). Raises BadArguments.

    One byte more than is allowed, so that too big a file is seen to be so.
    """
    if path == STDIN:
        return _stdin().read(at_most + 1)
    try:
        with path.open("rb") as file:
            return file.read(at_most + 1)
    except (OSError, ValueError) as error:
        raise BadArguments(f"No se puede leer {path}: {_reason(error)}.") from None


def write_file(path: Path, content: bytes) -> None:
    """Writes what was asked for. Raises BadArguments."""
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as error:
        raise BadArguments(f"No se puede escribir {path}: {_reason(error)}.") from None


def _reason(error: OSError | ValueError) -> str:
    """Why, in Spanish where it is one of the usual reasons."""
    if isinstance(error, OSError):
        return REASONS.get(error.errno or 0, error.strerror or "no se pudo")
    return "no es un nombre de archivo"


def _stdin() -> BinaryIO:
    """The standard input. Raises BadArguments where there is none."""
    # A program that was started without one has None here, whatever the type says.
    if sys.stdin is None:
        raise BadArguments("No hay nada en la entrada estándar.")
    return sys.stdin.buffer


def is_text(value: str) -> bool:
    """Whether an argument is UTF-8: what is not comes as half a surrogate pair, and no JSON can hold it."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def password_from_stdin() -> bytes:
    """A password as it was piped in, without the line's end."""
    return _stdin().read(MAX_PASSWORD_BYTES).rstrip(b"\r\n")


def add_password(parser: ArgumentParser) -> None:
    """`--password-stdin`: a password on the command line would be seen by everybody on the machine."""
    parser.add_argument(
        "--password-stdin", action="store_true", help="lee la contraseña de la entrada estándar"
    )


def rfc_that_is_meant(text: str) -> str:
    """The `--rfc` that something belongs to; empty when none was given. Raises BadArguments."""
    value = rfc.normalize(text)
    if text and rfc.persona_of(value) is None:
        raise BadArguments(f"«{text}» no es un RFC.")
    return value


def add_file(parser: ArgumentParser, help_text: str) -> None:
    """The one file to judge."""
    parser.add_argument(
        "file", metavar="ARCHIVO", type=Path, help=f"{help_text}; «-» lee la entrada estándar"
    )


def lines(*groups: Iterable[str]) -> str:
    """Lines one below the other, without the empty ones."""
    return "\n".join(line for group in groups for line in group if line)
