"""`manage.py export_data`: all that is held about a company or a person, as a ZIP."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from companies.models import Company, User
from onboarding.backoffice.personal_data import export


class Command(BaseCommand):
    """For whoever answers requests of access (derechos ARCO)."""

    help = "Escribe en un ZIP todo lo que se guarda de una empresa o de una persona."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Of whom, and where to."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--empresa", dest="company", metavar="CÓDIGO", help="código de la empresa")
        whose.add_argument("--usuario", dest="user", metavar="USUARIO", help="nombre de usuario")
        parser.add_argument("file", metavar="ARCHIVO.zip", type=Path, help="archivo nuevo")

    def handle(
        self,
        *args: object,
        file: Path,
        company: str | None = None,
        user: str | None = None,
        **options: object,
    ) -> None:
        """Raises CommandError when there is no such company or person, or the file is there already."""
        archive = _of_company(company) if company else _of_user(str(user))
        try:
            with file.open("xb") as written:
                written.write(archive)
        except OSError as error:
            raise CommandError(f"No se pudo escribir {file}: {error.strerror}.") from error
        self.stdout.write(str(file))


def _of_company(code: str) -> bytes:
    found = Company.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise CommandError(f"No hay empresa con el código «{code}».")
    return export.company_archive(found)


def _of_user(username: str) -> bytes:
    found = User.objects.filter(username=username.strip()).first()
    if found is None:
        raise CommandError(f"No hay usuario «{username}».")
    return export.user_archive(found)
