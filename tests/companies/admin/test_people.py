"""Users in admin: who makes and corrects whom; nobody touches another's password."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.models import Distributor, User
from mailing.models import Message
from tests.admin_page import filled
from tests.companies.accounts.mail import deliver, last_mail
from tests.conftest import PASSWORD, make_colleague, make_distributor

SignIn = Callable[[User], Client]
USERS = "/admin/companies/user/"
NEW_STAFF = {
    "role": "support",
    "username": "nueva.soporte",
    "full_name": "Nadia Núñez",
    "email": "nadia@example.com",
    "phone": "",
}


NEW_CLERK = {name: value for name, value in NEW_STAFF.items() if name != "role"}


def made() -> User:
    return User.objects.get(username="nueva.soporte")


def test_the_owner_makes_a_colleague_who_gets_credentials(sign_in: SignIn, owner: User) -> None:
    sign_in(owner).post(f"{USERS}add/", NEW_STAFF)
    user = made()
    assert (user.role, user.is_superuser) == ("support", False)
    assert not user.has_usable_password()
    assert user.password_is_temporary
    assert Message.objects.get().to == "nadia@example.com"


def test_the_first_of_a_distributor_leads_it(sign_in: SignIn, owner: User) -> None:
    client, data = sign_in(owner), NEW_STAFF | {"role": "distributor"}
    assert "Elija el distribuidor" in client.post(f"{USERS}add/", data).content.decode()
    client.post(f"{USERS}add/", data | {"distributor": Distributor.objects.create(name="Nueva").pk})
    assert (made().distributor_role, str(made().distributor)) == ("lead", "Nueva")


@pytest.mark.parametrize("distributor_role", ["lead", "clerk", "reader"])
def test_the_owner_says_what_the_others_are(
    sign_in: SignIn, owner: User, distributor: User, distributor_role: str
) -> None:
    data = NEW_STAFF | {"role": "distributor", "distributor": distributor.distributor_id}
    page = sign_in(owner).post(f"{USERS}add/", data).content.decode()
    assert "Elija su función en el distribuidor." in page
    sign_in(owner).post(f"{USERS}add/", data | {"distributor_role": distributor_role})
    assert made().distributor_role == distributor_role


def test_a_colleague_of_support_belongs_to_no_distributor(
    sign_in: SignIn, owner: User, distributor: User
) -> None:
    more = {"distributor": distributor.distributor_id, "distributor_role": "lead"}
    sign_in(owner).post(f"{USERS}add/", NEW_STAFF | more)
    assert (made().distributor, made().distributor_role) == (None, "")


@pytest.mark.parametrize("who", ["support", "clerk", "reader"])
def test_nobody_else_makes_anybody(sign_in: SignIn, who: str, request: pytest.FixtureRequest) -> None:
    client = sign_in(request.getfixturevalue(who))
    assert client.get(f"{USERS}add/").status_code == 403
    assert client.post(f"{USERS}add/", NEW_STAFF).status_code == 403


def test_nobody_makes_an_issuer_here(sign_in: SignIn, owner: User) -> None:
    sign_in(owner).post(f"{USERS}add/", NEW_STAFF | {"role": "issuer"})
    assert not User.objects.filter(username="nueva.soporte").exists()


def test_the_owner_makes_an_owner(sign_in: SignIn, owner: User) -> None:
    sign_in(owner).post(f"{USERS}add/", NEW_STAFF | {"role": "owner"})
    assert made().is_superuser


# --- a distributor's own people


@pytest.mark.parametrize("distributor_role", ["clerk", "reader"])
def test_a_lead_makes_its_own_people(sign_in: SignIn, distributor: User, distributor_role: str) -> None:
    sign_in(distributor).post(f"{USERS}add/", NEW_CLERK | {"distributor_role": distributor_role})
    user = made()
    assert (user.role, user.distributor, user.is_superuser) == ("distributor", distributor.distributor, False)
    assert user.distributor_role == distributor_role
    assert Message.objects.get().to == "nadia@example.com"


def test_a_lead_makes_nobody_its_equal_or_above(
    sign_in: SignIn, distributor: User, other_distributor: User
) -> None:
    client = sign_in(distributor)
    client.post(f"{USERS}add/", NEW_CLERK | {"distributor_role": "lead"})
    assert not User.objects.filter(username="nueva.soporte").exists()
    sly = {"role": "owner", "is_superuser": "on", "distributor": other_distributor.distributor_id}
    client.post(f"{USERS}add/", NEW_CLERK | {"distributor_role": "clerk"} | sly)
    assert (made().duty, made().is_superuser, made().distributor) == ("clerk", False, distributor.distributor)


def test_a_lead_corrects_and_turns_off_its_clerk(sign_in: SignIn, distributor: User, clerk: User) -> None:
    save(sign_in(distributor), clerk, full_name="Óscar", distributor_role="reader", is_active=None)
    clerk.refresh_from_db()
    assert (clerk.full_name, clerk.duty, clerk.is_active) == ("Óscar", "reader", False)
    assert Client().post("/entrar/", {"username": clerk.username, "password": PASSWORD}).status_code == 200
    assert list(Message.objects.values_list("kind", "to")) == [("companies.role_changed", clerk.email)]


def test_a_lead_raises_nobody_to_lead(sign_in: SignIn, distributor: User, clerk: User) -> None:
    save(sign_in(distributor), clerk, distributor_role="lead")
    clerk.refresh_from_db()
    assert clerk.duty == "clerk"


def test_the_owner_raises_a_clerk_who_is_told(sign_in: SignIn, owner: User, clerk: User) -> None:
    save(sign_in(owner), clerk, distributor_role="lead")
    clerk.refresh_from_db()
    assert clerk.duty == "lead"
    deliver(Message.objects.get(kind="companies.role_changed"))
    assert "ahora es «Encargado» en Distribuidora del Bajío" in str(last_mail().body)


@pytest.mark.parametrize("action", ["change", "restablecer-segundo-factor", "reenviar-credenciales"])
def test_a_lead_touches_neither_itself_nor_another_lead(
    sign_in: SignIn, distributor: User, action: str
) -> None:
    equal = make_colleague(distributor, User.DistributorRole.LEAD, "otra.encargada")
    client = sign_in(distributor)
    for user in (distributor, equal):
        data = corrected(user, email="x@example.com", distributor_role="reader") | {"reason": "x"}
        assert client.post(f"{USERS}{user.pk}/{action}/", data).status_code == 403


def test_a_lead_sees_its_people_and_nobody_elses(
    sign_in: SignIn, distributor: User, clerk: User, reader: User, issuer: User, support: User, owner: User
) -> None:
    other = make_colleague(make_distributor("Otra"), User.DistributorRole.CLERK, "ajeno")
    client = sign_in(distributor)
    people = {distributor.username, clerk.username, reader.username}
    for asked, expected in (
        ({}, {issuer.username}),
        ({"quienes": "personal"}, people),
        ({"quienes": "todos"}, {issuer.username} | people),
    ):
        page = client.get(USERS, asked).content.decode()
        shown = [user.username for user in User.objects.all() if f">{user.username}<" in page]
        assert set(shown) == expected
    for user in (other, support, owner):
        for url in (f"{USERS}{user.pk}/change/", f"{USERS}{user.pk}/desbloquear/"):
            assert client.get(url).status_code == client.post(url).status_code == 404


def test_a_clerk_sees_issuers_only(sign_in: SignIn, distributor: User, clerk: User, issuer: User) -> None:
    client = sign_in(clerk)
    assert client.get(f"{USERS}{issuer.pk}/change/").status_code == 200
    for user in (clerk, distributor):
        assert client.get(f"{USERS}{user.pk}/change/").status_code == 404


# --- corrections


def save(client: Client, user: User, **changes: str | None) -> None:
    """Opens the user's page, changes it and sends it; None takes a tick away."""
    url = f"{USERS}{user.pk}/change/"
    client.post(url, filled(client, url, **changes))


def corrected(user: User, **changes: str) -> dict[str, str]:
    """The form of a user's page as the browser would send it."""
    names = ("username", "full_name", "initials", "email", "alternate_email", "phone")
    return {name: getattr(user, name) for name in names} | {"is_active": "on"} | changes


def test_support_corrects_an_address_and_both_are_told(sign_in: SignIn, support: User, issuer: User) -> None:
    before = issuer.password
    client, url = sign_in(support), f"{USERS}{issuer.pk}/change/"
    client.post(url, filled(client, url, email="nuevo@example.com"))
    issuer.refresh_from_db()
    assert issuer.email == "nuevo@example.com"
    assert issuer.confirmed_email == "panaderia@example.com"
    assert issuer.password == before
    sent = set(Message.objects.values_list("kind", "to"))
    assert sent == {
        ("companies.email_confirmation", "nuevo@example.com"),
        ("companies.email_changed", "panaderia@example.com"),
    }


def test_an_address_that_nobody_came_in_by_needs_no_day(sign_in: SignIn, support: User, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(password_is_temporary=True, confirmed_email="")
    save(sign_in(support), issuer, email="nuevo@example.com")
    issuer.refresh_from_db()
    assert (issuer.email_held_until, issuer.has_usable_password()) == (None, False)
    assert list(Message.objects.values_list("kind", "to")) == [("companies.credentials", "nuevo@example.com")]


def test_nobody_writes_a_password_a_role_or_a_company(
    sign_in: SignIn, support: User, distributor: User, issuer: User, other_issuer: User
) -> None:
    before = User.objects.filter(pk=issuer.pk).values().get()
    sly = {
        "password": "x",
        "role": "owner",
        "is_superuser": "on",
        "company": str(other_issuer.company_id),
        "groups": "1",
        "confirmed_email": "malo@example.com",
    }
    client, url = sign_in(support), f"{USERS}{issuer.pk}/change/"
    client.post(url, filled(client, url, **sly))
    assert User.objects.filter(pk=issuer.pk).values().get() == before
    assert sign_in(distributor).post(f"{USERS}{issuer.pk}/change/", corrected(issuer)).status_code == 403


@pytest.mark.parametrize("whose", ["owner", "second", "support", "distributor", "clerk"])
def test_support_becomes_nobody_who_works_here(
    sign_in: SignIn, support: User, whose: str, request: pytest.FixtureRequest
) -> None:
    second = User.objects.create(username="sop2", role=User.Role.SUPPORT, email="sop2@example.com")
    user: User = second if whose == "second" else request.getfixturevalue(whose)
    client = sign_in(support)
    before = User.objects.filter(pk=user.pk).values().get()
    changed = corrected(user, email="x@example.com", distributor_role="reader") | {"is_active": ""}
    assert client.post(f"{USERS}{user.pk}/change/", changed).status_code == 403
    for action in ("restablecer-segundo-factor", "confirmar-correo"):
        assert client.post(f"{USERS}{user.pk}/{action}/", {"reason": "x"}).status_code == 403
    sends = client.post(f"{USERS}{user.pk}/reenviar-credenciales/").status_code == 302
    assert sends == (user.role == "distributor")
    assert set(Message.objects.values_list("to", flat=True)) == ({user.email} if sends else set())
    now = User.objects.filter(pk=user.pk).values().get()
    assert now == before | {"password_is_temporary": now["password_is_temporary"]}


def test_the_owner_corrects_a_colleague_whose_former_address_is_told(
    sign_in: SignIn, owner: User, clerk: User
) -> None:
    save(sign_in(owner), clerk, email="nuevo@example.com")
    told = Message.objects.get(kind="companies.email_changed")
    assert told.to == "operador@example.com"
    clerk.refresh_from_db()
    assert clerk.email_held_until


def test_what_a_lead_changed_is_told_in_its_distributors_name(
    sign_in: SignIn, distributor: User, clerk: User
) -> None:
    save(sign_in(distributor), clerk, email="nuevo@example.com")
    deliver(Message.objects.get(kind="companies.email_changed"))
    assert "Distribuidora del Bajío cambió el correo del usuario «operador»" in str(last_mail().body)


def test_an_owner_does_not_turn_itself_off(sign_in: SignIn, owner: User) -> None:
    save(sign_in(owner), owner, phone="4771234567", is_active=None)
    owner.refresh_from_db()
    assert (owner.is_active, owner.phone) == (True, "4771234567")
