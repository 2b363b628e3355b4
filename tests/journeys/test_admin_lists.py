"""Lists in admin: the same number of queries whatever their length; related choices are one's own."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from tests.conftest import make_issuer
from tests.journeys.test_admin_matrix import address, of_one_row, patterns
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("role", ["support", "distributor"])
def test_no_list_asks_once_a_row(
    sign_in: SignIn, distributor: User, issuer: User, role: str, request: pytest.FixtureRequest
) -> None:
    client = sign_in(request.getfixturevalue(role))
    lists = [
        address(model_admin, url)
        for model_admin, url in patterns()
        if not of_one_row(url) and str(url.name).endswith("changelist")
    ]
    rows_of(issuer)
    lists = [url for url in lists if client.get(url).status_code == 200]
    assert len(lists) > 5
    one = {url: queries(client, url) for url in lists}
    for number in range(10, 18):
        user = make_issuer(
            distributor, name=f"EMPRESA {number}", rfc=f"AAA1903{number}AB1", username=f"usuario{number}"
        )
        rows_of(user)
    assert {url: queries(client, url) for url in lists} == one


def test_a_lists_post_touches_no_foreign_row(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    data = {"action": "delete_selected", "_selected_action": [str(other_issuer.company_id)], "post": "yes"}
    sign_in(distributor).post("/admin/companies/company/", data)
    assert Company.objects.filter(users=other_issuer).exists()


def test_autocomplete_offers_no_foreign_row(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    client = sign_in(distributor)
    for model, field in (("user", "company"), ("logo", "company"), ("user", "distributor")):
        query = {"app_label": "companies", "model_name": model, "field_name": field, "term": ""}
        response = client.get("/admin/autocomplete/", query)
        assert response.status_code == 200
        texts = [result["text"] for result in response.json()["results"]]
        assert len(texts) == 1
        assert "Norte" not in texts[0]
        assert "NÚÑEZ" not in texts[0]


def test_a_new_users_distributors_are_offered_to_the_owner_only(
    sign_in: SignIn, owner: User, support: User, distributor: User, other_distributor: User
) -> None:
    page = sign_in(owner).get("/admin/companies/user/add/").content.decode()
    assert "Distribuidora del Norte" in page
    page = sign_in(distributor).get("/admin/companies/user/add/").content.decode()
    assert 'name="distributor"' not in page
    assert "Distribuidora del Norte" not in page
    assert sign_in(support).get("/admin/companies/user/add/").status_code == 403
