"""Signed on the page, sent to a PAC that speaks its public contract, and found there, with no help."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from certificates.testing import CA
from companies.models import ManifestLetter, User
from facturamos.devserver.pac_contracts import SECRET, USER
from facturamos.devserver.pacs import HOST, PacServer
from tests.browser.letters import LetterWalk, issue, open_letter, signs_letters
from tests.pacs import PATH, use
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(params=["finkok", "timbox"])
def sending_stack(
    request: pytest.FixtureRequest,
    transactional_db: None,
    settings: Any,
    tmp_path: Path,
    fiel_ca: CA,
    pac: PacServer,
    pac_authority_file: Path,
) -> Iterator[Stack]:
    """A site with a worker whose letters go to that PAC."""
    use(settings, request.param, pac.server_port, pac_authority_file)
    more = signs_letters(tmp_path, fiel_ca) | {
        "PAC_ADAPTER": request.param,
        "PAC_API_URL": f"https://{HOST}:8008{PATH}",
        "PAC_API_USER": USER,
        "PAC_API_SECRET": SECRET,
        "PAC_STAND_IN": f"127.0.0.1:{pac.server_port}",
        "PAC_STAND_IN_AUTHORITY": str(pac_authority_file),
    }
    stack = Stack(tmp_path, more=more)
    try:
        stack.start_web()
        stack.start_worker()
        stack.start_people_worker()
        yield stack
    finally:
        stack.stop()


def test_a_letter_signed_in_the_page_is_confirmed_by_the_pac(
    sending_stack: Stack, context: BrowserContext, issuer: User, fiel_ca: CA, shots: Path | None
) -> None:
    page = open_letter(context, sending_stack, issuer)
    walk = LetterWalk(page, sending_stack.url, shots, sending_stack.more["PAC_ADAPTER"])

    walk.bring(issue(fiel_ca, issuer, representative="NUPJ800101AB2"))
    walk.read()
    walk.look_on_both("leer")
    page.get_by_text("Lo que se firma, letra por letra").first.click()
    expect(page.locator("details[open] .letter").first).to_contain_text("PNA190312AB1")
    walk.agree_and_sign()

    # Nobody presses anything: the page tells what came of it, and leads there.
    expect(page.locator("#estado-carta")).to_contain_text("Comprobada", timeout=120_000)
    expect(page.locator("#firmar-aqui")).to_have_count(0)
    expect(page.locator("#estado-carta [data-outcome]")).to_be_focused()
    assert ManifestLetter.objects.get().state is ManifestLetter.State.VERIFIED
    walk.look_on_both("comprobada")
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar la constancia de firma (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
