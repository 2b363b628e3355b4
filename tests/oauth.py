"""The stand-in of Google and Microsoft for tests, asked as the site would ask them: over TLS, by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from django.test import Client

from companies.models import Company, PrivacyNotice, User
from facturamos.devserver.oauth import HOSTS, OAuthStandIn, running
from facturamos.devserver.tls import LocalAuthority

KINDS = ("google", "microsoft")
ADDRESS = "ventas@panaderia.mx"
CLIENTS = {"google": ("sitio-google", "secreto-google"), "microsoft": ("sitio-ms", "secreto-ms")}


@pytest.fixture(scope="session")
def oauth_authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[LocalAuthority, Path]:
    """Who signs the stand-in's certificate, and the file that the setting names."""
    authority, path = LocalAuthority(), tmp_path_factory.mktemp("oauth") / "autoridad.pem"
    authority.write(path)
    return authority, path


@pytest.fixture
def providers(oauth_authority: tuple[LocalAuthority, Path], settings: Any) -> Iterator[OAuthStandIn]:
    """Both providers, which know this site; settings name the stand-in."""
    authority, path = oauth_authority
    with running(authority.server(*HOSTS)) as stand_in:
        settings.OAUTH_CLIENTS = CLIENTS
        settings.OAUTH_STAND_IN = f"127.0.0.1:{stand_in.port}"
        settings.OAUTH_STAND_IN_AUTHORITY = str(path)
        settings.OAUTH_STAND_IN_PAGES = stand_in.pages
        yield stand_in


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """The way back is the test's to go."""


def choose(url: str, mode: str = "ok") -> str:
    """What a person chooses on the stand-in's page; returns the address that the provider sends back to."""
    try:
        build_opener(_Stay).open(f"{url}&elegido={mode}", timeout=5)
    except OSError as redirect:
        return str(redirect.headers["Location"])  # type: ignore[attr-defined]
    raise AssertionError("the page did not send anybody back")


def begin(client: Client, kind: str, address: str, name: str = "Panadería La Ñapa") -> str:
    """From step 10 to the link to the provider's page; returns the link."""
    path = f"/configuracion/correo/conectar/{kind}/"
    sent = client.post(path, {"correo-from_email": address, "correo-from_name": name})
    assert sent.status_code == 302, sent.content.decode()
    return str(client.get(path).context["url"])


def back(client: Client, address: str) -> Any:
    """The way back, as the browser goes it."""
    parts = urlsplit(address)
    return client.get(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})


def connect(client: Client, kind: str, address: str, mode: str = "ok") -> Any:
    """The whole road."""
    return back(client, choose(begin(client, kind, address), mode))


def ready(user: User) -> Company:
    """A company whose issuer may open step 10."""
    assert user.company is not None
    notice = PrivacyNotice.objects.in_force()
    if notice is None:
        notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
        notice.publish()
    notice.accept(user.company, user, "127.0.0.1", "")
    return user.company
