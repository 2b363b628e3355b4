"""Whose a row is that names somebody by an address: what others typed, or were told, is not given away."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from companies.models import Company, Distributor, ResetRequest, User
from mailing import outbox
from mailing.models import Message
from onboarding.backoffice.personal_data.scope import about_user
from onboarding.models import Reminder

pytestmark = pytest.mark.django_db

SHARED = "contadora@example.com"


def given(user: User, label: str) -> list[object]:
    """The keys of the rows of a table that are in a person's export."""
    (held,) = [each for each in about_user(user) if each.label == label and not each.only_counted]
    return list(held.rows.values_list("pk", flat=True))


def mail(to: str, company_id: int | None, about: str = "x", *, days_ago: int = 1) -> UUID:
    now = timezone.now()
    message = Message(kind="companies.credentials", to=to, about=about, company_id=company_id, turn="x")
    message.created_at, message.give_up_at = now - timedelta(days=days_ago), now
    message.save()
    return message.pk


def reminder(to: str, company: Company | None = None, distributor: Distributor | None = None) -> object:
    return Reminder.objects.create(
        kind="onboarding.idle", to=to, company=company, distributor=distributor, about="x"
    ).pk


def set_addresses(user: User, **addresses: str) -> None:
    for column, address in addresses.items():
        setattr(user, column, address)
    user.save(update_fields=list(addresses))


def test_an_address_that_was_only_typed_gives_nothing_of_whose_it_is(
    issuer: User, other_issuer: User
) -> None:
    own = mail(issuer.confirmed_email, issuer.company_id)
    for about in (str(other_issuer.pk), "x"):
        mail(other_issuer.confirmed_email, other_issuer.company_id, about)
    mail(other_issuer.confirmed_email, None)
    reminder(other_issuer.confirmed_email, other_issuer.company)
    ResetRequest.objects.create(asked_for=other_issuer.confirmed_email, address="192.0.2.1")

    for confirmed in (issuer.confirmed_email, ""):
        set_addresses(issuer, email=other_issuer.confirmed_email, confirmed_email=confirmed)
        assert given(issuer, "mailing.Message") == [own]
        assert given(issuer, "onboarding.Reminder") == []
        assert given(issuer, "companies.ResetRequest") == []


def test_an_accountant_of_many_is_given_of_each_account_its_own_company_s(
    issuer: User, other_issuer: User
) -> None:
    for user in (issuer, other_issuer):
        set_addresses(user, email=SHARED, confirmed_email=SHARED)
    own, of_none = mail(SHARED, issuer.company_id), mail(SHARED.upper(), None)
    mail(SHARED, other_issuer.company_id)
    reminded = reminder(SHARED, issuer.company)
    reminder(SHARED, other_issuer.company)
    assert other_issuer.company is not None
    reminder(SHARED, distributor=other_issuer.company.distributor)

    assert set(given(issuer, "mailing.Message")) == {own, of_none}
    assert given(issuer, "onboarding.Reminder") == [reminded]


def test_what_went_to_a_former_address_of_one_s_own_is_given(issuer: User) -> None:
    former = issuer.confirmed_email
    before = mail(former, issuer.company_id)
    set_addresses(issuer, email="nueva@example.com", confirmed_email="nueva@example.com")
    now = mail("nueva@example.com", issuer.company_id)
    mail(former, issuer.company_id, days_ago=-1)  # somebody else reads it by now

    assert set(given(issuer, "mailing.Message")) == {before, now}


def test_who_never_confirmed_an_address_is_given_what_its_company_was_told_there(
    issuer: User, other_issuer: User, distributor: User
) -> None:
    fresh = User.objects.create(username="nueva", company=issuer.company, email=SHARED)
    own, reminded = mail(SHARED, issuer.company_id), reminder(SHARED, issuer.company)
    mail(SHARED, other_issuer.company_id)
    mail(SHARED, None)
    ResetRequest.objects.create(asked_for=SHARED, address="192.0.2.1")
    typed = ResetRequest.objects.create(asked_for="NUEVA", address="192.0.2.1").pk

    assert given(fresh, "mailing.Message") == [own]
    assert given(fresh, "onboarding.Reminder") == [reminded]
    assert given(fresh, "companies.ResetRequest") == [typed]

    User.objects.filter(pk=distributor.pk).update(email=SHARED, confirmed_email="")
    about_account = outbox.post("companies.email_confirmation", to=SHARED, about=distributor).pk
    distributor.refresh_from_db()
    assert given(distributor, "mailing.Message") == [about_account]


def test_a_user_name_that_is_another_s_address_gives_nothing_of_that_one(
    issuer: User, other_issuer: User
) -> None:
    set_addresses(issuer, username=other_issuer.confirmed_email)
    ResetRequest.objects.create(asked_for=other_issuer.confirmed_email, address="192.0.2.1")

    assert given(issuer, "companies.ResetRequest") == []
    assert len(given(other_issuer, "companies.ResetRequest")) == 1
