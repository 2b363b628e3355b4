"""A page that had to be corrected leaves one row without any value; one that was taken leaves none."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import User
from facturamos.version import version
from onboarding.models import RefusedSubmit
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab

WRONG = {"rfc": "ÑAPA-SECRETA", "name": "", "tax_regime": "999"}


def test_a_refused_page_leaves_its_fields_and_codes(tab: Tab, issuer: User) -> None:
    tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
    tab.submit("datos-fiscales", {**ANSWERS["datos-fiscales"](), **WRONG})

    refused = RefusedSubmit.objects.get()
    assert (refused.company, refused.step, refused.release) == (issuer.company, "datos-fiscales", version())
    found = {(each["field"], each["code"]) for each in refused.errors}
    assert {("name", "required"), ("tax_regime", "unknown")} <= found
    assert "rfc" in {each["field"] for each in refused.errors}
    assert "SECRETA" not in str(refused.errors)
    assert "999" not in str(refused.errors)


def test_a_page_that_is_taken_leaves_nothing_and_asks_nothing(tab: Tab) -> None:
    with CaptureQueriesContext(connection) as queries:
        tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
        tab.submit("datos-fiscales", ANSWERS["datos-fiscales"]())

    assert not RefusedSubmit.objects.exists()
    assert not [query for query in queries if "refusedsubmit" in query["sql"]]


def test_a_refused_page_costs_one_statement_more(tab: Tab) -> None:
    tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
    page = tab.open("datos-fiscales")
    with CaptureQueriesContext(connection) as queries:
        tab.submit("datos-fiscales", {**ANSWERS["datos-fiscales"](), **WRONG}, page)

    assert len([query for query in queries if re.search("refusedsubmit", query["sql"])]) == 1


def test_a_page_that_somebody_else_saved_meanwhile_is_a_conflict(tab: Tab) -> None:
    tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
    page = tab.open("datos-fiscales")
    tab.submit("datos-fiscales", ANSWERS["datos-fiscales"](), page)
    tab.submit("datos-fiscales", {**ANSWERS["datos-fiscales"](), "phone": "4770000001"}, page)

    assert RefusedSubmit.objects.get().errors == [{"field": "", "code": "conflict"}]


@pytest.mark.usefixtures("issuer")
def test_a_letter_that_is_not_prepared_leaves_its_code(tab: Tab, client: Client) -> None:
    tab.submit("aviso-de-privacidad", ANSWERS["aviso-de-privacidad"]())
    response = client.post(
        "/configuracion/carta-manifiesto/firma/", {"token": 1}, content_type="application/json"
    )

    assert response.json()["code"] == "malformed"
    refused = RefusedSubmit.objects.get()
    assert (refused.step, refused.errors) == ("carta-manifiesto", [{"field": "", "code": "malformed"}])
