"""No page of admin shows a secret, in any form, to anybody."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from companies.models import User
from facturamos import vault
from facturamos.vault import EncryptedField, EncryptedValue, Secret
from tests.journeys.test_admin_matrix import address, addresses_of, content_of, of_one_row, patterns
from tests.onboarding.backoffice.rows import rows_of

SignIn = Callable[[User], Client]
CANARY = "Canario-Secreto-73"


def secret_columns() -> list[tuple[type[Model], str]]:
    """Every encrypted column of every model, and every password hash."""
    encrypted = [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, EncryptedField)
    ]
    return [*encrypted, (User, "password")]


def spellings(data: bytes) -> Iterator[str]:
    """How bytes may stand in a page."""
    yield data.hex()
    yield base64.b64encode(data).decode()[:20]
    yield repr(data)[2:20]
    yield data.decode(errors="ignore")[:20]


def test_no_admin_class_names_a_secret_column(rf: Any, support: User) -> None:
    request = rf.get("/admin/")
    request.user = support
    for model, column in secret_columns():
        model_admin = admin.site._registry.get(model)
        if model_admin is None:
            continue
        assert column not in model_admin.get_list_display(request)
        assert column not in model_admin.get_search_fields(request)
        assert column not in model_admin.get_list_filter(request)


@pytest.mark.parametrize("role", ["support", "distributor"])
def test_no_page_shows_a_secret(
    sign_in: SignIn, issuer: User, role: str, request: pytest.FixtureRequest
) -> None:
    rows = rows_of(issuer)
    forbidden = [CANARY, issuer.password, issuer.password[20:], base64.b64encode(CANARY.encode()).decode()]
    for row in rows:
        for model, column in secret_columns():
            if isinstance(row, model) and isinstance(row._meta.get_field(column), EncryptedField):
                vault.put(row, column, Secret(CANARY))
                row.save()
                encrypted: EncryptedValue = getattr(row, column)
                forbidden += spellings(encrypted.ciphertext)
    client = sign_in(request.getfixturevalue(role))
    lists = [address(model_admin, url) for model_admin, url in patterns() if not of_one_row(url)]
    for url in [*lists, *addresses_of(rows)]:
        page = content_of(client.get(url, follow=True))
        assert not [secret for secret in forbidden if secret and secret in page], url
