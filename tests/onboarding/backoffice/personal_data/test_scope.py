"""Every table of the site is about somebody or about nobody, and somebody has said which."""

import pytest
from django.db.models import Model

from companies.models import Company, User
from onboarding.backoffice.personal_data.naming import NAMED
from onboarding.backoffice.personal_data.scope import (
    ABOUT_NOBODY,
    ABOUT_OTHERS,
    DONE_BY_A_PERSON,
    NOTHING_OF_A_PERSON,
    OF_A_PERSON,
    WAYS_TO_COMPANY,
    about_company,
    about_user,
    all_models,
    tracked_by,
    way_to_company,
)


def test_a_new_table_is_in_one_of_the_lists() -> None:
    """Whoever adds a model decides whether it goes into exports and is erased."""
    of_a_company = {held.label for held in about_company(Company(pk=1))}
    every = {model._meta.label for model in all_models()}

    assert every - of_a_company == ABOUT_NOBODY | ABOUT_OTHERS
    assert set(WAYS_TO_COMPANY) <= of_a_company


def test_a_new_table_that_leads_to_a_person_is_in_one_of_the_lists() -> None:
    """Whoever adds a model decides what a person is given of it; what leads to a table of these does, too."""
    reached = {model for model in all_models() if model is User or model._meta.label in NAMED}
    while more := {model for model in set(all_models()) - reached if leads_to(model, reached)}:
        reached |= more

    labels = {(tracked_by(model) or model)._meta.label for model in reached}
    # Who made a change is beside its keys.
    told = OF_A_PERSON.keys() - {"pghistory.Context"} | NAMED.keys() | DONE_BY_A_PERSON
    assert labels == told | NOTHING_OF_A_PERSON
    assert not told & NOTHING_OF_A_PERSON


def leads_to(model: type[Model], others: set[type[Model]]) -> bool:
    return any(field.related_model in others for field in model._meta.concrete_fields)


@pytest.mark.django_db
def test_what_a_person_is_told_of_is_what_the_lists_say(support: User) -> None:
    held = list(about_user(support))

    assert [each.label for each in held if each.rows.exists() and each.only_counted] == []
    own = {each.label for each in held if not each.only_counted and not tracked_by(each.model)}
    assert own == OF_A_PERSON.keys() | NAMED.keys() | {"admin.LogEntry"}
    counted = {each.label for each in held if each.only_counted and not tracked_by(each.model)}
    assert counted == DONE_BY_A_PERSON


@pytest.mark.django_db
def test_every_way_leads_to_the_company() -> None:
    for model in all_models():
        way = way_to_company(model)
        if way is not None:
            assert list(model._base_manager.filter(**{way or "pk": 0})) == [], model


def test_a_history_goes_the_way_of_what_it_is_of() -> None:
    histories = [model for model in all_models() if tracked_by(model)]

    assert len(histories) > 8
    for model in histories:
        tracked = tracked_by(model)
        assert tracked is not None
        assert (way_to_company(model) is None) == (way_to_company(tracked) is None)
