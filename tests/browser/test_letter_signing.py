"""The Carta Manifiesto signed on its page with an e.firma, to what the server keeps."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from certificates.letter import fiel
from certificates.letter.documents import SignedDocument
from certificates.models import LetterSignature
from certificates.testing import CA
from companies.models import ManifestLetter, User
from tests.browser.letters import issue, open_letter, shots_of
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_the_letter_is_signed_in_the_page(
    letter_site: Stack,
    context: BrowserContext,
    issuer: User,
    fiel_ca: CA,
    shots: Path | None,
    console: list[str],
) -> None:
    page = open_letter(context, letter_site, issuer)
    walk = shots_of(shots, page, letter_site, "carta")
    pair = issue(fiel_ca, issuer, representative="NUPJ800101AB2")
    walk.look_on_both("vacio")

    walk.bring(pair)
    expect(page.get_by_text("firma NUPJ800101AB2")).to_be_visible()
    walk.look_on_both("elegidos")
    walk.read()
    expect(page.get_by_text("autoriza a PAC de Pruebas")).to_be_visible()
    walk.look_on_both("leer")
    walk.agree_and_sign()
    walk.look_on_both("firmada")

    kept = LetterSignature.objects.get()
    assert (kept.rfc, kept.representative) == ("PNA190312AB1", "NUPJ800101AB2")
    letter = ManifestLetter.objects.get()
    assert letter.state is ManifestLetter.State.SIGNED
    for row in kept.documents:
        signed = SignedDocument.from_json(row)
        fiel.verify(
            fiel.read(bytes(kept.certificate)), kept.algorithm, signed.document.signed, signed.signature
        )
    expect(page.locator("#estado-carta")).to_contain_text("Firmada")
