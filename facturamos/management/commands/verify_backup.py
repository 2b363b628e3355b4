"""`manage.py verify_backup FOLDER`: restores it beside the site's database, and opens every secret."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from facturamos.backup import proving, streams
from facturamos.backup.manifest import BackupError
from facturamos.status.models import SignOfLife


class Command(BaseCommand):
    """What was proved stands on «Estado» with the backup's age."""

    help = "Comprueba que un respaldo se puede restaurar: lo restaura en una base aparte y abre cada secreto."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which, and what opens it."""
        parser.add_argument("folder", metavar="CARPETA", type=Path, help="la carpeta del respaldo")
        parser.add_argument(
            "--identidad", dest="key", metavar="ARCHIVO", type=Path, help="llave privada de age"
        )

    def handle(self, *args: object, folder: Path, key: Path | None = None, **options: object) -> None:
        """Raises CommandError naming what is wrong."""
        try:
            proof = proving.prove(folder, streams.identity(key) if key else None, self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from error
        SignOfLife.objects.note(SignOfLife.BACKUP, proof.backup.made_at)
        rows = sum(proof.backup.rows.values())
        self.stdout.write(
            f"Bien: {rows} renglones, {proof.files} archivos, {proof.secrets} secretos que abren."
        )
