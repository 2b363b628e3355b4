"""`manage.py reset_second_factor USER`: the way back in where nobody is left who could do it in admin."""

from argparse import ArgumentParser

import pghistory
from django.core.management.base import BaseCommand, CommandError

from companies.accounts import second_factor
from companies.models import User
from facturamos.security_log import note

ASK = (
    "Asegúrese de hablar con {name}. Su aplicación de autenticación y sus códigos de recuperación dejarán de "
    "servir, y se le avisará por correo ({addresses}). Escriba «sí» para seguir: "
)


class Command(BaseCommand):
    """Asks first; what it did is in the log of security and in the person's mail."""

    help = "Quita el segundo factor de un usuario, que activará otro la próxima vez que entre."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and a way past the question, for scripts."""
        parser.add_argument("usuario", help="el nombre con el que entra")
        parser.add_argument("--sin-preguntar", action="store_true", dest="sure", help="no pregunta")

    def handle(self, *args: object, usuario: str, sure: bool = False, **options: object) -> None:
        """Raises CommandError when there is nothing to reset, or who is asked thinks better of it."""
        user = User.objects.filter(username__iexact=usuario.strip()).first()
        if user is None:
            raise CommandError(f"No hay ningún usuario «{usuario}».")
        if not second_factor.in_use(user).exists():
            raise CommandError(f"«{user.username}» no tiene un segundo factor activo.")
        question = ASK.format(name=user.get_full_name(), addresses=", ".join(user.addresses) or "sin correo")
        if not sure and input(question).strip().lower() not in ("sí", "si"):
            raise CommandError("No se cambió nada.")
        with pghistory.context(source="reset_second_factor"):
            second_factor.reset(user)
        note("second-factor.reset-by-command", user.code)
        self.stdout.write(f"«{user.username}» activará un segundo factor nuevo la próxima vez que entre.")
