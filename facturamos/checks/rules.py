"""What the value of a variable may be. Each rule returns what is wrong with it in Spanish, or "".

No rule quotes a value: what was typed into the wrong variable may be a secret.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable
from email.utils import parseaddr
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.core.validators import validate_email
from django.utils.module_loading import import_string

type Rule = Callable[[str], str]

KEY_BYTES = 32
SECRET_KEY_LENGTH, SECRET_KEY_DIFFERENT = 50, 5
HOST_NAME = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z", re.I
)
RFC = re.compile(r"[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{2}[0-9A]\Z")


def plain(value: str) -> str:
    """Holds for every variable, whatever else does."""
    if not value.isprintable():
        return "tiene caracteres que no se ven (un salto de línea, un tabulador)."
    if value != value.strip():
        return "tiene espacios al principio o al final."
    return ""


def parts(value: str) -> list[str]:
    """The entries of a list, separated by commas."""
    return [part.strip() for part in value.split(",")] if value else []


def each(rule: Rule) -> Rule:
    """The rule for every entry of a list."""

    def of_all(value: str) -> str:
        return next((wrong for part in parts(value) if (wrong := rule(part))), "")

    return of_all


def optional(rule: Rule) -> Rule:
    """The rule, unless the variable is empty."""

    def unless_empty(value: str) -> str:
        return rule(value) if value else ""

    return unless_empty


def one_of(*allowed: str) -> Rule:
    """One of a few words."""

    def listed(value: str) -> str:
        return "" if value in allowed else f"debe ser {', '.join(allowed[:-1])} o {allowed[-1]}."

    return listed


def whole(least: int, most: int) -> Rule:
    """A number between two others."""

    def within(value: str) -> str:
        good = value.isascii() and value.isdigit() and least <= int(value[:18]) <= most
        return "" if good else f"debe ser un número entre {least} y {most}."

    return within


port = whole(1, 65535)
boolean = one_of("true", "false", "1", "0", "yes", "no", "on", "off", "True", "False")


def text(most: int) -> Rule:
    """Words that a page shows."""

    def short(value: str) -> str:
        return "" if len(value) <= most else f"es demasiado largo: a lo más {most} caracteres."

    return short


def never_true(value: str) -> str:
    """Something that production does not know."""
    return "" if value.lower() in ("", "false", "0", "no", "off") else "no se puede encender en producción."


def not_here(value: str) -> str:
    """Something that only serves development."""
    return "solo sirve en desarrollo; quítela." if value else ""


def secret_key(value: str) -> str:
    """As long as Django asks for."""
    if value.startswith("django-insecure-"):
        return "es una llave de ejemplo; haga una propia (docs/production.md)."
    if len(value) < SECRET_KEY_LENGTH or len(set(value)) < SECRET_KEY_DIFFERENT:
        return f"es demasiado fácil: al menos {SECRET_KEY_LENGTH} caracteres al azar (docs/production.md)."
    return ""


def ring(value: str) -> str:
    """`id:base64 of 32 bytes`, each id once."""
    ids = []
    for number, entry in enumerate(parts(value), 1):
        key_id, colon, encoded = entry.partition(":")
        if not colon:
            return f"a la entrada {number} le falta el identificador: se escribe «id:base64 de 32 bytes»."
        if not re.fullmatch(r"[\w.-]{1,32}", key_id, re.ASCII):
            return f"la entrada {number} tiene un identificador que no sirve: letras, números, punto y guion."
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            return f"la entrada {number} no es base64 de {KEY_BYTES} bytes."
        ids.append(key_id)
    if not ids:
        return "está vacía."
    return "" if len(set(ids)) == len(ids) else "tiene dos veces el mismo identificador."


def host(value: str) -> str:
    """A host's name or its address, and nothing around it."""
    named = HOST_NAME.match(value) and not value.replace(".", "").isdigit()
    return (
        ""
        if named or _is_address(value)
        else "no es el nombre de un servidor (sin «https://», sin puerto, sin «/»)."
    )


def _is_address(value: str) -> bool:
    try:
        ip_address(value.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def hosts(value: str) -> str:
    """Names that requests may ask for."""
    if not parts(value):
        return "está vacía."
    if "*" in parts(value):
        return "«*» deja entrar cualquier nombre; escriba los del sitio."
    return each(_site_host)(value)


def _site_host(value: str) -> str:
    return host(value.removeprefix("."))


def url(*schemes: str, bare: bool = False) -> Rule:
    """An address with one of the schemes; `bare`, with nothing after the host and its port."""

    def whole_address(value: str) -> str:
        try:
            found = urlsplit(value)
            found.port  # noqa: B018  (it is this that may raise)
        except ValueError:
            return "no es una dirección completa."
        if found.scheme not in schemes:
            return f"debe empezar con {' o '.join(f'{scheme}://' for scheme in schemes)}."
        if not found.hostname or host(found.hostname):
            return "no dice de qué servidor es."
        if bare and (found.path or found.query or found.fragment or found.username is not None):
            return "termina con el nombre del servidor: sin «/», sin usuario, sin nada después."
        return ""

    return whole_address


def database(value: str) -> str:
    """A PostgreSQL; the time-outs are ours to set."""
    try:
        found = urlsplit(value)
    except ValueError:
        return "no es una dirección completa."
    if found.scheme not in ("postgresql", "postgres", "pgsql"):
        return "debe ser de PostgreSQL: postgresql://usuario:contraseña@servidor/base."
    if not found.path.strip("/"):
        return "no dice qué base de datos."
    if not found.hostname and "host" not in parse_qs(found.query):
        return "no dice de qué servidor es."
    if "options" in parse_qs(found.query):
        return "lleva «options», que el sitio escribe por su cuenta; quítelo (docs/production.md, PgBouncer)."
    return ""


def broker(value: str) -> str:
    """A Valkey or Redis, or its Sentinels."""
    wrong = [url("redis", "rediss", "sentinel")(each_url) for each_url in value.split(";")]
    if any(wrong):
        return next(filter(None, wrong))
    path = urlsplit(value.split(";")[0]).path.strip("/")
    return "" if not path or path.isdigit() else "termina con el número de la base: redis://servidor:6379/0."


def folder(value: str) -> str:
    """A folder that is there."""
    if not Path(value).is_absolute():
        return "debe ser una ruta completa."
    return "" if Path(value).is_dir() else "esa carpeta no existe."


def static_folder(value: str) -> str:
    """A folder that `collectstatic` has filled."""
    missing = not (Path(value) / "staticfiles.json").is_file()
    return folder(value) or ("le falta staticfiles.json: ejecute collectstatic." if missing else "")


def file(value: str) -> str:
    """A file that can be read."""
    try:
        with Path(value).open("rb") as opened:
            opened.read(1)
    except (OSError, ValueError):
        return "nombra un archivo que no existe o no se puede leer."
    return ""


def storage(value: str) -> str:
    """A class that keeps files."""
    try:
        found = import_string(value)
    except ImportError:
        return (
            "no es una clase que se pueda importar (¿falta un paquete? docs/production.md, «Archivos en S3»)."
        )
    good = isinstance(found, type) and issubclass(found, Storage)
    return "" if good else "no es una clase para guardar archivos."


def json_object(value: str) -> str:
    """Options by their names, as JSON writes them."""
    try:
        found = json.loads(value)
    except ValueError:
        found = None
    return "" if isinstance(found, dict) else 'debe ser un objeto de JSON: {"opción": "valor"}.'


def address(value: str) -> str:
    """An e-mail address without a name before it."""
    try:
        validate_email(value)
    except ValidationError:
        return "no es una dirección de correo."
    return ""


def sender(value: str) -> str:
    """`Name <address>`, or the address alone."""
    return address(parseaddr(value)[1])


def phone(value: str) -> str:
    """A number that can be dialled."""
    digits = re.sub(r"[\s().+-]", "", value)
    return "" if digits.isdigit() and 10 <= len(digits) <= 15 else "no es un teléfono de diez dígitos o más."


def token(value: str) -> str:
    """Long enough that nobody guesses it."""
    return "" if len(value) >= 20 else "es demasiado corta: al menos 20 caracteres al azar."


def package(name: str, extra: str) -> Rule:
    """A package that is not always there."""

    def installed(value: str) -> str:
        return (
            ""
            if find_spec(name)
            else f"falta el paquete; instale «facturamos[{extra}]» (docs/production.md)."
        )

    return installed


def rfc(value: str) -> str:
    """What an RFC looks like."""
    return "" if RFC.match(value) else "no es un RFC."


def all_of(*rules: Rule) -> Rule:
    """The first thing that is wrong."""

    def first(value: str) -> str:
        return first_of(rule(value) for rule in rules)

    return first


def first_of(wrongs: Iterable[str]) -> str:
    """The first sentence that says something."""
    return next((wrong for wrong in wrongs if wrong), "")
