"""`doctor name NAME`: the name as the SAT has it, without its legal form. Needs no database."""

from argparse import ArgumentParser, Namespace

from companies.sat import without_legal_form
from onboarding.backoffice.doctor.base import BadArguments, Doctor, Finding, lines, rfc_that_is_meant


class NameDoctor(Doctor):
    """Says how a razón social goes into CFDI 4.0."""

    name = "name"
    help = "un nombre o razón social"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("value", metavar="NOMBRE", help="el nombre, entre comillas")
        parser.add_argument("--rfc", default="", help="su RFC: a una persona física no se le quita nada")

    def examine(self, options: Namespace) -> Finding:
        found = without_legal_form.examine(options.value.strip(), rfc_that_is_meant(options.rfc))
        if not found.proposal:
            raise BadArguments("Falta el nombre.")
        report = {"proposal": found.proposal, "changed": found.changed, "form": found.form}
        return Finding(ok=True, report=report, text=_text(found))


def _text(found: without_legal_form.NameProposal) -> str:
    if not found.changed:
        return f"{found.proposal}\nAsí va en las facturas."
    left_out = f"Sin «{found.form}», que no es parte del nombre en las facturas." if found.form else ""
    return lines([found.proposal, left_out])
