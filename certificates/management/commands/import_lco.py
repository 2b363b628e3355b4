"""The SAT's list of who may invoice (LCO), for our own CSDs."""

from collections.abc import Sequence
from pathlib import Path

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from certificates.lco.services import ListRefused, import_files
from certificates.models import Csd


class Command(BaseCommand):
    help = (
        "Lee archivos LCO del SAT (XML con gzip, con o sin la envoltura PKCS#7) y anota qué dicen de los CSD "
        "guardados aquí. Si un archivo no se puede leer, no cambia nada."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="ARCHIVO", nargs="+", type=Path, help="un archivo LCO")
        parser.add_argument(
            "--completa",
            action="store_true",
            dest="whole",
            help="son todos los archivos de un día: lo que estaba en la lista y ya no, se anota así",
        )

        parser.add_argument(
            "--aunque-sea-menor",
            action="store_true",
            dest="even_if_shorter",
            help="con --completa: la lista de verdad encogió; contra ésta se medirán las que sigan",
        )

    def handle(
        self,
        *args: object,
        files: Sequence[Path] = (),
        whole: bool = False,
        even_if_shorter: bool = False,
        **options: object,
    ) -> None:
        """Imports, and tells what changed."""
        if even_if_shorter and not whole:
            raise CommandError(
                "«--aunque-sea-menor» va con «--completa»: lo demás no se mide con la anterior."
            )
        with pghistory.context(source="import_lco"):
            try:
                outcome = import_files(files, timezone.now(), whole=whole, even_if_shorter=even_if_shorter)
            except ListRefused as refused:
                raise CommandError(f"{refused} No se cambió nada.") from None
        self.stdout.write(f"Certificados en la lista: {outcome.listed}. Guardados aquí: {outcome.ours}.")
        for status, title in CHANGED.items():
            self.stdout.write(f"{title}: {outcome.changed[status]}.")
        if outcome.unknown:
            self.stdout.write(f"Con un estado que no conocemos, sin cambios: {outcome.unknown}.")


CHANGED = {
    Csd.SatStatus.ACTIVE: "Ahora activos en el SAT",
    Csd.SatStatus.REVOKED: "Ahora revocados",
    Csd.SatStatus.EXPIRED: "Ahora caducos",
    Csd.SatStatus.GONE: "Ya no están en la lista",
}
