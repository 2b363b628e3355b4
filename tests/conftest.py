"""The cast: two issuers of two distributors, the distributors, and support."""

import gc
from collections.abc import Callable, Iterator
from itertools import chain

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from companies.models import Company, Distributor, User
from facturamos.jobs import broker
from facturamos.status import health
from onboarding.models import Onboarding
from tests.catalogue import load_piece
from tests.chaos_table import ChaosRow, noted, table

pytest_plugins = ["tests.oauth", "tests.pacs", "tests.sat_validator"]

PASSWORD = "Correcto-Caballo-9"


# Files whose tests take longest, worst first: last of all they would leave the second processor idle.
LONG = ("journeys/test_make_run.py", "browser/test_pages.py", "benchmarks/", "browser/", "journeys/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, within that in random order."""
    items.sort(
        key=lambda item: next((rank for rank, part in enumerate(LONG) if part in item.nodeid), len(LONG))
    )


def pytest_collection_finish() -> None:
    """What thousands of tests are made of stays to the end: looking it through finds no garbage, ever again.

    A full collection would take half a second, and fall into whatever a test measures.
    """
    gc.collect()
    gc.freeze()


def make_distributor(name: str) -> User:
    """A distributor's user, with its distributor."""
    distributor = Distributor.objects.create(name=name, email="ventas@example.com")
    user = User(
        username=f"dist.{distributor.pk}",
        role=User.Role.DISTRIBUTOR,
        distributor_role=User.DistributorRole.LEAD,
        distributor=distributor,
        full_name=name,
        email=f"dist{distributor.pk}@example.com",
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def make_colleague(lead: User, distributor_role: str, username: str) -> User:
    """Somebody else of a distributor."""
    user = User(
        username=username,
        role=User.Role.DISTRIBUTOR,
        distributor=lead.distributor,
        distributor_role=distributor_role,
        full_name=username.title(),
        email=f"{username}@example.com",
        confirmed_email=f"{username}@example.com",
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def make_issuer(distributor: User, *, name: str, rfc: str, username: str) -> User:
    """An issuer's user as the distributor leaves it: a company with name and RFC, nothing else."""
    assert distributor.distributor is not None
    company = Company.objects.create(distributor=distributor.distributor, name=name, rfc=rfc)
    Onboarding.objects.create(company=company)
    user = User(
        username=username,
        company=company,
        full_name="Íñigo Peña",
        email=f"{username}@example.com",
        confirmed_email=f"{username}@example.com",
    )
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A few postal codes of the SAT's are there from the start, and after each flush.

    Content types and permissions stay through it (tests/database/base.py), and are not looked for again.
    """
    with django_db_blocker.unblock():
        load_piece()
    assert post_migrate.disconnect(create_contenttypes)
    assert post_migrate.disconnect(dispatch_uid=f"{create_permissions.__module__}.create_permissions")
    post_migrate.connect(load_piece, sender=apps.get_app_config("companies"))
    yield
    with django_db_blocker.unblock():
        connection.close()  # the last test may have left it in any state
        with connection.cursor() as cursor:
            # The server may still be busy for a process that a test has killed; a database in use stays.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def distributor(db: None) -> User:
    return make_distributor("Distribuidora del Bajío")


@pytest.fixture
def other_distributor(db: None) -> User:
    return make_distributor("Distribuidora del Norte")


@pytest.fixture
def issuer(distributor: User) -> User:
    return make_issuer(distributor, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia")


@pytest.fixture
def other_issuer(other_distributor: User) -> User:
    return make_issuer(other_distributor, name="JOSÉ NÚÑEZ PEÑA", rfc="NUPJ800101AB2", username="jose")


@pytest.fixture
def support(db: None) -> User:
    user = User(username="soporte", role=User.Role.SUPPORT, full_name="Sofía Soporte")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def clerk(distributor: User) -> User:
    return make_colleague(distributor, User.DistributorRole.CLERK, "operador")


@pytest.fixture
def reader(distributor: User) -> User:
    return make_colleague(distributor, User.DistributorRole.READER, "consulta")


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_superuser("dueña", PASSWORD, email="owner@example.com")


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    """Signs a user in without the sign-in page."""

    def sign_in(user: User) -> Client:
        client.force_login(user, backend="companies.accounts.auth.Backend")
        return client

    return sign_in


type Chaos = Callable[[ChaosRow], None]


@pytest.fixture
def chaos(record_property: Callable[[str, object], None]) -> Chaos:
    """Notes a row of the table that ends the session, and holds what every event must hold."""

    def note(row: ChaosRow) -> None:
        record_property(*noted(row))
        assert (row.lost, row.raw) == (0, 0), row

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [each for each in terminalreporter.getreports("passed") if each.when == "call"]
    for line in table(chain.from_iterable(report.user_properties for report in reports)):
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Keys of rows begin anew in a test, and what is cached under them does not.

    Nor does what was found of the site while another test had taken a part of it away.
    """
    cache.clear()
    health._last = None
    broker.rest._until = 0.0
