"""What an address may be: of a server, a page, a database, a broker, a person.

Rules like those of rules.py: each returns what is wrong, or "", and quotes nothing.
"""

import re
from email.utils import parseaddr
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from facturamos.checks.rules import Rule, each, file, first_of, one_of, parts, port

LABEL = r"(?=[^.]{1,63}(\.|\Z))"
HOST_NAME = re.compile(
    rf"(?=.{{1,253}}\Z){LABEL}(?!_\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
    rf"(\.{LABEL}[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z",
    re.I,
)
# Else it is an address of IPv4, whole or not.
NUMBER_AT_THE_END = re.compile(r"(\A|\.)[0-9]+\Z")
# What an address in a page, a mail or a header may be made of.
IN_A_URL = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+\Z")
# A number as people write it.
PHONE = re.compile(r"\+?(\([0-9 ]+\)|[0-9 .-])+\Z")


def host(value: str) -> str:
    """A host's name or its address, and nothing around it."""
    named = HOST_NAME.match(value) and not NUMBER_AT_THE_END.search(value)
    if named or _is_address(value):
        return ""
    return "no es el nombre de un servidor (sin «https://», sin puerto, sin «/»)."


def _is_address(value: str) -> bool:
    inside = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    try:
        ip_address(inside)
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


def _split(value: str) -> SplitResult | None:
    """None when it is no address. Its port, where it has one, is a port."""
    try:
        found = urlsplit(value)
        wrong = found.port == 0 or found.netloc.endswith(":")
    except ValueError:
        return None
    return None if wrong else found


def folder_url(value: str) -> str:
    """An address that others are made of, by writing more behind it."""
    wrong = url("https")(value)
    return wrong or ("termina con su carpeta: sin «?», sin «#»." if set("?#") & set(value) else "")


def url(*schemes: str, bare: bool = False, with_user: bool = False) -> Rule:
    """An address with one of the schemes; `bare`, with nothing after the host and its port."""

    def whole_address(value: str) -> str:
        found = _split(value)
        if found is None or not IN_A_URL.match(value):
            return "no es una dirección completa, o lleva espacios o signos que no van."
        if found.scheme not in schemes:
            return f"debe empezar con {' o '.join(f'{scheme}://' for scheme in schemes)}."
        if not found.hostname or host(found.hostname):
            return "no dice de qué servidor es."
        if bare and value.lower() != f"{found.scheme}://{found.netloc}".lower():
            return "termina con el nombre del servidor: sin «/», sin nada después."
        if found.username is not None and not with_user:
            return "lleva un usuario delante del servidor; quítelo."
        return ""

    return whole_address


def sentry(value: str) -> str:
    """A DSN as Sentry gives it: `https://key@host/number`, which is the project."""
    if wrong := url("https", with_user=True)(value):
        return wrong
    found = urlsplit(value)
    good = found.username and found.path.strip("/").rpartition("/")[2].isdigit()
    return "" if good else "le falta la llave o el número del proyecto: https://llave@servidor/número."


# --- the database and the broker


def _several(rule: Rule) -> Rule:
    """Hosts and ports of a database that stands on several; none is empty."""

    def of_all(value: str) -> str:
        return first_of(rule(part) for part in value.split(","))

    return of_all


def _host_or_folder(value: str) -> str:
    return "" if value.startswith("/") else host(value)


# What DATABASE_URL may say after «?»; all else the site writes by itself, or it means nothing to libpq.
_OF_DATABASE: dict[str, Rule] = {
    "host": _several(_host_or_folder),
    "port": _several(port),
    "sslmode": one_of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    **dict.fromkeys(("sslrootcert", "sslcert", "sslkey", "sslcrl"), file),
    **dict.fromkeys(("gssencmode", "channel_binding"), one_of("disable", "prefer", "require")),
    # Any other may lead to a server that cannot be written.
    "target_session_attrs": one_of("any", "read-write", "primary"),
}


def database(value: str) -> str:
    """A PostgreSQL; the time-outs are ours to set."""
    found = _split(value)
    if found is None:
        return "no es una dirección completa."
    if found.scheme not in ("postgresql", "postgres", "pgsql"):
        return "debe ser de PostgreSQL: postgresql://usuario:contraseña@servidor/base."
    if not found.path.strip("/") or found.fragment:
        return "no dice qué base de datos (en la contraseña, «#», «/» y «?» se escriben %23, %2F y %3F)."
    asked = parse_qs(found.query, keep_blank_values=True)
    if not found.hostname and "host" not in asked:
        return "no dice de qué servidor es."
    if "options" in asked:
        return "lleva «options», que el sitio escribe por su cuenta; quítelo (docs/production.md, PgBouncer)."
    wrong = first_of(_of_database(name, values) for name, values in asked.items())
    return wrong or _as_many(asked) or _proved(asked)


def _of_database(name: str, values: list[str]) -> str:
    if name not in _OF_DATABASE or len(values) > 1:
        return (
            "lleva después de «?» algo que el sitio no admite o escribe por su cuenta (docs/production.md)."
        )
    wrong = _OF_DATABASE[name](values[0])
    return wrong and f"su «{name}» {wrong}"


def _as_many(asked: dict[str, list[str]]) -> str:
    names, ports = (asked.get(each_name, [""])[0].split(",") for each_name in ("host", "port"))
    if len(ports) in (1, len(names)):
        return ""
    return "nombra más puertos que servidores, o menos."


def _proved(asked: dict[str, list[str]]) -> str:
    """libpq looks for an authority at home where none is named, and a site that has none there would wait."""
    unproved = asked.get("sslmode", [""])[0].startswith("verify-") and "sslrootcert" not in asked
    if not unproved or (Path.home() / ".postgresql" / "root.crt").is_file():
        return ""
    return "su «sslmode» pide «sslrootcert»: el archivo de la autoridad con que se comprueba el servidor."


def broker(value: str) -> str:
    """A Valkey or Redis, or its Sentinels. Nothing after «?» but whose certificate is believed."""
    return first_of(_server(each_url) for each_url in value.split(";"))


def _server(value: str) -> str:
    if wrong := url("redis", "rediss", "sentinel", with_user=True)(value):
        return wrong
    found = urlsplit(value)
    if not re.fullmatch(r"/?[0-9]{0,3}", found.path):
        return "termina con el número de la base: redis://servidor:6379/0."
    asked = parse_qs(found.query, keep_blank_values=True)
    if found.fragment or asked.keys() - ({"ssl_ca_certs"} if found.scheme == "rediss" else set()):
        return "lleva después de «?» algo que el sitio no admite: rediss:// siempre se comprueba."
    return first_of(file(path) for path in asked.get("ssl_ca_certs", []))


# --- people

# `allowlist` is where Django lets «localhost» pass.
_valid_address = EmailValidator(allowlist=[])


def address(value: str) -> str:
    """An e-mail address without a name before it."""
    try:
        _valid_address(value)
    except ValidationError:
        return "no es una dirección de correo."
    return ""


def sender(value: str) -> str:
    """`Name <address>`, or the address alone."""
    found = parseaddr(value)[1]
    written = value == found or re.fullmatch(rf"[^<>@,;]* <{re.escape(found)}>", value)
    return address(found) if written else "se escribe «Nombre <dirección>», o la dirección sola."


def phone(value: str) -> str:
    """A number that can be dialled."""
    digits = re.sub(r"[^0-9]", "", value)
    good = PHONE.match(value) and 10 <= len(digits) <= 15 and len(set(digits)) > 1
    return "" if good else "no es un teléfono de diez dígitos o más."
