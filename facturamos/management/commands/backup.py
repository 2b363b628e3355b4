"""`manage.py backup FOLDER`: a new backup of database, files and what must be known of the key ring."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand

from facturamos.backup import making, streams
from facturamos.backup.command import in_words


class Command(BaseCommand):
    """Says where it lies and what to do with it next."""

    help = "Respalda la base y los archivos en una carpeta nueva, sin detener el sitio."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and for whom."""
        parser.add_argument(
            "folder", metavar="CARPETA", type=Path, help="donde se hace la carpeta del respaldo"
        )
        parser.add_argument(
            "--para", dest="to", metavar="AGE1…", help="llave pública de age: solo su dueño lo abre"
        )

    def handle(self, *args: object, folder: Path, to: str | None = None, **options: object) -> None:
        """Raises CommandError when it could not be made."""
        with in_words():
            made = making.make(folder, streams.recipient(to) if to else None)
        self.stdout.write(str(made))
        self.stderr.write(
            "Compruébelo con «manage.py verify_backup». El anillo (FACTURAMOS_KEYS) no va en él."
        )
