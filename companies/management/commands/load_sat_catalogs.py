"""`manage.py load_sat_catalogs`: the SAT's catalogues, as the installed satcfdi has them, into Postgres."""

from typing import Any

from django.core.management.base import BaseCommand

from companies import catalogues


class Command(BaseCommand):
    """Run it after every update of satcfdi; a second run changes nothing and says so."""

    help = "Carga los catálogos del SAT (códigos postales, colonias, regímenes…) y dice qué cambió."

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads, loads, reports."""
        changes = catalogues.load(catalogues.read())
        for change in filter(None, changes):
            self.stdout.write(
                f"{change.title}: {change.added} nuevos, {change.changed} cambiados, "
                f"{change.removed} eliminados; ahora {change.total}."
            )
        if not any(changes):
            self.stdout.write("Los catálogos del SAT ya estaban al día: nada cambió.")
