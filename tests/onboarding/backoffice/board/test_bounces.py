"""Whose mail comes back: told on the board, found by its filter, and mended from there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from companies.accounts.credentials import CREDENTIALS
from companies.models import User
from mailing.models import Message
from onboarding.backoffice.board import companies
from onboarding.backoffice.board.lines import lines
from tests.mailing.bounces.conftest import sent_to

SignIn = Callable[[User], Client]
BOARD = "/admin/companies/company/tablero/"
BOUNCED = Message.Bounce.BOUNCED
NO_ADDRESS = Message.Bounce.NO_ADDRESS


@pytest.fixture
def lost(issuer: User) -> Message:
    """Credentials to an address that nobody has."""
    User.objects.filter(pk=issuer.pk).update(password_is_temporary=True, confirmed_email="")
    message = sent_to(issuer)
    message.came_back(NO_ADDRESS, "Rebotó: la dirección no existe (550 5.1.1).")
    return message


def url(user: User) -> str:
    return f"/admin/companies/company/{user.company_id}/corregir-y-reenviar/"


def corrected(user: User, email: str) -> dict[str, str]:
    """The form with another address."""
    assert user.company is not None
    return {
        "name": user.company.name,
        "rfc": user.company.rfc,
        "full_name": user.full_name,
        "phone": "",
        "email": email,
    }


def beside(client: Client, issuer: User) -> str:
    """The buttons that stand beside the company on the board, without its menu."""
    page = client.get("/admin/companies/company/tablero/").content.decode()
    return page.partition('data-label="Qué hacer"')[2].partition("<details>")[0]


def found(user: User) -> list[str]:
    return list(
        companies.find_moves(user, companies.Asked("correo-rebotado")).rows.values_list(
            "company__rfc", flat=True
        )
    )


@pytest.mark.parametrize(
    ("bounce", "tag", "sentence"),
    [
        (NO_ADDRESS, "Dirección inexistente", "la dirección panaderia@example.com no existe"),
        (BOUNCED, "Rebotó", "el correo a panaderia@example.com rebotó"),
    ],
)
def test_the_board_tells_it_and_leads_to_what_is_next(
    sign_in: SignIn,
    distributor: User,
    issuer: User,
    lost: Message,
    bounce: Message.Bounce,
    tag: str,
    sentence: str,
) -> None:
    Message.objects.update(bounce=bounce)

    page = sign_in(distributor).get(BOARD).content.decode()

    assert tag in page
    assert sentence in page
    assert f'<a href="{url(issuer)}?volver=%2Fadmin%2Fcompanies%2Fcompany%2Ftablero%2F">Corregir y' in page


def test_support_sees_it_in_the_case_file_and_among_the_mails(
    sign_in: SignIn, support: User, issuer: User, lost: Message
) -> None:
    client = sign_in(support)

    file = client.get(f"/admin/companies/company/{issuer.company_id}/correo/").content.decode()
    mails = client.get("/admin/mailing/message/", {"bounce__exact": "no_address"}).content.decode()

    assert "Dirección inexistente" in file
    assert "Rebotó: la dirección no existe (550 5.1.1)." in file
    assert "panaderia@example.com" in mails


def test_the_filter_finds_those_whose_last_mail_came_back(
    distributor: User, other_distributor: User, issuer: User, lost: Message
) -> None:
    assert found(distributor) == ["PNA190312AB1"]
    assert found(other_distributor) == []

    later = sent_to(issuer)
    assert found(distributor) == []

    later.came_back(BOUNCED, "Rebotó.")
    assert found(distributor) == ["PNA190312AB1"]


def test_a_mail_to_an_address_of_before_is_of_no_account(
    distributor: User, issuer: User, lost: Message
) -> None:
    User.objects.filter(pk=issuer.pk).update(email="otra@example.com")

    [line] = lines(companies.rows([lost.company_id or 0]), {}, {})

    assert found(distributor) == []
    assert line.bounced is None
    assert line.row.blocked.text.endswith("ya tiene otra dirección. Reenvíe las credenciales.")


def test_the_distributor_corrects_the_address_and_sends_again(
    sign_in: SignIn, distributor: User, issuer: User, lost: Message
) -> None:
    client = sign_in(distributor)
    assert "Corregir y reenviar" in beside(client, issuer)
    assert 'value="panaderia@example.com"' in client.get(url(issuer)).content.decode()

    response = client.post(url(issuer), corrected(issuer, "ana@panaderia.mx"), follow=True)

    issuer.refresh_from_db()
    assert "se enviarán a ana@panaderia.mx" in response.content.decode()
    assert issuer.email == "ana@panaderia.mx"
    mails = Message.objects.filter(kind=CREDENTIALS).order_by("created_at").values_list("to", flat=True)
    assert list(mails) == ["panaderia@example.com", "ana@panaderia.mx"]
    assert "Corregir y reenviar" not in beside(client, issuer)


def test_an_address_that_nobody_has_is_not_tried_again(
    sign_in: SignIn, distributor: User, issuer: User, lost: Message
) -> None:
    response = sign_in(distributor).post(url(issuer), corrected(issuer, "Panaderia@example.com"))

    assert "Esta dirección es la que no existe." in response.content.decode()
    assert Message.objects.count() == 1


def test_a_full_mailbox_may_be_tried_again(
    sign_in: SignIn, distributor: User, issuer: User, lost: Message
) -> None:
    Message.objects.update(bounce=BOUNCED)

    sign_in(distributor).post(url(issuer), corrected(issuer, "panaderia@example.com"))

    assert Message.objects.count() == 2


@pytest.mark.parametrize("change", ["entered", "own password", "confirmed"])
def test_nobody_elses_address_is_corrected(
    sign_in: SignIn, distributor: User, issuer: User, lost: Message, change: str
) -> None:
    users = User.objects.filter(pk=issuer.pk)
    match change:
        case "entered":
            users.update(last_login=timezone.now() - timedelta(days=1))
        case "own password":
            users.update(password_is_temporary=False)
        case _:
            users.update(confirmed_email="panaderia@example.com")

    sign_in(distributor).post(url(issuer), corrected(issuer, "ladron@example.com"))

    issuer.refresh_from_db()
    assert issuer.email == "panaderia@example.com"
    assert Message.objects.count() == 1


def test_another_distributor_finds_nothing(
    sign_in: SignIn, other_distributor: User, issuer: User, lost: Message
) -> None:
    assert (
        sign_in(other_distributor).post(url(issuer), corrected(issuer, "ladron@example.com")).status_code
        == 404
    )
