"""The Carta Manifiesto once it is signed: support confirms it, and the company is told, once."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
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


def test_a_refusal_is_told_with_what_to_do(letter: ManifestLetter) -> None:
    signature = uuid4()
    ManifestLetter.objects.update(signature=signature)

    with transaction.atomic():
        letters.note_rejected(signature, "El PAC no aceptó la firma.", "Firme otra vez con su e.firma.")

    deliver(Message.objects.get(kind=letters.LETTER_REJECTED))
    sent = last_mail()
    assert sent.subject == "El PAC no aceptó su Carta Manifiesto"
    page = "http://localhost:8000/configuracion/carta-manifiesto/"
    for words in ("no aceptó la firma.", "Firme otra vez", page):
        assert words in str(sent.body)


def test_nothing_is_told_of_a_refusal_that_no_longer_stands(letter: ManifestLetter) -> None:
    signature = uuid4()
    ManifestLetter.objects.update(signature=signature)
    with transaction.atomic():
        letters.note_rejected(signature, "No.", "Firme.")
    letters.verify(letter)

    deliver(Message.objects.get(kind=letters.LETTER_REJECTED))

    assert mail.outbox == []
    letter.refresh_from_db()
    assert (letter.state, letter.rejection) == (ManifestLetter.State.VERIFIED, "")


def test_what_is_said_of_another_signature_changes_nothing(letter: ManifestLetter) -> None:
    ManifestLetter.objects.update(signature=uuid4())

    with transaction.atomic():
        letters.note_sent(uuid4(), doubtful=True)
        letters.note_verified(uuid4())
        letters.note_rejected(uuid4(), "No.", "Firme.")

    letter.refresh_from_db()
    assert letter.state is ManifestLetter.State.SIGNED
