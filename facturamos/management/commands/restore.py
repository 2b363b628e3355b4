"""`manage.py restore FOLDER`: a backup into an empty database and the present folder of files."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from facturamos.backup import restoring, streams
from facturamos.backup.manifest import BackupError


class Command(BaseCommand):
    """For a site that is not running."""

    help = "Restaura un respaldo en una base vacía."
    # There is no database to be proved yet.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and what opens it."""
        parser.add_argument("folder", metavar="CARPETA", type=Path, help="la carpeta del respaldo")
        parser.add_argument(
            "--identidad", dest="key", metavar="ARCHIVO", type=Path, help="llave privada de age"
        )

    def handle(self, *args: object, folder: Path, key: Path | None = None, **options: object) -> None:
        """Raises CommandError naming what is wrong."""
        try:
            proof = restoring.restore(folder, streams.identity(key) if key else None, self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(proof.backup.rows.values())
        self.stdout.write(
            f"Bien: {rows} renglones, {proof.files} archivos, {proof.secrets} secretos que abren."
        )
        self.stdout.write("Ejecute «manage.py migrate» y arranque el sitio.")
