"""«Proponer que lo haga alguien más»: the issuer is written to, and nobody else before it agrees."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from companies.models import NoticeAcceptance, User
from mailing.models import Message
from onboarding.backoffice.proposals.models import DelegateProposal
from onboarding.models import Delegation
from tests.mailing.conftest import run
from tests.onboarding.backoffice.rows import published_notice

SignIn = Callable[[User], Client]
SAID = {"step": "sellos", "name": "Ana Contadora", "email": "ana@example.com"}


def url(issuer: User) -> str:
    return f"/admin/companies/company/{issuer.company_id}/proponer-a-alguien/"


@pytest.fixture
def entered(issuer: User) -> User:
    """An issuer who has come in and accepted the notice."""
    notice = published_notice()
    assert issuer.company is not None
    User.objects.filter(pk=issuer.pk).update(last_login=timezone.now())
    NoticeAcceptance.objects.create(
        notice=notice, company=issuer.company, user=issuer, sha256=notice.sha256, address="192.0.2.1"
    )
    issuer.refresh_from_db()
    return issuer


def link_of(message: Message) -> str:
    """The address in the mail, without the host."""
    run(message)
    [address] = re.findall(r"https?://[^/]+(/configuracion/\S+propuesta=\S+)", str(mail.outbox[0].body))
    return str(address)


def test_the_issuer_decides_on_its_own_page(sign_in: SignIn, distributor: User, entered: User) -> None:
    response = sign_in(distributor).post(url(entered), SAID, follow=True)
    assert "Se le propondrá a panaderia@example.com." in response.content.decode()
    message = Message.objects.get()
    assert (message.to, message.company) == ("panaderia@example.com", entered.company)
    link = link_of(message)
    assert "Distribuidora del Bajío le propone pedirle a Ana Contadora" in str(mail.outbox[0].body)
    assert not Delegation.objects.exists()

    client = sign_in(entered)
    page = client.get(link).content.decode()
    assert 'value="Ana Contadora"' in page
    assert 'value="ana@example.com"' in page
    client.post(link, {"name": "Ana Contadora", "email": "ana@example.com", "message": ""})
    assert Delegation.objects.get().asked_by == entered


def test_another_company_or_step_finds_the_page_empty(
    sign_in: SignIn, distributor: User, entered: User
) -> None:
    sign_in(distributor).post(url(entered), SAID)
    link = link_of(Message.objects.get())
    client = sign_in(entered)
    for other in (link.replace("/sellos/", "/correo/"), link[:-1] + ("A" if link[-1] != "A" else "B")):
        page = client.get(other).content.decode()
        assert "Enviar el enlace" in page
        assert "ana@example.com" not in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"name": "www.example.com"}, "sin direcciones de páginas"), ({"step": "usuario"}, "Paso")],
)
def test_what_may_not_be_asked_is_refused(
    sign_in: SignIn, distributor: User, entered: User, changes: dict[str, str], sentence: str
) -> None:
    page = sign_in(distributor).post(url(entered), SAID | changes).content.decode()
    assert sentence in page
    assert not Message.objects.exists()


def test_who_has_not_come_in_is_not_asked_to_decide(sign_in: SignIn, distributor: User, issuer: User) -> None:
    page = sign_in(distributor).post(url(issuer), SAID, follow=True).content.decode()
    assert "no se puede hacer ahora: el emisor todavía no ha entrado." in page


def test_nobody_is_buried_in_proposals(sign_in: SignIn, distributor: User, entered: User) -> None:
    client = sign_in(distributor)
    for _ in range(4):
        client.post(url(entered), SAID)
    assert DelegateProposal.objects.count() == Message.objects.count() == 3


def test_a_foreign_company_is_not_there(sign_in: SignIn, other_distributor: User, entered: User) -> None:
    assert sign_in(other_distributor).post(url(entered), SAID).status_code == 404
    assert not Message.objects.exists()
