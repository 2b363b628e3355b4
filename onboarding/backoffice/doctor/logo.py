"""`doctor logo FILE`: a picture, made into the logo that would be kept. Needs no database."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from companies.logo import preparing
from companies.logo.limits import MAX_BYTES
from onboarding.backoffice.doctor.base import Doctor, Finding, add_file, lines, read_file, write_file


class LogoDoctor(Doctor):
    """Says what becomes of a picture as a logo."""

    name = "logo"
    help = "una imagen para el logotipo"

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_file(parser, "la imagen")
        parser.add_argument("--out", metavar="ARCHIVO", type=Path, help="escribe ahí el logotipo preparado")

    def examine(self, options: Namespace) -> Finding:
        found = preparing.examine(read_file(options.file, MAX_BYTES))
        logo = found.prepared
        if logo and options.out:
            write_file(options.out, logo.jpeg)
        report = {
            "ok": found.ok,
            "code": found.code or "ok",
            "message": found.message,
            "width": logo.width if logo else 0,
            "height": logo.height if logo else 0,
            "doubt": found.doubt,
        }
        size = f"{logo.width} × {logo.height} píxeles" if logo else ""
        return Finding(found.ok, report, lines([found.message, size, found.doubt]))
