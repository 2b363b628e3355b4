"""`manage.py accept_lost_ring`: the former key ring is lost; the site goes on with the present one."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import autodiscover_modules

from facturamos import lost_ring
from facturamos.status import canary, ring_values

ASK = "Esto borra lo que no abre y no se puede deshacer. Si tiene el anillo anterior, no siga. «perdido»: "


class Command(BaseCommand):
    """Asks first, and says how much was given up."""

    help = "Se perdió el anillo anterior: da por perdido lo que no abre y sigue con el de ahora."
    # The check that there is another ring is what stands in the way.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A way past the question, for scripts."""
        parser.add_argument("--sin-preguntar", action="store_true", dest="sure", help="no pregunta")

    def handle(self, *args: object, sure: bool = False, **options: object) -> None:
        """Raises CommandError when the ring is the right one, or who is asked thinks better of it."""
        if canary.sings():
            raise CommandError("El anillo de FACTURAMOS_KEYS abre lo guardado: no hay nada perdido.")
        if not sure and input(ASK).strip() != "perdido":
            raise CommandError("No se cambió nada.")
        autodiscover_modules("lost_ring")
        for column, count in lost_ring.accept().items():
            self.stdout.write(f"{column}: {count} perdidos")
        ring_values.count()
        self.stdout.write(
            "Los emisores deben subir sus sellos y escribir la contraseña de su correo otra vez."
        )
