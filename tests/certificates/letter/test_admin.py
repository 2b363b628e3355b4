"""Support looks at the evidence, takes it away, and sends a doubtful letter again."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.test import Client

from certificates.letter.services import LetterSigner
from certificates.models import LetterSignature, LetterSubmission
from certificates.testing import Pair
from companies.models import Company, ManifestLetter, User
from facturamos.devserver import pacs
from facturamos.devserver.pacs import PacServer
from tests.certificates.letter.conftest import sign
from tests.certificates.letter.test_sending import submission, work


@pytest.fixture
def signature(
    request: pytest.FixtureRequest, company: Company, signer: LetterSigner, fiel: Pair
) -> LetterSignature:
    """A letter that is signed, for the PAC that the test names."""
    for name in {"finkok", "timbox"} & set(request.fixturenames):
        request.getfixturevalue(name)
    sign(company, signer, fiel)
    return LetterSignature.objects.get()


def url(signature: LetterSignature, page: str) -> str:
    return f"/admin/certificates/lettersignature/{signature.pk}/{page}/"


def test_support_takes_the_package_away(
    signature: LetterSignature, support: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(support)
    page = client.get(url(signature, "change")).content.decode()

    answer = client.get(url(signature, "evidencia"))

    assert url(signature, "evidencia") in page
    assert "NUPJ800101AB2" in page
    assert "manifiesta su conformidad" in page
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    assert ".zip" in answer.headers["Content-Disposition"]


def test_nobody_else_does(
    signature: LetterSignature,
    distributor: User,
    other_distributor: User,
    issuer: User,
    sign_in: Callable[[User], Client],
) -> None:
    for user in (distributor, other_distributor, issuer):
        assert sign_in(user).get(url(signature, "evidencia")).status_code != 200


def test_the_letter_leads_to_its_signature(
    signature: LetterSignature, support: User, sign_in: Callable[[User], Client]
) -> None:
    letter = ManifestLetter.objects.get()

    page = sign_in(support).get(f"/admin/companies/manifestletter/{letter.pk}/change/").content.decode()

    assert url(signature, "change") in page


def test_a_doubtful_letter_is_sent_again_when_support_says_so(
    timbox: PacServer, signature: LetterSignature, support: User, sign_in: Callable[[User], Client]
) -> None:
    timbox.modes["firmar_manifiesto_sello"] = pacs.hung_up
    assert work().outcome == LetterSubmission.Outcome.DOUBTFUL
    timbox.modes.clear()
    address = f"/admin/certificates/lettersubmission/{submission().pk}/enviar-otra-vez/"

    sign_in(support).post(address)

    assert ManifestLetter.objects.get().state is ManifestLetter.State.SIGNED
    assert work().outcome == LetterSubmission.Outcome.VERIFIED


def test_only_a_doubtful_one(
    finkok: PacServer, signature: LetterSignature, support: User, sign_in: Callable[[User], Client]
) -> None:
    work()

    sign_in(support).post(f"/admin/certificates/lettersubmission/{submission().pk}/enviar-otra-vez/")

    assert submission().outcome == LetterSubmission.Outcome.VERIFIED
    assert finkok.asked.count("sign_contract") == 1
