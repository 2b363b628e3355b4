"""`manage.py load_sat_catalogs`: the SAT's catalogues, as the installed satcfdi has them, into Postgres."""

from django.core.management.base import BaseCommand, CommandParser

from companies.sat import catalogues

UNCHANGED = "Los catálogos del SAT ya estaban al día: nada cambió."


class Command(BaseCommand):
    """Run it after every update of satcfdi; a second run changes nothing and says so."""

    help = "Carga los catálogos del SAT (códigos postales, colonias, regímenes…) y dice qué cambió."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--if-newer`, so that each `make run` need not load them again."""
        parser.add_argument(
            "--if-newer",
            action="store_true",
            help="No hace nada si ya se cargaron estos mismos catálogos; sin esta opción, además repara.",
        )

    def handle(self, *args: object, **options: object) -> None:
        source = catalogues.fingerprint()
        if options["if_newer"] and catalogues.is_loaded(source):
            self.stdout.write(UNCHANGED)
            return
        changes = catalogues.load(catalogues.read(), source)
        for change in filter(None, changes):
            self.stdout.write(
                f"{change.title}: {change.added} nuevos, {change.changed} cambiados, "
                f"{change.removed} eliminados; ahora {change.total}."
            )
        if not any(changes):
            self.stdout.write(UNCHANGED)
