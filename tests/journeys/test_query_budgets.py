"""Statements per page, transaction control aside: a page costs the same whoever else is a customer."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates.testing import Pair
from companies.models import Company, User
from onboarding.models import Onboarding
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab

GET, POST = 7, 18
CONTROL = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET )")
AROUND = ("/", "/configuracion/", "/panel/", "/asistencia/", "/manuales/")
FRAGMENTS = (
    "/configuracion/sellos/estado/",
    "/configuracion/correo/estado/",
    "/configuracion/carta-manifiesto/estado/",
)
FILES = (
    "/configuracion/logotipo/factura.svg?documento=payroll",
    "/configuracion/logotipo/factura.pdf",
    "/configuracion/prueba/estado/",
)

Answer = Callable[[str], dict[str, object]]


@contextmanager
def statements_at_most(limit: int, what: str) -> Iterator[None]:
    """Fails with the statements themselves when there are more."""
    with CaptureQueriesContext(connection) as queries:
        yield
    made = [query["sql"] for query in queries if not CONTROL.match(query["sql"])]
    assert len(made) <= limit, f"{what}: {len(made)}\n" + "\n".join(sql[:160] for sql in made)


@pytest.fixture
def answer(pair: Pair) -> Answer:
    """Valid answers to a step, of the issuer's."""

    def answer(slug: str) -> dict[str, object]:
        if slug == "sellos":
            return csd_files(pair)
        return ANSWERS[slug]() | ({"current_password": PASSWORD} if slug == "usuario" else {})

    return answer


@pytest.mark.parametrize("others", [10, 1000])
def test_no_page_exceeds_its_budget(tab: Tab, issuer: User, answer: Answer, others: int) -> None:
    make_companies(issuer, others)
    slugs = [*ANSWERS]
    slugs.insert(slugs.index("correo"), "sellos")

    for slug in slugs:
        with statements_at_most(GET, f"GET {slug}, empty"):
            page = tab.open(slug)
        # One more where something is limited: passwords that are tried, CSDs that are sent.
        with statements_at_most(POST + (slug in ("usuario", "sellos")), f"POST {slug}"):
            response = tab.submit(slug, answer(slug), page)
        assert response.status_code == (200 if slug == "terminar" else 302), slug
        with statements_at_most(GET, f"GET {slug}, filled"):
            tab.open(slug)

    for address in (*AROUND, *FRAGMENTS, *FILES):
        with statements_at_most(GET, f"GET {address}"):
            shown = tab.client.get(address)
        assert shown.status_code in (200, 302), address


def make_companies(issuer: User, count: int) -> None:
    """Other customers of the same distributor, with their ways through the steps."""
    assert issuer.company is not None
    companies = Company.objects.bulk_create(
        Company(distributor=issuer.company.distributor, name=f"EMPRESA {n}", rfc=f"EMP{n:06d}AB1")
        for n in range(100000, 100000 + count)
    )
    Onboarding.objects.bulk_create(Onboarding(company=company) for company in companies)
