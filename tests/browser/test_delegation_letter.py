"""The representative, without an account, signs the Carta Manifiesto with the company's e.firma."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from certificates.models import LetterSignature
from certificates.testing import CA
from companies.models import ManifestLetter, PrivacyNotice, User
from onboarding.delegation import links
from onboarding.delegation.models import Delegation
from tests.browser.letters import LetterWalk, issue
from tests.browser.test_delegation import DESK, EMAIL, PHONE
from tests.onboarding.delegation.conftest import asked
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["390", "1280"])
def test_the_representative_signs_the_letter(
    letter_site: Stack,
    browser: Browser,
    console: list[str],
    issuer: User,
    fiel_ca: CA,
    shots: Path | None,
    screen: ViewportSize,
) -> None:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "192.0.2.1", "")
    delegation = asked(issuer, "carta-manifiesto", name="José Núñez", email=EMAIL)
    page = browser.new_context(viewport=screen, locale="es-MX", accept_downloads=True).new_page()
    walk = LetterWalk(page, letter_site.url, shots, f"representante-{screen['width']}")

    page.goto(f"{letter_site.url}/encargo/enlace/{links.token(delegation)}/")
    walk.press("Abrir")
    walk.press("Aceptar y empezar")
    walk.look("carta")
    expect(page.get_by_role("link", name="Sus sesiones")).to_have_count(0)
    walk.bring(issue(fiel_ca, issuer, representative="NUPJ800101AB2"))
    walk.read()
    walk.look("leer")
    page.get_by_label("Leí el documento y lo firmo").check()
    walk.press("Firmar con mi e.firma")
    expect(page.get_by_role("heading", name="La Carta Manifiesto quedó firmada")).to_be_focused()
    walk.look("firmada")
    with page.expect_download() as download:
        page.locator("[data-efirma-done]").get_by_role("link", name="Descargar la constancia").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Ver cómo va la carta").click()
    expect(page.locator("#estado-carta")).to_contain_text("Firmada")
    walk.look("estado")
    walk.press("Continuar")
    expect(page.get_by_role("heading", name="Hecho", exact=True)).to_be_visible()
    walk.look("hecho")

    kept = LetterSignature.objects.get()
    assert (kept.representative, kept.user) == ("NUPJ800101AB2", None)
    assert kept.sent_by == f"José Núñez <{EMAIL}>"
    assert ManifestLetter.objects.get().state is ManifestLetter.State.SIGNED
    assert Delegation.objects.get().done_at is not None
