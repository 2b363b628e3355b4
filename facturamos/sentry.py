"""Sentry, where SENTRY_DSN names one: what failed and where, never what somebody typed.

Bodies, cookies, variables and the text of exceptions stay here. What remains is looked through by name,
in Spanish, too, and addresses are cut to two segments, for the third may be a token. The package is an
extra («sentry»).
"""

import re
from importlib import import_module
from importlib.util import find_spec

from facturamos.hidden_links import without_links
from facturamos.log_settings import short_path
from facturamos.version import version

SECRET = re.compile(
    r"contrase|password|passwd|clave|llave|key|secret|token|cookie|authori[sz]|sesi|session|csrf|codigo|código|code"
    r"|rfc|curp|correo|e-?mail|telefono|teléfono|phone|nombre|full_name|user_?name|direccion|dirección|address|domicilio|calle|colonia|razon|razón|apellido|folio|sello|dsn|_to$|^to$",
    re.IGNORECASE,
)
HIDDEN = "•••"
# Of a request only these; of a header's value none.
KEPT_OF_REQUEST = ("method", "url")


def start(dsn: str, environment: str) -> None:
    """Sends what fails to `dsn`. Nothing without one; where the package is missing, its check says so."""
    if not dsn or find_spec("sentry_sdk") is None:
        return
    import_module("sentry_sdk").init(
        dsn=dsn,
        environment=environment,
        release=version(),
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=scrubbed,
    )


def scrubbed(event: dict[str, object], hint: object = None) -> dict[str, object]:
    """The event without what may be somebody's."""
    request = event.get("request")
    if isinstance(request, dict):
        kept = {name: request[name] for name in KEPT_OF_REQUEST if name in request}
        if "url" in kept:
            kept["url"] = _short_url(str(kept["url"]))
        event["request"] = kept
    for name in ("user", "extra", "breadcrumbs", "server_name", "modules"):
        event.pop(name, None)
    _silence(event.get("exception"))
    entry = event.get("logentry")
    if isinstance(entry, dict):
        # The sentence as it stands in the code, without what was put into it.
        event["logentry"] = {"message": without_links(str(entry.get("message", "")))}
    if "message" in event:
        event["message"] = HIDDEN
    return {name: _by_name(name, value) for name, value in event.items()}


def _short_url(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}{short_path('/' + path.partition('?')[0])}"


def _silence(exceptions: object) -> None:
    """The text of an exception may quote what it met."""
    values = exceptions.get("values", []) if isinstance(exceptions, dict) else []
    for value in values:
        value["value"] = HIDDEN
        for frame in (value.get("stacktrace") or {}).get("frames", []):
            frame.pop("vars", None)


# What Sentry itself needs, whatever it is called.
_NEEDED = {"event_id", "exception", "contexts", "sdk", "transaction", "release", "environment", "server_name"}


def _by_name(name: str, value: object) -> object:
    if name not in _NEEDED and SECRET.search(name) and not isinstance(value, dict | list):
        return HIDDEN
    if isinstance(value, dict):
        return {key: _by_name(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_by_name("", inner) for inner in value]
    return value
