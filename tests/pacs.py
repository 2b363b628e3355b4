"""The stand-ins for PACs in tests, and a site that sends its letters there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certificates.letter.pacs.soap import PacEndpoint
from facturamos.devserver.pac_contracts import SECRET, USER
from facturamos.devserver.pacs import HOST, PacServer, running
from facturamos.devserver.tls import LocalAuthority
from facturamos.https import StandIn

PATH = "/servicios/soap/manifiesto"


@pytest.fixture(scope="session")
def pac_authority() -> LocalAuthority:
    """Who signs the stand-in's certificate."""
    return LocalAuthority()


@pytest.fixture(scope="session")
def pac_authority_file(pac_authority: LocalAuthority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the setting names."""
    path = tmp_path_factory.mktemp("pac") / "autoridad.pem"
    pac_authority.write(path)
    return path


@pytest.fixture
def pac(pac_authority: LocalAuthority) -> Iterator[PacServer]:
    """A PAC that speaks both contracts."""
    with running(pac_authority.server(HOST)) as server:
        yield server


@pytest.fixture
def endpoint(pac: PacServer, pac_authority_file: Path) -> PacEndpoint:
    """How it is reached."""
    return PacEndpoint(HOST, 8008, PATH, StandIn("127.0.0.1", pac.server_port, str(pac_authority_file)))


def use(settings: Any, adapter: str, port: int, authority: Path) -> None:
    """Lets the site send its letters to the stand-in."""
    settings.PAC_ADAPTER = adapter
    settings.PAC_API = (HOST, 8008, PATH)
    settings.PAC_API_USER, settings.PAC_API_SECRET = USER, SECRET
    settings.PAC_STAND_IN, settings.PAC_STAND_IN_AUTHORITY = f"127.0.0.1:{port}", str(authority)


@pytest.fixture
def finkok(settings: Any, pac: PacServer, pac_authority_file: Path) -> PacServer:
    """The site's PAC is Finkok."""
    use(settings, "finkok", pac.server_port, pac_authority_file)
    return pac


@pytest.fixture
def timbox(settings: Any, pac: PacServer, pac_authority_file: Path) -> PacServer:
    """The site's PAC is Timbox."""
    use(settings, "timbox", pac.server_port, pac_authority_file)
    return pac
