"""`manage.py restore FOLDER`: a backup into an empty database and the present folder of files."""

from pathlib import Path

from facturamos.backup import proving, restoring, streams
from facturamos.backup.command import BackupCommand


class Command(BackupCommand):
    """For a site that is not running."""

    help = "Restaura un respaldo en una base vacía."
    # There is no database to be proved yet.
    requires_system_checks = ()
    next_step = "Ejecute «manage.py migrate» y arranque el sitio."

    def work(self, folder: Path, key: streams.Identity | None) -> proving.Proof:
        """Puts it back where nothing is."""
        return restoring.restore(folder, key, self.stdout.write)
