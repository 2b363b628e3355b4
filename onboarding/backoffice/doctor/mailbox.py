"""`doctor mailbox --from … --host … --port …`: really sends a mail, as step 10 does. Needs no database."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TypedDict

from django.conf import settings
from django.core.exceptions import ValidationError

from facturamos.vault import Secret
from mailing import services
from mailing.addresses import site_host, validate_address
from mailing.doctor import advice as rules
from mailing.doctor.advice import Case, MailDiagnosis
from mailing.doctor.examination import Examination
from mailing.doctor.smtp_settings import SmtpSettings, take_apart
from mailing.forms import HOST
from mailing.models import Mailbox, MailboxTest
from mailing.smtp.protocol import Failure, Stage
from mailing.stages import STAGES
from onboarding.backoffice.doctor.base import (
    BadArguments,
    Doctor,
    Finding,
    add_password,
    lines,
    password_from_stdin,
)

MARKS = {True: "✓", False: "✗", None: "–"}
MAX_PORT = 65_535


class StageReport(TypedDict):
    """One stage of the sending. `ok` is None where it was not tried."""

    stage: str
    title: str
    ok: bool | None
    message: str


class MailboxDoctor(Doctor):
    """A mailbox: server, port, security, user and password."""

    name = "mailbox"
    help = "un buzón de salida: envía de verdad un correo de prueba"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="from_email", metavar="CORREO", required=True, help="quién envía")
        parser.add_argument("--host", required=True, help="el servidor SMTP")
        parser.add_argument("--port", required=True, help="casi siempre 465 o 587")
        parser.add_argument("--ssl", action="store_true", help="con conexión segura, como la pide casi todo")
        parser.add_argument("--user", default="", help="el usuario; suele ser la dirección completa")
        add_password(parser)
        parser.add_argument("--to", metavar="CORREO", default="", help="a quién; sin él, a quien envía")

    def examine(self, options: Namespace) -> Finding:
        from_email, to = _address(options.from_email), _address(options.to or options.from_email)
        server = take_apart(options.host)
        port = server.port if server.port is not None else _port(options.port)
        way = SmtpSettings(_host(server.host), port, use_ssl=options.ssl or bool(server.use_ssl))
        case = Case(from_email, way, _user(options.user))
        password = password_from_stdin() if options.password_stdin else b""
        if password and not way.use_ssl:
            refused = Failure(Stage.SECURITY, "password_in_clear")
            return _finding(rules.diagnose(case, refused), "", connected=False)
        mailbox = Mailbox(
            from_email=from_email, from_name=from_email, username=case.username, host=way.host, port=way.port
        )
        examination = Examination(
            case=case,
            password=Secret(password) if password else None,
            envelope=services.envelope_of(MailboxTest(mailbox=mailbox, to=[to])),
            allowed=settings.SMTP_ALLOWED_INTERNAL,
            hello=site_host(),
        )
        return _finding(*examination.run())


def _address(text: str) -> str:
    try:
        validate_address(text)
    except ValidationError:
        raise BadArguments(f"«{text}» no es una dirección de correo.") from None
    return text


def _host(text: str) -> str:
    host = text.strip().lower().rstrip(".")
    if not HOST.fullmatch(host):
        raise BadArguments(f"«{text}» no es el nombre de un servidor, como smtp.gmail.com.")
    return host


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= MAX_PORT):
        raise BadArguments(
            f"«{text}» no es un puerto: es un número de 1 a {MAX_PORT}, casi siempre 465 o 587."
        )
    return int(text)


def _user(text: str) -> str:
    if not text.isprintable():
        raise BadArguments("El usuario tiene caracteres que no se ven. Escríbalo otra vez.")
    return text


def _finding(diagnosis: MailDiagnosis, transcript: str, *, connected: bool = True) -> Finding:
    stages = _stages(diagnosis, connected=connected)
    report = {
        "ok": diagnosis.code == "ok",
        "code": diagnosis.code,
        "message": diagnosis.message,
        "action": diagnosis.action,
        "stages": stages,
        "proposal": asdict(diagnosis.proposal) if diagnosis.proposal else None,
        "transcript": transcript,
    }
    text = lines(
        (f"{MARKS[stage['ok']]} {stage['title']}" for stage in stages),
        [diagnosis.message, diagnosis.action, diagnosis.page],
    )
    return Finding(diagnosis.code == "ok", report, text)


def _stages(diagnosis: MailDiagnosis, *, connected: bool) -> list[StageReport]:
    """Every stage: what was passed is good, where it ended is told, and what comes after was not tried.

    Nor was what comes before, where no connection was opened.
    """
    order = [stage for stage, _ in STAGES]
    end = order.index(diagnosis.stage)
    passed = diagnosis.code == "ok"
    before = True if connected else None
    return [
        StageReport(
            stage=str(stage),
            title=title,
            ok=True if passed else before if at < end else False if at == end else None,
            message=diagnosis.message if at == end else "",
        )
        for at, (stage, title) in enumerate(STAGES)
    ]
