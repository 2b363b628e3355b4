"""`manage.py createsuperuser`: an owner of the site, asked for in Spanish, with our rules.

Takes the place of Django's. The address counts as confirmed: who runs the command vouches for it, and an
owner who forgets the password has a way back from the first day.
"""

import os
from argparse import ArgumentParser
from collections.abc import Callable
from getpass import getpass

import pghistory
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from companies.forms.people import check_new_password
from companies.forms.staff import NewPersonForm
from companies.models import User
from facturamos.security_log import note

NO_TERMINAL = "No hay terminal: use --noinput con --username y --email, y DJANGO_SUPERUSER_PASSWORD."
SECOND = (
    "Cree un segundo propietario para otra persona: si uno pierde su teléfono y sus códigos, el otro "
    "restablece su segundo factor."
)


class Command(BaseCommand):
    """Asks for what is not given; an answer that will not do is asked for again, with the reason."""

    help = "Crea a un propietario del sitio."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The names are those of Django's own command, for scripts."""
        parser.add_argument("--username", help="usuario")
        parser.add_argument("--email", help="correo electrónico")
        parser.add_argument(
            "--noinput", "--no-input", action="store_false", dest="interactive", help="no pregunta"
        )

    def handle(
        self, *args: object, username: str | None, email: str | None, interactive: bool, **options: object
    ) -> None:
        """Raises CommandError with a sentence for each thing that is missing or wrong."""
        try:
            found = self._asked(username, email) if interactive else self._given(username, email)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except EOFError:
            raise CommandError(NO_TERMINAL) from None
        with pghistory.context(source="createsuperuser"):
            user = User.objects.create_superuser(found["username"], found["password"], email=found["email"])
        note("owner.created", user.code)
        self.stdout.write(f"Se creó el propietario «{user.username}». Entra en /entrar/.")
        if User.objects.filter(role=User.Role.OWNER, is_active=True).count() == 1:
            self.stdout.write(SECOND)

    def _given(self, username: str | None, email: str | None) -> dict[str, str]:
        username = username or os.environ.get("DJANGO_SUPERUSER_USERNAME")
        email = email or os.environ.get("DJANGO_SUPERUSER_EMAIL")
        return {
            "username": _username(username or ""),
            "email": _email(email or ""),
            "password": os.environ.get("DJANGO_SUPERUSER_PASSWORD", ""),
        }

    def _asked(self, username: str | None, email: str | None) -> dict[str, str]:
        name = _username(username) if username else self._until(_username, "Usuario: ")
        address = _email(email) if email else self._until(_email, "Correo electrónico: ")
        return {"username": name, "email": address, "password": self._password(name, address)}

    def _until(self, rule: Callable[[str], str], question: str) -> str:
        while True:
            try:
                return rule(input(question))
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))

    def _password(self, username: str, email: str) -> str:
        while True:
            password, again = getpass("Contraseña: "), getpass("Confirme su contraseña: ")
            wrong = check_new_password(password, again, User(username=username, email=email))
            if not wrong:
                return password
            self.stderr.write(" ".join(wrong.values()))


def _username(text: str) -> str:
    return _checked("username", text)


def _email(text: str) -> str:
    return _checked("email", text)


def _checked(name: str, text: str) -> str:
    """What a page of admin would take for this field. Raises ValidationError."""
    form = NewPersonForm({name: text})
    if name in form.errors:
        raise ValidationError(list(form.errors[name]))
    return str(form.cleaned_data[name])
