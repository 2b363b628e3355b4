"""Whose rows are whose: one rule, and one way from every row to its company."""

from collections import deque

import pytest
from django.apps import apps
from django.db import models

from companies.models import Company, ResetRequest, User
from facturamos.company_scope import CompanyScopedQuerySet, path_to_company
from facturamos.vault import EncryptedField
from onboarding.backoffice.company_deletion.services import encrypted_models
from tests.onboarding.backoffice.rows import rows_of


def shortest_way(model: type[models.Model]) -> str | None:
    """The shortest chain of foreign keys from a model to Company, found by looking."""
    waiting, seen = deque([(model, "")]), {model}
    while waiting:
        here, way = waiting.popleft()
        for field in here._meta.concrete_fields:
            target = field.related_model
            if not isinstance(target, type) or target in seen:
                continue
            step = f"{way}__{field.name}".lstrip("_")
            if target is Company:
                return step
            seen.add(target)
            waiting.append((target, step))
    return None


def test_every_way_that_a_queryset_names_leads_to_the_company() -> None:
    named = {model: path for model in apps.get_models() if (path := path_to_company(model))}

    assert len(named) > 15
    for model, path in named.items():
        assert path == shortest_way(model), model


def test_no_secret_of_a_company_is_out_of_the_reach_of_its_deletion() -> None:
    """A model with encrypted columns that leads to a company names its way."""
    reached = {model for model, _, _ in encrypted_models()}

    for model in apps.get_models():
        if any(isinstance(field, EncryptedField) for field in model._meta.fields):
            assert shortest_way(model) is None or model in reached, model


@pytest.mark.django_db
def test_every_row_is_seen_by_its_own_people_and_by_nobody_elses(
    issuer: User, other_issuer: User, distributor: User, other_distributor: User, support: User
) -> None:
    tried = 0
    for row in rows_of(issuer):
        rows = type(row)._default_manager.all()
        if isinstance(rows, CompanyScopedQuerySet) and rows.company_path is not None:
            tried += 1
            for user, sees in (
                (issuer, True),
                (distributor, True),
                (support, True),
                (other_issuer, False),
                (other_distributor, False),
            ):
                assert (row in rows.visible_to(user)) is sees, (row, user)
    assert tried > 10


@pytest.mark.django_db
def test_of_a_deleted_company_support_alone_sees_the_rows(
    issuer: User, distributor: User, support: User
) -> None:
    rows = rows_of(issuer)
    assert issuer.company is not None
    issuer.company.deleted_at = issuer.company.created_at
    issuer.company.save()

    for row in rows:
        found = type(row)._default_manager.all()
        if isinstance(found, CompanyScopedQuerySet) and found.company_path is not None:
            assert row in found.visible_to(support)
            assert row not in found.visible_to(distributor), row


@pytest.mark.django_db
def test_rows_of_no_company_are_supports(issuer: User, distributor: User, support: User) -> None:
    ResetRequest.objects.create(asked_for=issuer.username, address="192.0.2.1")

    assert ResetRequest.objects.visible_to(support).count() == 1
    assert not ResetRequest.objects.visible_to(distributor)
    assert not ResetRequest.objects.visible_to(issuer)
