"""`manage.py doctor …`: judges what a customer sends, by the rules of the pages, and stores nothing."""

import os
import sys
from argparse import Namespace
from json import dumps
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from onboarding.backoffice.doctor import DOCTORS
from onboarding.backoffice.doctor.base import BadArguments, Doctor, Finding, is_text
from onboarding.backoffice.doctor.parser import UNREADABLE, SpanishParser

REFUSED = 1
UTF8 = ("utf-8", "utf8", "utf_8")


class Command(BaseCommand):
    """Exit status: 0 good, 1 refused, 2 unreadable arguments."""

    help = (
        "Revisa lo que manda un cliente, sin guardar nada. Termina con 0 si está bien, 1 si no, 2 si no pudo "
        "leer lo que se le pidió."
    )
    # The rules need no database, but for the SAT's catalogue.
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return SpanishParser.like(super().create_parser(prog_name, subcommand, **kwargs))

    def add_arguments(self, parser: CommandParser) -> None:
        kinds = parser.add_subparsers(
            title="qué revisar", dest="kind", metavar="QUÉ", required=True, parser_class=SpanishParser
        )
        for each in DOCTORS:
            doctor = each()
            kind = kinds.add_parser(doctor.name, help=doctor.help, description=f"Revisa {doctor.help}.")
            doctor.add_arguments(kind)
            kind.add_argument(
                "--json", dest="as_json", action="store_true", help="escribe el resultado como JSON"
            )
            kind.set_defaults(doctor=doctor)

    def handle(self, *args: object, doctor: Doctor, as_json: bool, **options: object) -> None:
        if not all(is_text(value) for value in options.values() if isinstance(value, str)):
            raise CommandError("Los argumentos no son texto en UTF-8.", returncode=UNREADABLE)
        try:
            finding = doctor.examine(Namespace(**options))
        except BadArguments as bad:
            raise CommandError(str(bad), returncode=UNREADABLE) from None
        self._write(self._as_json(finding) if as_json else self._as_text(finding))
        if finding.remark:
            self.stderr.write(finding.remark)
        if not finding.ok:
            raise SystemExit(REFUSED)

    def _write(self, text: str) -> None:
        """Nobody has to read it to the end: `| head` goes away earlier."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            # Or Python would try once more when it ends, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _as_json(self, finding: Finding) -> str:
        """Escaped where Ñ cannot be written: it is the same JSON."""
        return dumps(finding.report, ensure_ascii=self._encoding.lower() not in UTF8, indent=2)

    def _as_text(self, finding: Finding) -> str:
        return finding.text.encode(self._encoding, "replace").decode(self._encoding)

    @property
    def _encoding(self) -> str:
        """Of the standard output; what has none is text within this process."""
        encoding: str | None = getattr(self.stdout, "encoding", None)
        return encoding or "utf-8"
