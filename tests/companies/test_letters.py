"""The Carta Manifiesto once it is signed: support confirms it, and the company is told, once."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from companies import letters
from companies.models import ManifestLetter, User
from mailing.models import Message
from tests.companies.accounts.mail import deliver, last_mail

KIND = "companies.letter_verified"


@pytest.fixture
def letter(issuer: User) -> ManifestLetter:
    assert issuer.company is not None
    return ManifestLetter.objects.create(company=issuer.company, signed_on=timezone.localdate())


def test_support_confirms_it_and_the_company_is_told_once(
    letter: ManifestLetter, support: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(support)
    for _ in range(2):
        client.post(f"/admin/companies/manifestletter/{letter.pk}/comprobar/")

    deliver(Message.objects.get(kind=KIND))
    sent = last_mail()
    assert sent.to == ["panaderia@example.com"]
    assert sent.subject == "Su Carta Manifiesto está comprobada"
    for words in ("Íñigo Peña", "PANADERÍA LA ÑAPA", "http://localhost:8000/panel/"):
        assert words in str(sent.body)


def test_of_two_who_confirm_it_at_once_one_tells(letter: ManifestLetter) -> None:
    """Each has read the row before the other's click."""
    same = ManifestLetter.objects.get(pk=letter.pk)

    letters.verify(letter)
    letters.verify(same)

    assert same.verified_at == letter.verified_at is not None
    assert Message.objects.filter(kind=KIND).count() == 1


def test_nothing_is_told_of_a_letter_that_was_taken_back(letter: ManifestLetter) -> None:
    letters.verify(letter)
    ManifestLetter.objects.update(verified_at=None)

    deliver(Message.objects.get(kind=KIND))

    assert mail.outbox == []


def test_nothing_is_told_to_an_address_that_is_another_by_now(letter: ManifestLetter, issuer: User) -> None:
    letters.verify(letter)
    User.objects.filter(pk=issuer.pk).update(confirmed_email="otra@example.com")

    deliver(Message.objects.get(kind=KIND))

    assert mail.outbox == []
