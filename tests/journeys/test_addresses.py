"""Every address of the site × everybody × GET and POST, from the resolver: nobody meets what is another's.

An address that is in neither list below fails the first test: who adds one says who may open it. Admin's
addresses come from the registry, and tests/journeys/test_admin_matrix.py asks for each of them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from companies.accounts import email_confirmation
from companies.models import User
from onboarding.documents import kinds
from onboarding.models import Download
from onboarding.steps import STEPS
from tests.journeys.test_admin_matrix import content_of
from tests.onboarding.backoffice.rows import rows_of

# Anybody may ask for these; what they answer depends on nobody, or on a token that is a secret itself.
PUBLIC = {
    "inicio",
    "salud_vivo",
    "salud_listo",
    "metrics",
    "robots",
    "favicon",
    "security_txt",
    "change_password",
    "csp",
    "asistencia",
    "manuales",
    "guia",
    "guia_pdf",
    "descarga",
    "entrar",
    "salir",
    "recuperar",
    "recuperar_enviado",
    "recuperar_listo",
    "recuperar_nueva",
    "confirmar_correo",
    "renovar_credenciales",
    "no_fui_yo",
    "recordatorio",
    # For who was asked to do a step; what each opens is asked for in test_delegate_addresses.py.
    "encargo",
    "encargo_abrir",
    "encargo_enlace",
}
# Only issuers, about their own company; none of them takes an id.
ISSUERS = {
    "configuracion",
    "aviso_texto",
    "carta_acuse",
    "carta_evidencia",
    "carta_estado",
    "logotipo_imagen",
    "muestra",
    "constancia",
    "validador_sat",
    "validador_sat_estado",
    "sellos_estado",
    "correo_estado",
    "correo_conectar",
    "correo_autorizado",
    "prueba",
    "prueba_estado",
    "prueba_xml",
    "paso",
    "pedir",
    "pedir_retirar",
    "panel",
    "permiso_soporte",
    *(str(url.name) for url in kinds.urls()),
}
# Likewise, but a page's script asks: who may not is told so in JSON, and sent nowhere.
SCRIPTS = {"carta_preparar", "carta_firmar"}
# Anybody who has signed in: the SAT's catalogue, and one's own sessions.
SIGNED_IN = {"codigo_postal", "sesiones"}
# The dev inbox of `make run`; elsewhere there is none.
DEMO = {"demo_correo", "demo_correo_mensaje"}
# Only staff that has signed in and needs a second factor.
STAFF = {"segundo_factor", "segundo_factor_activar", "segundo_factor_cambiar"}
# Of admin, but of no model.
ADMIN = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
    # For support only: tests/facturamos/status/test_pages.py.
    "estado",
    "estado_comprobar",
    # For support only: tests/onboarding/backoffice/history/test_pages.py.
    "persona",
    # The owner's: tests/onboarding/backoffice/first_steps/test_views.py.
    "primeros_pasos",
    # Each kind by its own admin class: tests/onboarding/backoffice/search/test_views.py.
    "buscar",
    # For support and leads: tests/onboarding/backoffice/measures/test_pages.py.
    "medidas",
    None,
}
VALUES = {
    "kind": "google",
    "code": "06000",
    "token": "x",
    "uidb64": "x",
    "name": "x",
    "step": "datos-fiscales",
}
ROLES = (
    *(None, "issuer", "other_issuer", "distributor", "clerk", "reader", "other_distributor", "support"),
    "owner",
)
# What only one side's rows hold.
MINE = ("PNA190312AB1", "LA ÑAPA", "panaderia@example.com")
THEIRS = ("NUPJ800101AB2", "NÚÑEZ PEÑA", "jose@example.com")
FOREIGN = {
    None: (*MINE, *THEIRS),
    "issuer": THEIRS,
    "distributor": THEIRS,
    "clerk": THEIRS,
    "reader": THEIRS,
    "other_issuer": MINE,
    "other_distributor": MINE,
}


def patterns(resolver: Any, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern of the site with its whole address."""
    for item in resolver.url_patterns:
        route = prefix + str(item.pattern).removeprefix("^").removesuffix("$")
        if isinstance(item, URLResolver):
            yield from patterns(item, route)
        else:
            yield route, item


def ours() -> dict[str, str]:
    """The addresses outside admin by name."""
    found = {}
    for route, pattern in patterns(get_resolver()):
        if not route.startswith("admin/"):
            assert pattern.name, route
            found[pattern.name] = "/" + route
    return found


def address(route: str) -> str:
    """An address with something in the place of each of its parameters."""
    route = route.replace("(?P<code>[0-9]{5})", VALUES["code"]).replace("<int:pk>", "1")
    for kind in ("str", "slug"):
        for name, value in VALUES.items():
            route = route.replace(f"<{kind}:{name}>", value)
    assert "<" not in route, route
    return route


@pytest.fixture
def cast(request: pytest.FixtureRequest) -> dict[str | None, User | None]:
    """Everybody, with a row of each kind for both issuers."""
    people: dict[str | None, User | None] = {
        role: request.getfixturevalue(role) if role else None for role in ROLES
    }
    for role in ("issuer", "other_issuer"):
        rows_of(request.getfixturevalue(role))
    return people


def asked(user: User | None, url: str) -> Iterator[Any]:
    """The answers to a GET and to a POST, each in a session of its own."""
    for method in ("get", "post"):
        client = Client(raise_request_exception=True)
        if user:
            client.force_login(user, backend="companies.accounts.auth.Backend")
        yield getattr(client, method)(url)


def test_every_address_is_in_the_matrix() -> None:
    assert set(ours()) == PUBLIC | ISSUERS | SCRIPTS | SIGNED_IN | STAFF | DEMO


def test_every_address_of_admin_is_a_models_or_known() -> None:
    of_models = {
        url.name
        for model_admin in admin.site._registry.values()
        for url in model_admin.get_urls()
        if url.name
    }
    found = {pattern.name for route, pattern in patterns(get_resolver()) if route.startswith("admin/")}
    assert found - of_models <= ADMIN


@pytest.mark.parametrize("role", ROLES)
def test_nobody_meets_what_is_anothers(cast: dict[str | None, User | None], role: str | None) -> None:
    urls = {name: address(route) for name, route in ours().items()}
    of_steps = {"paso": "", "pedir": "pedir/", "pedir_retirar": "pedir/retirar/"}
    pages = [(name, url) for name, url in urls.items() if name not in of_steps]
    pages += [(name, f"/configuracion/{step.slug}/{end}") for name, end in of_steps.items() for step in STEPS]
    for name, url in pages:
        for response in asked(cast[role], url):
            assert response.status_code < 500, url
            assert not [word for word in FOREIGN.get(role, ()) if word in readable(response)], url
            if name in DEMO:
                assert response.status_code in (404, 405), url
            elif name in SCRIPTS:
                assert response.status_code in (401, 403, 405) or opened_by(name, role), url
            elif name not in PUBLIC and not opened_by(name, role):
                assert response.status_code in (302, 405), (url, response.status_code)


def readable(response: Any) -> str:
    """The text of a page; of a picture or a PDF, what can be read of it."""
    try:
        return content_of(response)
    except UnicodeDecodeError:
        return str(response.content.decode("latin-1"))


def opened_by(name: str, role: str | None) -> bool:
    if name in SIGNED_IN:
        return role is not None
    return name in ISSUERS | SCRIPTS and role in ("issuer", "other_issuer")


def test_a_token_opens_nothing_for_another(issuer: User, other_issuer: User) -> None:
    token = email_confirmation.email_token(issuer, issuer.email)
    client = Client()
    client.force_login(other_issuer, backend="companies.accounts.auth.Backend")
    client.post(f"/recuperar/correo/{token}/")
    before = other_issuer.confirmed_email
    other_issuer.refresh_from_db()
    assert other_issuer.confirmed_email == before


def test_a_hidden_download_is_not_there(issuer: User, sign_in: Callable[[User], Client]) -> None:
    hidden = Download.objects.create(title="Firmware", file="descargas/x.bin", visible=False)
    assert sign_in(issuer).get(f"/manuales/{hidden.pk}/").status_code == 404
