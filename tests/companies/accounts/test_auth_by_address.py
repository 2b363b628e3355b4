"""«Entrar» with the e-mail address in the place of the user name, where it is one account's."""

from collections.abc import Callable
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client

from companies.models import Company, User
from tests.companies.accounts.test_views_sign_in import WRONG, post


def test_the_page_says_what_the_user_name_is(client: Client, db: None) -> None:
    assert "También sirve su correo electrónico." in client.get("/entrar/").text


def test_the_e_mail_address_opens(client: Client, issuer: User) -> None:
    assert post(client, "Panaderia@example.com").url == "/configuracion/"


def test_an_address_of_two_accounts_is_refused_as_a_wrong_password(
    client: Client, issuer: User, other_issuer: User
) -> None:
    User.objects.filter(role=User.Role.ISSUER).update(confirmed_email="ana@example.com")

    assert WRONG in post(client, "ana@example.com").text
    assert "_auth_user_id" not in client.session


def test_guesses_are_counted_for_the_account_whatever_it_is_called(client: Client, issuer: User) -> None:
    for name in (
        "panaderia",
        "panaderia@example.com",
        "<panaderia@example.com>",
        "Panaderia",
        "mailto:panaderia@example.com",
    ):
        post(client, name, "mala")

    assert post(client, "panaderia@example.com").status_code == 429
    assert post(client, "panaderia").status_code == 429
    assert AccessAttempt.objects.get().username == "panaderia"


def test_a_success_by_address_forgets_earlier_failures(client: Client, issuer: User) -> None:
    for _ in range(4):
        post(client, "panaderia", "mala")

    assert post(client, "panaderia@example.com").status_code == 302
    assert not AccessAttempt.objects.exists()


def test_known_unknown_and_ambiguous_cost_the_same_queries(
    client: Client,
    issuer: User,
    other_issuer: User,
    django_assert_num_queries: Callable[..., Any],
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    other_issuer.email = "dos@example.com"
    other_issuer.confirmed_email = "dos@example.com"
    other_issuer.save()
    User.objects.create(username="tercera", company=other_issuer.company, confirmed_email="dos@example.com")
    post(client, "nadie-todavia", "mala")  # what a process asks once

    with django_assert_max_num_queries(50) as known:
        post(client, "panaderia@example.com", "mala")
    for name in ("nadie@example.com", "dos@example.com", "panaderia-2", "jose"):
        with django_assert_num_queries(len(known)):
            post(client, name, "mala")


@pytest.mark.parametrize(
    ("column", "index"),
    [("username", "user_by_name"), ("confirmed_email", "user_confirmed_email"), ("email", "user_email")],
)
def test_who_it_is_is_found_by_an_index_among_any_number(distributor: User, column: str, index: str) -> None:
    many = range(1000)
    companies = Company.objects.bulk_create(
        Company(distributor=distributor.distributor, name=f"EMPRESA {n}", rfc=f"EMP{n:06}AB1") for n in many
    )
    User.objects.bulk_create(
        User(
            company=company, username=f"p{n}", email=f"p{n}@example.com", confirmed_email=f"p{n}@example.com"
        )
        for n, company in zip(many, companies, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE companies_user")

    assert index in User.objects.filter(**{f"{column}__iexact": "Ana@example.com"}).explain()
