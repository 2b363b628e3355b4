"""Statements per page: a page costs the same whoever else is a customer."""

from collections.abc import Callable

import pytest

from certificates.testing import Pair
from companies.models import User
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab
from tests.query_budgets import GET, POST, make_companies, statements_at_most

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
