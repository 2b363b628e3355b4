"""What a statement of ours reads is what Django reads."""

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from facturamos.database.statements import Columns, Relation, Statement
from onboarding.models import Onboarding

USER, COMPANY = Columns(User, "person"), Columns(Company, "company")
PEOPLE = Statement(
    """
    SELECT {columns} FROM companies_user AS person
    LEFT JOIN companies_company AS company ON company.id = person.company_id
    WHERE person.id = %s
    """,
    USER,
    COMPANY,
)


def test_rows_become_the_models_that_django_makes_of_them(issuer: User) -> None:
    found = PEOPLE.first([issuer.pk])

    assert found is not None
    user, company = found[USER], found[COMPANY]
    assert user == issuer
    assert model_to_dict(user) == model_to_dict(User.objects.get(pk=issuer.pk))
    assert model_to_dict(company) == model_to_dict(Company.objects.get(users=issuer))
    assert not user.get_deferred_fields()


def test_an_outer_join_may_find_no_row(support: User) -> None:
    found = PEOPLE.first([support.pk])

    assert found is not None
    assert found.get(COMPANY) is None
    with pytest.raises(LookupError):
        found[COMPANY]


def test_nobody_is_found_where_there_is_nobody(db: None) -> None:
    assert PEOPLE.first([0]) is None


def test_fields_that_were_not_asked_for_are_read_when_they_are(issuer: User) -> None:
    name = Columns(Company, "company", only=("id", "name"))
    statement = Statement("SELECT {columns} FROM companies_company AS company WHERE id = %s", name)

    found = statement.first([issuer.company_id])

    assert found is not None
    assert "rfc" in found[name].get_deferred_fields()
    assert found[name].rfc == Company.objects.get(users=issuer).rfc


def test_a_row_knows_as_much_of_itself_as_one_that_django_made(issuer: User) -> None:
    found, made = PEOPLE.first([issuer.pk]), User.objects.get(pk=issuer.pk)

    assert found is not None
    user = found[USER]
    assert vars(user).keys() == vars(made).keys()
    assert {**vars(user), "_state": None} == {**vars(made), "_state": None}
    assert (user._state.adding, user._state.db) == (made._state.adding, made._state.db)


def test_who_asks_to_be_told_of_new_instances_is_told(issuer: User) -> None:
    told: list[object] = []

    def note(instance: object, **kwargs: object) -> None:
        told.append(instance)

    post_init.connect(note, sender=Company)
    try:
        found = PEOPLE.first([issuer.pk])
        assert found is not None
        company = found[Columns(Company, "company")]
    finally:
        post_init.disconnect(note, sender=Company)

    assert told == [company]


def test_rows_that_were_read_together_know_each_other(issuer: User) -> None:
    company, user = Company.objects.get(users=issuer), User.objects.get(pk=issuer.pk)
    onboarding = Onboarding.objects.get(company=company)

    Relation(User, "company").note(user, company)
    Relation(Onboarding, "company").note(onboarding, company)

    with CaptureQueriesContext(connection) as queries:
        assert user.company is company
        assert (onboarding.company, company.onboarding) == (company, onboarding)
    assert len(queries) == 0
    with pytest.raises(TypeError):
        Relation(Company, "name").note(company, None)


def test_what_is_known_to_be_absent_is_asked_of_nobody(issuer: User) -> None:
    company = Company.objects.get(users=issuer)

    Relation(Company, "logo").note(company, None)

    with CaptureQueriesContext(connection) as queries:
        assert getattr(company, "logo", None) is None
    assert len(queries) == 0
