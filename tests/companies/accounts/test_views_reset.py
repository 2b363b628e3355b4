"""«¿Olvidó su contraseña?»: by mail, to the confirmed address, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.utils import timezone

from companies.models import Company, ResetRequest, User
from facturamos.jobs.models import Job
from facturamos.jobs.tasks import perform
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail
from tests.conftest import PASSWORD

NEW = "Caballo-Nuevo-7"


def ask(client: Client, asked_for: str, **more: Any) -> Any:
    return client.post("/recuperar/", {"asked_for": asked_for}, **more)


def work() -> list[Message]:
    """What the worker does with the requests that wait; the messages that come of it."""
    for pk in ResetRequest.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        job = ResetRequest.objects.claim(pk)
        assert job is not None
        perform(job)
    return list(Message.objects.filter(kind="companies.password_reset"))


def link_for(client: Client, asked_for: str) -> str:
    """The path of the link that arrives."""
    ask(client, asked_for)
    deliver(work()[-1])
    found = re.search(r"http://[^/]+(/recuperar/\S+)", str(last_mail().body))
    assert found is not None
    return found[1]


def choose(client: Client, link: str, password: str = NEW, again: str | None = None) -> Any:
    """Opens the link and fills in the page that it leads to."""
    opened = client.get(link)
    if opened.status_code != 302:
        return opened
    return client.post(
        opened.headers["Location"], {"password": password, "password_confirmation": again or password}
    )


# --- asking


@pytest.mark.parametrize("asked_for", ["panaderia", "PANADERIA", "panaderia@example.com"])
def test_a_link_goes_to_the_confirmed_address(client: Client, issuer: User, asked_for: str) -> None:
    User.objects.filter(pk=issuer.pk).update(email="sin-confirmar@example.com")

    assert ask(client, asked_for).url == "/recuperar/enviado/"

    assert [message.to for message in work()] == ["panaderia@example.com"]


@pytest.mark.parametrize("asked_for", ["nadie", "nadie@example.com", "sin-confirmar@example.com"])
def test_unknown_gets_the_same_answer_and_no_mail(client: Client, issuer: User, asked_for: str) -> None:
    User.objects.filter(pk=issuer.pk).update(email="sin-confirmar@example.com")

    assert ask(client, asked_for).url == "/recuperar/enviado/"

    assert work() == []


def test_known_and_unknown_cost_the_same_queries(
    client: Client, issuer: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    with django_assert_num_queries(7) as known:
        ask(client, "panaderia")
    with django_assert_num_queries(len(known)):
        ask(client, "nadie")


def test_who_has_not_confirmed_an_address_gets_no_link(client: Client, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(confirmed_email="")

    ask(client, "panaderia")

    assert work() == []


# --- before the account has ever been entered


@pytest.fixture
def newcomer(issuer: User) -> User:
    issuer.confirmed_email, issuer.email = "", "zoe@example.com"
    issuer.password_is_temporary = True
    issuer.save()
    return issuer


@pytest.mark.parametrize("asked_for", ["panaderia", "zoe@example.com", "ZOE@example.com"])
@pytest.mark.parametrize("late", [timedelta(hours=-80), timedelta(hours=80), None])
def test_a_link_goes_to_the_address_of_the_credentials(
    client: Client, newcomer: User, asked_for: str, late: timedelta | None
) -> None:
    User.objects.filter(pk=newcomer.pk).update(temporary_password_until=late and timezone.now() - late)

    ask(client, asked_for)

    assert [message.to for message in work()] == ["zoe@example.com"]


def test_that_link_opens_the_account_and_confirms_its_address(client: Client, newcomer: User) -> None:
    choose(client, link_for(client, "zoe@example.com"))

    newcomer.refresh_from_db()
    assert newcomer.check_password(NEW)
    assert newcomer.confirmed_email == "zoe@example.com"
    assert client.post("/entrar/", {"username": "panaderia", "password": NEW}).status_code == 302


def test_that_link_confirms_no_address_but_its_own(client: Client, newcomer: User) -> None:
    link = link_for(client, "panaderia")
    User.objects.filter(pk=newcomer.pk).update(email="otra@example.com")

    choose(client, link)

    newcomer.refresh_from_db()
    assert newcomer.confirmed_email == "zoe@example.com"


def test_the_temporary_password_holds_until_the_link_is_used(client: Client, newcomer: User) -> None:
    link_for(client, "panaderia")

    assert client.post("/entrar/", {"username": "panaderia", "password": PASSWORD}).status_code == 302


def test_no_link_leaves_for_credentials_whose_address_changed_meanwhile(
    client: Client, newcomer: User
) -> None:
    ask(client, "panaderia")
    message = work()[-1]
    User.objects.filter(pk=newcomer.pk).update(email="nueva@example.com")

    deliver(message)

    assert mail.outbox == []


def test_an_account_gets_three_links_an_hour_however_it_is_called(client: Client, issuer: User) -> None:
    for name in ("panaderia", "panaderia@example.com") * 3:
        ask(client, name)
        work()

    assert Message.objects.count() == 3


def test_inactive_users_and_deleted_companies_get_no_link(
    client: Client, issuer: User, other_issuer: User
) -> None:
    User.objects.filter(pk=issuer.pk).update(is_active=False)
    Company.objects.filter(users=other_issuer).update(deleted_at=timezone.now())

    ask(client, "panaderia")
    ask(client, "jose")

    assert work() == []


def test_accounts_with_one_address_get_a_link_each(client: Client, issuer: User, other_issuer: User) -> None:
    User.objects.filter(role=User.Role.ISSUER).update(confirmed_email="ana@example.com")

    ask(client, "ana@example.com")

    assert {message.about for message in work()} == {str(issuer.pk), str(other_issuer.pk)}


def test_the_fourth_request_within_an_hour_sends_nothing(client: Client, issuer: User) -> None:
    answers = {ask(client, name).url for name in ("panaderia", "Panaderia", "PANADERIA", "panaderia")}

    assert answers == {"/recuperar/enviado/"}
    assert ResetRequest.objects.count() == 3


def test_one_address_cannot_ask_for_everybody(client: Client, db: None) -> None:
    for number in range(22):
        ask(client, f"nadie{number}")
    ask(client, "otro", REMOTE_ADDR="192.0.2.9")

    assert ResetRequest.objects.filter(address="127.0.0.1").count() == 20
    assert ResetRequest.objects.filter(address="192.0.2.9").count() == 1


def test_the_form_asks_for_a_name(client: Client, db: None) -> None:
    assert "Falta «Usuario o correo electrónico»" in ask(client, " ").text


@pytest.mark.parametrize("path", ["/recuperar/", "/recuperar/enviado/", "/recuperar/listo/"])
def test_its_pages_open(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 200


# --- choosing


def test_the_link_lets_choose_a_password(client: Client, issuer: User) -> None:
    link = link_for(client, "panaderia")

    assert "Contraseña nueva" in client.get(link, follow=True).text
    assert choose(client, link).url == "/recuperar/listo/"

    issuer.refresh_from_db()
    assert issuer.check_password(NEW)
    assert issuer.secret_changed_at is not None


def test_the_link_works_once(client: Client, issuer: User) -> None:
    link = link_for(client, "panaderia")
    choose(client, link)

    response = choose(client, link, "Otro-Caballo-8")

    assert response.status_code == 410
    assert "Este enlace ya no sirve" in response.text
    issuer.refresh_from_db()
    assert issuer.check_password(NEW)


def test_signing_in_uses_the_link_up(client: Client, issuer: User) -> None:
    link = link_for(client, "panaderia")
    client.post("/entrar/", {"username": "panaderia", "password": PASSWORD})

    assert client.get(link).status_code == 410


@pytest.mark.parametrize("link", ["/recuperar/MQ/abc-def/", "/recuperar/ñ/x/", "/recuperar/AAAA/x/"])
def test_a_made_up_link_is_refused(client: Client, issuer: User, link: str) -> None:
    assert client.get(link).status_code == 410


def test_opening_the_link_changes_nothing(client: Client, issuer: User) -> None:
    link = link_for(client, "panaderia")

    client.get(link)
    client.head(link)

    assert choose(client, link).url == "/recuperar/listo/"


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("corta", None, "La contraseña es muy corta."),
        ("1234567890", None, "se adivina pronto"),
        ("82746193058", None, "solo números"),
        ("panaderia1", None, "se parece a su nombre"),
        ("Íñigo Peña", None, "se parece a su nombre"),
        (NEW, "Caballo-Nuevo-8", "Las dos contraseñas no son iguales."),
    ],
)
def test_a_weak_password_is_refused_in_spanish(
    client: Client, issuer: User, password: str, again: str | None, sentence: str
) -> None:
    link = link_for(client, "panaderia")

    response = choose(client, link, password, again)

    assert response.status_code == 200
    assert sentence in response.text
    assert f'value="{password}"' not in response.text


def test_it_replaces_the_temporary_password(client: Client, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(
        password_is_temporary=True, temporary_password_until=timezone.now()
    )
    temporary = "abcde-fghjk-mnpqr"
    User.objects.filter(pk=issuer.pk).update(password=make_password(temporary))
    link = link_for(client, "panaderia")

    assert "Esa es la contraseña temporal" in choose(client, link, temporary).text
    choose(client, link)

    issuer.refresh_from_db()
    assert not issuer.password_is_temporary
    assert issuer.temporary_password_until is None


def test_every_session_ends(client: Client, issuer: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(issuer, backend="companies.accounts.auth.Backend")
    choose(client, link_for(client, "panaderia"))

    assert elsewhere.get("/entrar/").status_code == 200


def test_who_was_locked_out_may_enter_again(client: Client, issuer: User) -> None:
    for _ in range(5):
        client.post("/entrar/", {"username": "PANADERIA", "password": "mala"})
    choose(client, link_for(client, "panaderia"))

    response = client.post("/entrar/", {"username": "panaderia", "password": NEW})

    assert response.status_code == 302


def test_no_mail_leaves_when_the_address_changed_meanwhile(client: Client, issuer: User) -> None:
    ask(client, "panaderia")
    message = work()[-1]
    User.objects.filter(pk=issuer.pk).update(confirmed_email="nueva@example.com")

    deliver(message)

    assert mail.outbox == []
