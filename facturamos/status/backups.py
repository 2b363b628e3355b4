"""What Estado says of backups: how old the newest is that was proved, and what a proof left behind."""

from datetime import datetime, timedelta

from facturamos.backup.scratch import left_behind
from facturamos.marks import is_old, seconds_since
from facturamos.prose import ago
from facturamos.status.models import SignOfLife
from facturamos.status.report import Level, StatusFinding, bad_if

BACKUP_IS_OLD = timedelta(days=8)


def newest_backup(now: datetime) -> StatusFinding:
    """When the newest backup was made of those that were proved to restore."""
    made = SignOfLife.objects.seen(SignOfLife.BACKUP)
    return StatusFinding(
        "backup.age_seconds",
        "Último respaldo comprobado",
        ago(made, now),
        bad_if(is_old(made, now, BACKUP_IS_OLD), Level.WARNING),
        "Haga uno con «manage.py backup» y compruébelo con «manage.py verify_backup».",
        seconds_since(made, now),
    )


def left_copies() -> StatusFinding:
    """Which lie there, and what takes them away; a line on the page only where there is one."""
    names = left_behind()
    return StatusFinding(
        "backup.left_copies",
        "Copias de la base que dejó una comprobación" if names else "",
        ", ".join(names) or "0",
        bad_if(names, Level.WARNING),
        "Cada una tiene todos los datos y nadie la usa: el próximo «manage.py verify_backup» la quita.",
        len(names),
    )
