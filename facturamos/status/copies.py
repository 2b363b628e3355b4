"""Databases beside the site's that a killed `verify_backup` left, each with all of its data."""

from facturamos.backup.scratch import left_behind
from facturamos.status.report import Level, StatusFinding, bad_if


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
