"""`doctor rfc RFC`: whether it is one, whose, and its check digit. Needs no database."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from companies.sat import rfc
from onboarding.backoffice.doctor.base import Doctor, Finding


class RfcDoctor(Doctor):
    """Says whether an RFC is well formed, and whose it may be."""

    name = "rfc"
    help = "un RFC"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("value", metavar="RFC", help="el RFC, como se escriba")

    def examine(self, options: Namespace) -> Finding:
        report = rfc.examine(options.value)
        return Finding(report.ok, asdict(report), report.message)
