"""Every table of the site is about somebody or about nobody, and somebody has said which."""

import pytest

from companies.models import Company
from onboarding.backoffice.personal_data.scope import (
    ABOUT_NOBODY,
    ABOUT_OTHERS,
    WAYS_TO_COMPANY,
    about_company,
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
