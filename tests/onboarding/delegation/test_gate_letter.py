"""The representative signs on the page of the letter, without an account."""

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client

from certificates.models import LetterSignature
from certificates.testing import CA, Pair
from companies import letters
from companies.models import ManifestLetter, User
from facturamos.devserver import pacs
from facturamos.devserver.pacs import PacServer
from mailing.models import Message
from onboarding.delegation import services
from onboarding.delegation.models import Delegation
from onboarding.models import Onboarding
from tests.letters import known, sign, signed
from tests.onboarding.browser import Tab
from tests.onboarding.delegation.conftest import EMAIL, NAME, Ask, text_of
from tests.onboarding.test_letter_signing import issue

FIRMA = "carta-manifiesto/firma/"


@pytest.fixture
def fiel(authority: CA, issuer: User, settings: Any, tmp_path: Path) -> Pair:
    """The e.firma of the company, which is not its accountant's to have."""
    known(settings, authority, tmp_path)
    return issue(authority, issuer)


def prepare(client: Client, pair: Pair, root: str = "/encargo/") -> Any:
    sent = {"certificate": base64.b64encode(pair.certificate).decode()}
    return client.post(f"{root}{FIRMA}preparar/", sent, content_type="application/json")


def send(client: Client, sent: dict[str, Any], root: str = "/encargo/") -> Any:
    return client.post(f"{root}{FIRMA}", sent, content_type="application/json")


def test_who_was_asked_signs_and_the_evidence_names_that_person(ask: Ask, fiel: Pair) -> None:
    ana = ask("carta-manifiesto").accept()
    page = text_of(ana.client.get("/encargo/carta-manifiesto/"))
    assert f'data-prepare="/encargo/{FIRMA}preparar/" data-sign="/encargo/{FIRMA}"' in page

    answer = send(ana.client, signed(prepare(ana.client, fiel).json(), fiel.private_key))

    assert (answer.status_code, answer.json()["state"]) == (200, "signed")
    assert answer.json()["url"] == "/encargo/carta-manifiesto/"
    kept = LetterSignature.objects.get()
    assert (kept.user, kept.sent_by) == (None, f"{NAME} <{EMAIL}>")
    assert ManifestLetter.objects.get().state == ManifestLetter.State.SIGNED
    constancia = ana.client.get("/encargo/carta-manifiesto/constancia.pdf")
    assert constancia.headers["Content-Type"] == "application/pdf"
    assert "Hecho" in text_of(ana.client.get("/encargo/"))
    # The page that it signed on is still open.
    again = ana.client.get("/encargo/carta-manifiesto/constancia.pdf")
    assert again.headers["Content-Type"] == "application/pdf"


def test_the_issuers_own_signature_is_not_told_to_who_is_asked_to_sign_again(
    ask: Ask, ready: User, fiel: Pair, sign_in: Callable[[User], Client]
) -> None:
    assert sign(sign_in(ready), fiel).status_code == 200
    letters.note_rejected(LetterSignature.objects.get().pk, "El PAC no aceptó la firma.", "Firme otra vez.")
    ana = ask("carta-manifiesto").accept()

    page = text_of(ana.client.get("/encargo/carta-manifiesto/"))

    assert "El PAC no aceptó la firma." in page
    for closed in (
        "evidencia.zip",
        'constancia.pdf" download>Descargar la constancia de firma (PDF)</a><br>',
    ):
        assert closed not in page
    assert "/entrar/sesiones/" not in page
    assert ana.client.get("/encargo/carta-manifiesto/constancia.pdf").status_code == 404


def test_what_the_issuer_signed_itself_is_not_said_to_be_done_by_another(
    ask: Ask, ready: User, fiel: Pair, sign_in: Callable[[User], Client]
) -> None:
    ana = ask("carta-manifiesto").accept()
    sign(sign_in(ready), fiel)

    services.settle_open()

    ended = Delegation.objects.get()
    assert (ended.done_at, ended.why) == (None, "el paso ya se hizo")
    assert not Message.objects.filter(kind=services.DONE).exists()
    assert ana.client.get("/encargo/").status_code == 404
    assert "Pedir la firma" not in text_of(sign_in(ready).get("/configuracion/carta-manifiesto/"))


def test_a_letter_that_was_declared_before_is_still_to_be_signed(
    ask: Ask, ready: User, fiel: Pair, sign_in: Callable[[User], Client]
) -> None:
    Tab(sign_in(ready)).submit("carta-manifiesto", {"signed_on": "2026-01-15"})
    ana = ask("carta-manifiesto").accept()
    assert ana.client.get("/encargo/").headers["Location"] == "/encargo/carta-manifiesto/"

    send(ana.client, signed(prepare(ana.client, fiel).json(), fiel.private_key))

    assert "Hecho" in text_of(ana.client.get("/encargo/"))
    assert Delegation.objects.get().done_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_pac_that_takes_its_time_keeps_the_issuer_from_nothing(
    finkok: PacServer, ask: Ask, ready: User, fiel: Pair
) -> None:
    ana, asked = ask("carta-manifiesto").accept(), threading.Event()

    def slow(answer: pacs.PacAnswer, text: str) -> None:
        try:
            with transaction.atomic():
                Onboarding.objects.select_for_update(nowait=True).get(company=ready.company)
            asked.set()
        finally:
            connections.close_all()
        answer.page(text)

    finkok.modes = {"get_contracts_snid": slow}

    assert prepare(ana.client, fiel).status_code == 200
    assert asked.is_set()


def test_what_one_person_prepared_nobody_else_sends(
    ask: Ask, ready: User, fiel: Pair, sign_in: Callable[[User], Client]
) -> None:
    ana = ask("carta-manifiesto").accept()
    prepared = signed(prepare(ana.client, fiel).json(), fiel.private_key)

    answer = send(sign_in(ready), prepared, "/configuracion/")

    assert answer.status_code == 409
    assert not LetterSignature.objects.exists()


def test_after_it_was_revoked_the_script_is_told_so(ask: Ask, ready: User, fiel: Pair) -> None:
    ana = ask("carta-manifiesto").accept()
    prepared = signed(prepare(ana.client, fiel).json(), fiel.private_key)
    Delegation.objects.filter(company=ready.company).end(Delegation.End.REVOKED)

    for answer in (prepare(ana.client, fiel), send(ana.client, prepared)):
        assert answer.status_code == 401
        assert answer.json()["message"].startswith("Este enlace ya no está abierto.")
    assert not LetterSignature.objects.exists()
    services.settle_open()
    assert Delegation.objects.get().done_at is None
