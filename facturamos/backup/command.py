"""What the commands about a backup that lies there have in common."""

from abc import abstractmethod
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from facturamos.backup import dump, ending, streams
from facturamos.backup.manifest import BackupError
from facturamos.backup.proving import Proof


@contextmanager
def in_words() -> Iterator[None]:
    """Raises CommandError naming what went wrong, or that somebody ended it."""
    with ending.endable():
        try:
            yield
        except BackupError as error:
            raise CommandError(str(error)) from error
        except Error as error:
            raise CommandError(f"La base no contesta: {dump.first_line(str(error))}") from error


class BackupCommand(BaseCommand):
    """Takes the folder and what opens it, and says what was proved."""

    # What is to be done when all went well.
    next_step = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and what opens it."""
        parser.add_argument("folder", metavar="CARPETA", type=Path, help="la carpeta del respaldo")
        parser.add_argument(
            "--identidad", dest="key", metavar="ARCHIVO", type=Path, help="llave privada de age"
        )

    def handle(self, *args: object, folder: Path, key: Path | None = None, **options: object) -> None:
        """Raises CommandError naming what is wrong."""
        with in_words():
            proof = self.work(folder, streams.identity(key) if key else None)
        rows = sum(proof.backup.rows.values())
        found = f"{rows} renglones, {proof.files} archivos, {proof.secrets} secretos que abren"
        self.stdout.write(f"Bien: {found}.")
        if self.next_step:
            self.stdout.write(self.next_step)

    @abstractmethod
    def work(self, folder: Path, key: streams.Identity | None) -> Proof:
        """What the command does with it. Raises BackupError."""
