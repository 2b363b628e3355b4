"""A company whose e.firma is known, and its letter signed."""

import base64
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from django.utils import timezone

from certificates.letter import services
from certificates.letter.documents import HASHES
from certificates.letter.services import LetterSigner
from certificates.models import LetterDraft, LetterSignature
from certificates.testing import CA, Pair
from companies.models import Company, ManifestLetter, User
from tests.certificates.conftest import rsa_key
from tests.letters import known


@pytest.fixture
def company(issuer: User) -> Company:
    assert issuer.company is not None
    return issuer.company


@pytest.fixture
def fiel(ca: CA, company: Company, settings: Any, tmp_path: Path) -> Pair:
    """The company's e.firma, of an authority that the site knows."""
    known(settings, ca, tmp_path)
    return ca.issue(
        rfc=company.rfc, name=company.name, kind="FIEL", key=rsa_key(1), representative="NUPJ800101AB2"
    )


@pytest.fixture
def signer(issuer: User) -> LetterSigner:
    return LetterSigner(issuer, "192.0.2.7", "Navegador")


def signatures_of(draft: LetterDraft, fiel: Pair) -> list[bytes]:
    """What the page makes of a prepared letter."""
    return [
        fiel.private_key.sign(
            base64.b64decode(document["signed"]), padding.PKCS1v15(), HASHES[draft.algorithm]()
        )
        for document in draft.documents
    ]


def sign(company: Company, signer: LetterSigner, fiel: Pair) -> ManifestLetter:
    """Both halves, as the page does them."""
    draft = services.prepare(company, signer, fiel.certificate, timezone.now())
    return services.sign(company, signer, str(draft.pk), signatures_of(draft, fiel), timezone.now())


def evidence() -> LetterSignature:
    """The one signature that there is."""
    return LetterSignature.objects.get()
