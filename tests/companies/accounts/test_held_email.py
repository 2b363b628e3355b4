"""Staff corrects an address, and does not become the issuer by it."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from companies.accounts import email_confirmation, held_email, password_reset
from companies.accounts.credentials import CREDENTIALS
from companies.findings import sign_in_findings
from companies.models import User
from facturamos.status.report import Level
from mailing import outbox
from mailing.models import Message
from tests.admin_page import filled
from tests.companies.accounts.mail import deliver, last_mail

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
OLD, THEIRS = "panaderia@example.com", "sop1@example.com"


@pytest.fixture
def second(db: None) -> User:
    """Another member of support."""
    return User.objects.create(username="sop2", role=User.Role.SUPPORT, full_name="Saúl Soporte")


def change(client: Client, user: User, email: str = THEIRS) -> None:
    """What support does on the user's page."""
    page = f"/admin/companies/user/{user.pk}/change/"
    assert client.post(page, filled(client, page, email=email)).status_code == 302
    user.refresh_from_db()


@pytest.fixture
def taken(support: User, issuer: User, sign_in: SignIn) -> Client:
    """Support gave the issuer's account an address of its own, and sends the credentials there."""
    client = sign_in(support)
    change(client, issuer)
    client.post(f"/admin/companies/user/{issuer.pk}/reenviar-credenciales/")
    return client


def credentials() -> Message:
    return Message.objects.filter(kind=CREDENTIALS).latest("created_at")


def undo_link() -> str:
    """From the mail to the old address."""
    deliver(Message.objects.get(kind=email_confirmation.EMAIL_CHANGED))
    assert last_mail().to == [OLD]
    found = re.search(r"http://[^/]+(/recuperar/no-fui-yo/\S+)", str(last_mail().body))
    assert found
    return found[1]


@pytest.mark.usefixtures("taken")
def test_the_credentials_wait_a_day(issuer: User) -> None:
    waiting = credentials()

    assert timedelta(hours=23) < waiting.run_after - timezone.now() <= timedelta(hours=24)
    assert waiting.to == THEIRS
    assert Message.objects.claim(waiting.pk) is None


def test_support_is_told_that_they_wait(taken: Client, issuer: User) -> None:
    page = taken.get(f"/admin/companies/user/{issuer.pk}/change/")

    assert "las credenciales saldrán a sop1@example.com el" in page.text
    assert "Confirmar el correo nuevo" not in page.text


@pytest.mark.usefixtures("taken")
def test_sending_them_again_does_not_hurry_them(issuer: User) -> None:
    outbox.post_again(credentials())

    deliver(credentials())

    assert mail.outbox == []


@pytest.mark.usefixtures("taken")
def test_the_new_address_cannot_confirm_itself_meanwhile(client: Client, issuer: User) -> None:
    link = f"/recuperar/correo/{email_confirmation.email_token(issuer, THEIRS)}/"

    assert "Todavía no se puede confirmar" in client.get(link).text
    client.post(link)

    issuer.refresh_from_db()
    assert issuer.confirmed_email == OLD
    assert password_reset.reset_address(issuer) == OLD


@pytest.mark.usefixtures("taken")
def test_the_old_address_undoes_it(issuer: User) -> None:
    link, visitor = undo_link(), Client()

    assert "No fui yo: deshacer el cambio" in visitor.get(link).text
    assert "El cambio quedó deshecho" in visitor.post(link).text

    issuer.refresh_from_db()
    assert (issuer.email, held_email.held_until(issuer)) == (OLD, None)
    assert visitor.get(link).status_code == 410
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        deliver(credentials())
    assert THEIRS not in [address for sent in mail.outbox for address in sent.to]


@pytest.mark.usefixtures("taken")
def test_the_log_of_security_tells_of_it(issuer: User, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "facturamos.security"):
        Client().post(undo_link())
        held_email.note_change(issuer, User.objects.get(username="soporte"))
        held_email.vouch(issuer)

    said = [(record.getMessage(), vars(record)["about"]) for record in caplog.records]
    told = ("email.not-me", "email.changed-by-staff", "email.vouched-for")
    assert said == [(event, issuer.code) for event in told]


@pytest.mark.usefixtures("taken")
def test_opening_the_link_undoes_nothing(issuer: User) -> None:
    Client().get(undo_link())

    issuer.refresh_from_db()
    assert issuer.email == THEIRS


@pytest.mark.parametrize("link", ["roto", "MTpx:abc:def"])
def test_a_made_up_link_undoes_nothing(client: Client, link: str) -> None:
    assert client.post(f"/recuperar/no-fui-yo/{link}/").status_code == 410


@pytest.mark.usefixtures("taken")
def test_after_a_day_they_leave(issuer: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        deliver(credentials())

    assert last_mail().to == [THEIRS]


def test_a_second_member_of_staff_may_vouch(
    taken: Client, issuer: User, support: User, second: User, sign_in: SignIn
) -> None:
    action = f"/admin/companies/user/{issuer.pk}/confirmar-correo/"
    assert taken.post(action, {"reason": "Soy yo."}).status_code == 403

    sign_in(second).post(action, {"reason": "Le llamé al teléfono de siempre."})

    issuer.refresh_from_db()
    assert held_email.held_until(issuer) is None
    assert credentials().run_after <= timezone.now()
    deliver(credentials())
    assert last_mail().to == [THEIRS]


@pytest.mark.usefixtures("taken")
def test_a_second_change_begins_anew(issuer: User, support: User, sign_in: SignIn) -> None:
    first = issuer.email_held_until
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        change(sign_in(support), issuer, "otra@example.com")

    assert first
    assert issuer.email_held_until
    assert issuer.email_held_until - first > timedelta(hours=22)


def test_back_to_the_confirmed_one_nothing_is_held(taken: Client, issuer: User) -> None:
    change(taken, issuer, OLD)

    assert issuer.email_held_until is None


def test_who_never_confirmed_an_address_has_none_to_be_asked(
    issuer: User, support: User, sign_in: SignIn
) -> None:
    User.objects.filter(pk=issuer.pk).update(confirmed_email="")
    change(sign_in(support), issuer)

    assert held_email.held_until(issuer) is None


def test_the_users_own_change_is_not_held(issuer: User) -> None:
    issuer.email = "nueva@example.com"
    issuer.save()
    email_confirmation.email_changed(issuer)

    assert held_email.held_until(issuer) is None


def test_a_distributor_s_and_a_supporter_s_accounts_are_held_too(
    distributor: User, owner: User, sign_in: SignIn
) -> None:
    User.objects.filter(pk=distributor.pk).update(confirmed_email="dist@example.com")
    change(sign_in(owner), distributor)

    assert held_email.held_until(distributor)


def test_several_who_say_it_wake_whoever_runs_the_site(issuer: User, other_issuer: User) -> None:
    def level() -> Level:
        return next(each.level for each in sign_in_findings() if each.key == "sign_in.not_me")

    assert level() is Level.GOOD
    for user, expected in ((issuer, Level.WARNING), (other_issuer, Level.BAD)):
        user.email = f"{user.username}@ajena.example"
        user.save()
        Client().post(f"/recuperar/no-fui-yo/{held_email.token(user)}/")
        assert level() is expected

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert level() is Level.GOOD
