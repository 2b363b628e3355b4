"""What the value of a variable may be. Each rule returns what is wrong with it in Spanish, or "".

No rule quotes a value: what was typed into the wrong variable may be a secret.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import InMemoryStorage, Storage
from django.utils.module_loading import import_string

type Rule = Callable[[str], str]

KEY_BYTES = 32
SECRET_KEY_LENGTH, TOKEN_LENGTH = 50, 20
# Whose characters are at random has more different ones; of a ring's key, more different bytes.
SECRET_KEY_DIFFERENT, TOKEN_DIFFERENT, KEY_DIFFERENT = 12, 8, 8
# What stands in examples in the place of a secret.
PLACEHOLDER = re.compile(r"change.?me|your.?secret|secret.?key|django.insecure|example|\$\{", re.IGNORECASE)
VISIBLE = re.compile(r"[!-~]*\Z")
RFC = re.compile(r"[A-ZÑ&]{3,4}([0-9]{2})([0-9]{2})([0-9]{2})[A-Z0-9]{2}[0-9A]\Z")
# The SAT's for whoever has none.
NOBODYS = ("XAXX010101000", "XEXX010101000")
# Where a storage's options say who may read (S3 and Google), and what leaves it to the bucket's owner.
ACLS = ("default_acl", "acl", "predefined_acl", "predefinedacl")
PRIVATE_ACLS = ("", "private", "projectprivate", "bucketownerread", "bucketownerfullcontrol")
FILE_MAY_BE = 1024 * 1024
# Folders at the top that are the system's.
SYSTEMS = ("etc", "proc", "sys", "dev", "bin", "lib", "usr", "boot")


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


def filled(rule: Rule) -> Rule:
    """The rule, and not empty."""

    def not_empty(value: str) -> str:
        return rule(value) if value else "está vacía."

    return not_empty


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


def _is_guessable(value: str, different: int) -> bool:
    """Too few characters, one piece over and over, or an example's."""
    return len(set(value)) < different or value in (value + value)[1:-1] or bool(PLACEHOLDER.search(value))


def secret_key(value: str) -> str:
    """As long as Django asks for, and at random."""
    if len(value) < SECRET_KEY_LENGTH or _is_guessable(value, SECRET_KEY_DIFFERENT):
        return (
            f"es de ejemplo o demasiado fácil: al menos {SECRET_KEY_LENGTH} caracteres al azar "
            "(docs/production.md)."
        )
    return ""


def ring(value: str) -> str:
    """`id:base64 of 32 bytes`, each id once."""
    ids, keys = [], []
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
        if len(set(key)) < KEY_DIFFERENT:
            return f"la entrada {number} no está hecha al azar (docs/production.md)."
        ids.append(key_id)
        keys.append(key)
    if not ids:
        return "está vacía."
    if len(set(keys)) < len(keys):
        return "tiene dos veces la misma llave."
    return "" if len(set(ids)) == len(ids) else "tiene dos veces el mismo identificador."


def folder(value: str) -> str:
    """A folder that is there."""
    if not Path(value).is_absolute():
        return "debe ser una ruta completa."
    return "" if Path(value).is_dir() else "esa carpeta no existe."


def touchable(value: str) -> str:
    """A file, which need not be there, in a folder that is."""
    wrong = folder(str(Path(value).parent))
    return wrong or ("es una carpeta." if Path(value).is_dir() else "")


def media_folder(value: str) -> str:
    """A folder of its own: neither the system's, nor the code's."""
    if wrong := folder(value):
        return wrong
    where, code = Path(value).resolve(), Path(settings.BASE_DIR)
    of_code = where == code or code.is_relative_to(where) or where.is_relative_to(code / "static")
    of_system = len(where.parts) < 2 or where.parts[1] in SYSTEMS
    return "debe ser una carpeta solo para archivos." if of_code or of_system else ""


def static_folder(value: str) -> str:
    """A folder that `collectstatic` has filled."""
    missing = not (Path(value) / "staticfiles.json").is_file()
    return folder(value) or ("le falta staticfiles.json: ejecute collectstatic." if missing else "")


def file(value: str) -> str:
    """A file that can be read, and is not endless."""
    try:
        with Path(value).open("rb") as opened:
            good = Path(value).is_file() and 0 < len(opened.read(FILE_MAY_BE + 1)) <= FILE_MAY_BE
    except (OSError, ValueError):
        good = False
    return "" if good else "nombra un archivo que no existe, no se puede leer, está vacío o es enorme."


def text_file(value: str) -> str:
    """A file of text in UTF-8."""
    if wrong := file(value):
        return wrong
    try:
        Path(value).read_text(encoding="utf-8")
    except ValueError:
        return "nombra un archivo que no es texto en UTF-8."
    return ""


def storage(value: str) -> str:
    """A class that keeps files, for longer than the process lives."""
    try:
        found = import_string(value)
    except ImportError:
        return (
            "no es una clase que se pueda importar (¿falta un paquete? docs/production.md, «Archivos en S3»)."
        )
    if not (isinstance(found, type) and issubclass(found, Storage)) or found is Storage:
        return "no es una clase para guardar archivos."
    passing = issubclass(found, InMemoryStorage | StaticFilesStorage)
    return "no guarda archivos de personas: los olvida o los publica." if passing else ""


def json_object(value: str) -> str:
    """Options by their names, as JSON writes them."""
    try:
        found = json.loads(value, parse_constant=_no_number)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return 'debe ser un objeto de JSON: {"opción": "valor"}.'
    return ""


def storage_options(value: str) -> str:
    """Options of a storage that hands uploads to nobody."""
    return json_object(value) or _published(json.loads(value))


def _published(options: dict[str, object]) -> str:
    """In whichever depth: S3 is told of an object's ACL and grants by `object_parameters`, too."""
    for name, option in options.items():
        if isinstance(option, dict) and (wrong := _published(option)):
            return wrong
        key = name.lower()
        acl = str(option or "").replace("-", "").lower()
        if key in ACLS and acl not in PRIVATE_ACLS:
            return "publicaría lo que se sube: la ACL debe ser «private»."
        if key == "querystring_auth" and option is not True:
            return "publicaría lo que se sube: «querystring_auth» debe ser true."
        if key.startswith("grant"):
            return "da permisos sobre lo que se sube: quite «Grant…»."
    return ""


def _no_number(name: str) -> float:
    raise ValueError(name)


def token(value: str) -> str:
    """What a header can carry, and nobody guesses."""
    good = VISIBLE.match(value) and len(value) >= TOKEN_LENGTH and not _is_guessable(value, TOKEN_DIFFERENT)
    return (
        "" if good else f"es demasiado fácil: al menos {TOKEN_LENGTH} letras y números al azar, sin espacios."
    )


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
    """An RFC of somebody's, with a day that there is."""
    found = RFC.match(value)
    return "" if found and value not in NOBODYS and _is_day(*map(int, found.groups())) else "no es un RFC."


def _is_day(year: int, month: int, day: int) -> bool:
    # Of the years that two digits may mean, this century's have every day that the others have.
    try:
        return bool(date(2000 + year, month, day))
    except ValueError:
        return False


def all_of(*rules: Rule) -> Rule:
    """The first thing that is wrong."""

    def first(value: str) -> str:
        return first_of(rule(value) for rule in rules)

    return first


def first_of(wrongs: Iterable[str]) -> str:
    """The first sentence that says something."""
    return next((wrong for wrong in wrongs if wrong), "")
