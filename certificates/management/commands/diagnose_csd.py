"""The doctor at the command line: judges a pair and stores nothing."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.certificate import Kind
from certificates.checks import Report, examine
from certificates.evidence import Situation, Upload
from certificates.results import State
from certificates.shapes import MAX_BYTES
from certificates.trust import authorities
from companies.rfc import normalize

REFUSED, UNREADABLE = 1, 2
MARKS = {State.GOOD: "✓", State.WARNING: "!", State.BAD: "✗", State.SKIPPED: "–"}


class Command(BaseCommand):
    """Exit status: 0 valid, 1 refused, 2 unreadable arguments."""

    help = "Revisa un par de CSD sin guardar nada. Termina con 0 si es válido, 1 si no, 2 si no pudo leerlo."
    # It needs no database.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cer", metavar="CER", type=Path, help="el certificado")
        parser.add_argument("key", metavar="KEY", type=Path, help="la llave privada")
        parser.add_argument(
            "--password-stdin", action="store_true", help="lee la contraseña de la entrada estándar"
        )
        parser.add_argument("--rfc", default="", help="el RFC que se espera")
        parser.add_argument("--at", metavar="FECHA", default="", help="revisa como si fuera esa fecha (ISO)")
        parser.add_argument("--json", action="store_true", help="escribe el reporte como JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads, judges, prints."""
        password = sys.stdin.buffer.read(1024).rstrip(b"\r\n") if options["password_stdin"] else None
        key: Path = options["key"]
        upload = Upload(_read(options["cer"]), _read(key), password, key_name=key.name)
        situation = Situation(
            now=_moment(options["at"]),
            rfc=normalize(options["rfc"]),
            production=settings.PRODUCTION,
            authorities=authorities(),
        )
        report = examine(upload, situation)
        self.stdout.write(_json(report) if options["json"] else _text(report))
        if not report.ok:
            raise SystemExit(REFUSED)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than is allowed, so that too big a file is seen to be so.
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"No se puede leer {path}: {error.strerror}.", returncode=UNREADABLE) from None


def _moment(text: str) -> datetime:
    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"«{text}» no es una fecha ISO.", returncode=UNREADABLE) from None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _json(report: Report) -> str:
    read = report.certificate
    told = {
        "ok": report.ok,
        "kind": read.kind if read else Kind.UNKNOWN,
        "number": read.number if read else "",
        "rfc": read.rfc if read else "",
        "name": read.name if read else "",
        "branch": read.branch if read else "",
        "valid_from": read.valid_from.isoformat() if read else None,
        "valid_to": read.valid_to.isoformat() if read else None,
        "issuer_known": report.issuer_known,
        "checks": [
            {
                "code": result.code,
                "state": result.state,
                "message": f"{result.title}. {result.message}",
                "action": result.action,
                "pac_code": result.pac_code,
            }
            for result in report.results
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _text(report: Report) -> str:
    lines = ["Válido" if report.ok else "No se puede usar"]
    for result in report.results:
        pac = f" (PAC {result.pac_code})" if result.pac_code else ""
        lines.append(f"{MARKS[result.state]} {result.code:<10} {result.title}. {result.message}{pac}")
        if result.action:
            lines.append(f"  {'':10} → {result.action}")
    return "\n".join(lines)
