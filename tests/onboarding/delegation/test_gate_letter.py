"""The representative signs on the page of the letter, without an account."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from certificates.models import LetterSignature
from certificates.testing import CA, Pair
from companies.models import ManifestLetter, User
from onboarding.delegation import services
from onboarding.delegation.models import Delegation
from tests.letters import known, signed
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
