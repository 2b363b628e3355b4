"""`doctor csd CER KEY`: a pair, by every check of step 9. Needs no database; one that answers knows more."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.utils import timezone

from certificates.authorities.chain import Authorities
from certificates.authorities.trust import authorities, authorities_without_database
from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import Report, by_code, examine
from certificates.checks.results import CheckResult, State
from certificates.file_types import MAX_BYTES
from certificates.x509.certificate import CertificateKind
from onboarding.backoffice.doctor.base import (
    STDIN,
    BadArguments,
    Doctor,
    Finding,
    add_password,
    password_from_stdin,
    read_file,
    rfc_that_is_meant,
)

ONE_STDIN = "Por la entrada estándar puede venir una sola cosa: la contraseña, el certificado o la llave."
NO_DATABASE = (
    "No hay una base de datos a la mano: aquí no se conocen las autoridades que soporte haya agregado."
)
MARKS = {State.GOOD: "✓", State.WARNING: "!", State.BAD: "✗", State.SKIPPED: "–"}


class CsdDoctor(Doctor):
    """Certificate and key of a CSD."""

    name = "csd"
    help = "un par de CSD: certificado y llave"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cer", metavar="CER", type=Path, help="el certificado")
        parser.add_argument("key", metavar="KEY", type=Path, help="la llave privada")
        add_password(parser)
        parser.add_argument("--rfc", default="", help="el RFC que se espera")
        parser.add_argument("--at", metavar="FECHA", default="", help="revisa como si fuera esa fecha (ISO)")

    def examine(self, options: Namespace) -> Finding:
        cer: Path = options.cer
        key: Path = options.key
        if [options.password_stdin, cer == STDIN, key == STDIN].count(True) > 1:
            raise BadArguments(ONE_STDIN)
        rfc, now = rfc_that_is_meant(options.rfc), _moment(options.at)
        password = password_from_stdin() if options.password_stdin else None
        # A file's name may be any bytes; what the report says of it is text.
        key_name = key.name.encode("utf-8", "replace").decode()
        upload = CsdUpload(read_file(cer, MAX_BYTES), read_file(key, MAX_BYTES), password, key_name=key_name)
        known, all_of_them = _authorities()
        context = CheckContext(now=now, rfc=rfc, production=settings.PRODUCTION, authorities=known)
        report = examine(upload, context)
        remark = NO_DATABASE if report.issuer_unknown and not all_of_them else ""
        return Finding(report.ok, _told(report), _text(report), remark)


def _authorities() -> tuple[Authorities, bool]:
    """The authorities that are known here, and whether those that support added are among them."""
    try:
        return authorities(), True
    except Error:
        return authorities_without_database(), False


def _moment(text: str) -> datetime:
    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
        moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
        # Near the calendar's ends a day may be none in another time zone.
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadArguments(f"«{text}» no es una fecha ISO.") from None


def _told(report: Report) -> dict[str, object]:
    read = report.certificate
    return {
        "ok": report.ok,
        "kind": (read.kind if read else CertificateKind.UNKNOWN).word,
        "number": read.number if read else "",
        "rfc": read.rfc if read and not read.is_authority else "",
        "name": read.name if read else "",
        "branch": read.branch if read else "",
        "valid_from": read.valid_from.isoformat() if read else None,
        "valid_to": read.valid_to.isoformat() if read else None,
        "issuer_known": report.issuer_known,
        "checks": [
            {
                "code": _word(result),
                "state": result.state.word,
                "message": " ".join(filter(None, (f"{result.title}.", result.message, result.detail))),
                "action": result.action,
                "pac_code": result.pac_code,
            }
            for result in report.results
        ],
    }


def _word(result: CheckResult) -> str:
    check = by_code(result.code)
    return check.word if check else result.code


def _text(report: Report) -> str:
    lines = ["Válido" if report.ok else "No se puede usar"]
    for result in report.results:
        lines.append(f"{MARKS[result.state]} {_word(result):<10} {result.title}. {result.message}".rstrip())
        if result.objection:
            lines.append(f"  {'':10}   {result.objection}")
        if result.action:
            lines.append(f"  {'':10} → {result.action}")
        if trade := " ".join(filter(None, (result.detail, result.pac_code and f"PAC {result.pac_code}."))):
            lines.append(f"  {'':10} · {trade}")
    return "\n".join(lines)
