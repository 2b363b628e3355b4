"""`manage.py estado`: how the site is, for a terminal, cron or Nagios. Exit code 0 good, 1 warning, 2 bad."""

import json
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from facturamos.status.report import SubjectStatus, report, troubles, worst


class Command(BaseCommand):
    """Says all that `/admin/estado/` says, also while no web server runs."""

    help = (
        "Dice cómo está el sitio. Termina con 0 si está bien, 1 si algo pide atención y 2 si algo está mal."
    )
    # What is wrong is what is to be told.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """For people all of it, or only what is not good; for programs JSON."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="como JSON")
        parser.add_argument(
            "--solo-fallas", action="store_true", dest="only", help="solo lo que no está bien"
        )

    def handle(self, *args: object, as_json: bool = False, only: bool = False, **options: object) -> None:
        """Raises SystemExit with the level."""
        answers = report()
        self.stdout.write(_as_json(answers) if as_json else _as_text(answers, only))
        level = worst(troubles(answers))
        if level:
            sys.exit(int(level))


def _as_text(answers: list[SubjectStatus], only: bool) -> str:
    lines = []
    for answer in answers:
        shown = [each for each in answer.findings if each.label and (each.level or not only)]
        if shown:
            lines.append(answer.title)
        for each in shown:
            lines.append(f"  {each.level.word:9} {each.label}: {each.said}")
            if each.level and each.advice:
                lines.append(f"            {each.advice}")
    return "\n".join(lines) or "Todo está bien."


def _as_json(answers: list[SubjectStatus]) -> str:
    rows = [
        {
            "clave": each.identity,
            "tema": answer.title,
            "nombre": each.label,
            "dice": each.said,
            "nivel": int(each.level),
            "numero": each.number,
        }
        for answer in answers
        for each in answer.findings
    ]
    return json.dumps(
        {"nivel": int(worst(troubles(answers))), "hallazgos": rows}, ensure_ascii=False, indent=1
    )
