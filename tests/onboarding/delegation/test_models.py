"""When a request ends by itself: whatever the company is by now, another's matter or the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from companies.models import Company, User
from onboarding.delegation import services
from onboarding.delegation.models import Delegation, DelegationAcceptance
from tests.conftest import make_issuer
from tests.onboarding.delegation.conftest import Ask, asked


def change_rfc(issuer: User) -> None:
    Company.objects.filter(users=issuer).update(rfc="PNA190312AB9")


def change_rfc_and_back(issuer: User) -> None:
    for value in ("PNA190312AB9", "PNA190312AB1"):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE companies_company SET rfc = %s WHERE id = %s", [value, issuer.company_id])


def move_to_another_distributor(issuer: User) -> None:
    other = User.objects.get(full_name="Distribuidora del Norte")
    Company.objects.filter(users=issuer).update(distributor=other.distributor)


def close_the_account(issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(is_active=False)


def give_the_account_away(issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(email="nuevo@example.com")


def rename_the_account(issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(username="nuevo.dueno")


def bring_another_user(issuer: User) -> None:
    User.objects.create(username="segundo", company=issuer.company, email="segundo@example.com")


def move_a_user_in(issuer: User) -> None:
    other = User.objects.exclude(pk=issuer.pk).filter(role=User.Role.ISSUER).get()
    User.objects.filter(pk=other.pk).update(company=issuer.company)


def delete_the_company(issuer: User) -> None:
    Company.objects.filter(users=issuer).update(deleted_at=timezone.now())


def assert_all_end(ask: Ask, issuer: User, change: Callable[[User], None]) -> None:
    opened, unopened = ask("sellos").accept(), ask("correo")

    change(issuer)

    assert opened.client.get("/encargo/sellos/").headers["Location"] == "/encargo/"
    assert opened.client.get("/encargo/").status_code == 404
    assert unopened.client.get(unopened.link()).status_code == 404
    assert unopened.open().status_code == 404
    services.settle_open()
    assert {each.ended_why for each in Delegation.objects.all()} == {"changed"}


@pytest.mark.parametrize(
    "change",
    [
        change_rfc,
        move_to_another_distributor,
        close_the_account,
        give_the_account_away,
        rename_the_account,
        delete_the_company,
    ],
)
def test_all_links_end_with_a_change_of_user_rfc_or_distributor(
    ask: Ask, ready: User, other_distributor: User, change: Callable[[User], None]
) -> None:
    assert_all_end(ask, ready, change)


# In one transaction the audit has one time for all that happens.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [change_rfc_and_back, bring_another_user, move_a_user_in])
def test_they_end_with_what_only_the_history_knows(
    ask: Ask, ready: User, other_issuer: User, change: Callable[[User], None]
) -> None:
    assert_all_end(ask, ready, change)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [{"email": "nuevo@example.com"}, {"is_active": False}])
def test_they_end_with_a_change_of_another_user_of_the_company(
    ask: Ask, ready: User, change: dict[str, object]
) -> None:
    second = User.objects.create(username="segundo", company=ready.company, email="segundo@example.com")

    def change_it(issuer: User) -> None:
        User.objects.filter(pk=second.pk).update(**change)

    assert_all_end(ask, ready, change_it)


def test_other_changes_leave_it_open(ask: Ask, ready: User, other_issuer: User) -> None:
    ana = ask("sellos").accept()

    Company.objects.filter(users=ready).update(name="LA ÑAPA", phone="4770000000", tax_regime="601")
    User.objects.filter(pk=ready.pk).update(full_name="Íñigo Peña Ñ", phone="4770000001")
    change_rfc(other_issuer)

    assert ana.client.get("/encargo/sellos/").status_code == 200


def test_one_open_request_a_step(ask: Ask, ready: User) -> None:
    first = ask("sellos").delegation
    second = asked(ready, "sellos", email="otro@example.com")

    first.refresh_from_db()
    assert first.ended_why == "replaced"
    assert [each.pk for each in Delegation.objects.open()] == [second.pk]
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.filter(pk=first.pk).update(ended_at=None, ended_why="")


def test_evidence_never_changes(ask: Ask) -> None:
    ask("sellos").accept()

    with pytest.raises(InternalError), transaction.atomic():
        DelegationAcceptance.objects.update(text="Otro")
    with pytest.raises(InternalError), transaction.atomic():
        DelegationAcceptance.objects.all().delete()


def test_a_request_is_seen_by_who_sees_the_company(
    ask: Ask, ready: User, distributor: User, other_issuer: User, other_distributor: User, support: User
) -> None:
    ana = ask("sellos").accept()

    for rows in (Delegation.objects, DelegationAcceptance.objects):
        seen = {who.username: rows.visible_to(who).count() for who in (ready, distributor, support)}
        assert set(seen.values()) == {1}
        assert not rows.visible_to(other_issuer)
        assert not rows.visible_to(other_distributor)
    assert ana.delegation.expires_at - ana.delegation.created_at == timedelta(days=7)


def test_an_account_of_another_company_changes_nothing(ask: Ask, other_distributor: User) -> None:
    ana = ask("sellos").accept()

    make_issuer(other_distributor, name="OTRA", rfc="OTR010101AB1", username="otra")

    assert ana.client.get("/encargo/sellos/").status_code == 200
