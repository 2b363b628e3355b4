"""`manage.py verify_backup FOLDER`: restores it beside the site's database, and opens every secret."""

from pathlib import Path

from facturamos.backup import proving, streams
from facturamos.backup.command import BackupCommand
from facturamos.status.models import SignOfLife


class Command(BackupCommand):
    """What was proved stands on «Estado» with the backup's age."""

    help = "Comprueba que un respaldo se puede restaurar: lo restaura en una base aparte y abre cada secreto."

    def work(self, folder: Path, key: streams.Identity | None) -> proving.Proof:
        """Proves it, and remembers that there is a good one."""
        proof = proving.prove(folder, key, self.stdout.write)
        seen = SignOfLife.objects.seen(SignOfLife.BACKUP)
        # Who looks into an older one has not lost the newer.
        if seen is None or seen < proof.backup.made_at:
            SignOfLife.objects.note(SignOfLife.BACKUP, proof.backup.made_at)
        return proof
