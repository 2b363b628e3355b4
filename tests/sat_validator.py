"""The stand-in of the SAT's validator for tests, with a certificate as it shows in `make run`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facturamos.devserver.tls import LocalAuthority
from facturamos.devserver.validator import HOST, Validator, running
from facturamos.https import StandIn


@pytest.fixture(scope="session")
def sat_authority() -> LocalAuthority:
    """Who signs the stand-in's certificate."""
    return LocalAuthority()


@pytest.fixture(scope="session")
def sat_authority_file(sat_authority: LocalAuthority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the setting names."""
    path = tmp_path_factory.mktemp("sat") / "autoridad.pem"
    sat_authority.write(path)
    return path


@pytest.fixture
def sat(sat_authority: LocalAuthority) -> Iterator[Validator]:
    """The stand-in, whose key is as weak as the SAT's server is old."""
    with running(sat_authority.server(HOST, weak=True)) as server:
        yield server


@pytest.fixture
def stand_in(sat: Validator, sat_authority_file: Path) -> StandIn:
    """How the client reaches it."""
    return StandIn("127.0.0.1", sat.server_port, str(sat_authority_file))


@pytest.fixture
def permitted(settings: Any, stand_in: StandIn) -> None:
    """The site may ask the SAT, and the stand-in answers."""
    settings.SAT_VALIDATOR = "on"
    settings.SAT_VALIDATOR_STAND_IN = f"{stand_in.address}:{stand_in.port}"
    settings.SAT_VALIDATOR_AUTHORITY = stand_in.authority
