"""The Carta Manifiesto signed on its page with an e.firma, to what the server keeps."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from certificates.letter import fiel
from certificates.letter.documents import SignedDocument
from certificates.models import LetterDraft, LetterSignature
from certificates.testing import CA, Pair
from companies.models import ManifestLetter, User
from tests.browser.letters import LABELS, READ, SIGN, STEP, LetterWalk, issue, open_letter, sent_by
from tests.certificates.conftest import SAT, rsa_key
from tests.conftest import make_distributor, make_issuer
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

MODULE = Path(settings.BASE_DIR, "static", "js", "efirma")
# From the press of a button to the request that follows: what the page itself does.
TIMES = """() => {
    window.pressed = {};
    addEventListener("submit", ({ timeStamp, target }) => {
        window.pressed["efirmaOpen" in target.dataset ? "open" : "sign"] = timeStamp;
    }, { capture: true });
}"""
FOCUSED = "() => (document.activeElement.labels?.[0] ?? document.activeElement).innerText"
SPENT = """() => {
    const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/firma/"));
    const [prepare, sign] = asked.map(({ startTime }) => startTime);
    return [prepare - window.pressed.open, sign - window.pressed.sign];
}"""


def verified(signature: LetterSignature) -> None:
    """Every document's signature is over its bytes; or else it raises."""
    for row in signature.documents:
        signed = SignedDocument.from_json(row)
        certificate = fiel.read(bytes(signature.certificate))
        fiel.verify(certificate, signature.algorithm, signed.document.signed, signed.signature)


@pytest.fixture
def walk(letter_site: Stack, context: BrowserContext, issuer: User, shots: Path | None) -> LetterWalk:
    """The issuer at step 3."""
    return LetterWalk(open_letter(context, letter_site, issuer), letter_site.url, shots, "carta")


@pytest.fixture
def pair(fiel_ca: CA, issuer: User) -> Pair:
    """The company's e.firma, which a representative asked for."""
    return issue(fiel_ca, issuer, representative="NUPJ800101AB2")


def test_the_letter_is_signed_in_the_page(walk: LetterWalk, pair: Pair) -> None:
    page, said = walk.page, []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    walk.look_on_both("vacio")

    walk.press(READ)
    walk.look_on_both("faltas")
    walk.bring(pair)
    expect(page.get_by_text("representante: NUPJ800101AB2")).to_be_visible()
    walk.look_on_both("elegidos")
    walk.read()
    expect(page.get_by_text("autoriza a PAC de Pruebas")).to_be_visible()
    page.get_by_text("Lo que se firma, letra por letra").click()
    expect(page.get_by_text("||1.0|")).to_be_visible()
    walk.look_on_both("leer")
    walk.press(SIGN)
    walk.refused("Lea el documento y marque la casilla")
    walk.look_on_both("sin-marcar")
    walk.agree_and_sign()
    walk.look_on_both("firmada")

    kept = LetterSignature.objects.get()
    assert (kept.rfc, kept.representative) == ("PNA190312AB1", "NUPJ800101AB2")
    verified(kept)
    assert ManifestLetter.objects.get().state is ManifestLetter.State.SIGNED
    expect(page.locator("#estado-carta")).to_contain_text("Firmada")
    page.get_by_role("link", name="Ver cómo va la carta").click()
    expect(page.locator("#estado-carta")).to_contain_text("Firmada")
    expect(page.locator("#firmar-aqui")).to_have_count(0)
    walk.look_on_both("despues")
    assert said == []


@pytest.mark.skipif(not SAT.exists(), reason="the SAT's test material is not beside the project")
def test_the_sats_own_pair_signs(letter_site: Stack, context: BrowserContext, shots: Path | None) -> None:
    user = make_issuer(
        make_distributor("Distribuidora"), name="ESCUELA KEMPER URGATE", rfc="EKU9003173C9", username="eku"
    )
    walk = LetterWalk(open_letter(context, letter_site, user), letter_site.url, shots, "sat")

    for field, name in (("certificate", "fiel-EKU9003173C9.cer"), ("key", "fiel-EKU9003173C9.key")):
        walk.choose(field, (SAT / name).read_bytes())
    walk.fill(**{LABELS["password"]: "12345678a"})
    walk.read()
    walk.agree_and_sign()

    kept = LetterSignature.objects.get()
    assert kept.rfc == "EKU9003173C9"
    verified(kept)


def test_by_keyboard_alone(walk: LetterWalk, pair: Pair) -> None:
    page = walk.page
    # Listened for from the start: a browser that is told so only now may open its own dialog instead.
    page.on("filechooser", lambda chooser: None)

    def tab_to(label: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED) == label:
                return
        raise AssertionError(f"no way to «{label}»")

    for field, content in (("certificate", pair.certificate), ("key", pair.key)):
        tab_to(LABELS[field])
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files({"name": "a", "mimeType": "", "buffer": content})
    tab_to(LABELS["password"])
    page.keyboard.type(pair.password.decode())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lea lo que va a firmar")).to_be_focused()
    tab_to("Leí el documento y lo firmo")
    page.keyboard.press("Space")
    tab_to(SIGN)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Su Carta Manifiesto quedó firmada")).to_be_focused()
    verified(LetterSignature.objects.get())


def test_the_module_is_light_and_comes_when_somebody_begins(walk: LetterWalk, pair: Pair) -> None:
    page = walk.page
    files = {file.name: len(gzip.compress(file.read_bytes())) for file in MODULE.iterdir()}

    def loaded() -> set[str]:
        names = page.evaluate("() => performance.getEntriesByType('resource').map(({ name }) => name)")
        return {Path(name).name for name in names if "/js/efirma/" in name}

    page.reload()
    assert loaded() == set()
    walk.choose("certificate", pair.certificate)
    expect(page.locator("[data-efirma-holder]")).not_to_be_empty()

    print(f"\n{sum(files.values())} bytes, packed, of 12288")
    assert loaded() == set(files)
    assert sum(files.values()) <= 12 * 1024


def test_a_slow_telephone_opens_and_signs_in_a_second_and_a_half(walk: LetterWalk, pair: Pair) -> None:
    page = walk.page
    page.evaluate(TIMES)
    client = page.context.new_cdp_session(page)
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    walk.bring(pair)
    walk.read()
    walk.agree_and_sign()

    opening, signing = page.evaluate(SPENT)
    print(f"\nat a quarter of the speed: {opening:.0f} ms to open the e.firma, {signing:.0f} ms to sign")
    assert opening + signing <= 1500


def test_what_was_prepared_too_long_ago_is_read_again(walk: LetterWalk, pair: Pair) -> None:
    walk.bring(pair)
    walk.read()
    LetterDraft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    walk.page.get_by_label("Leí el documento y lo firmo").check()
    walk.press(SIGN)
    walk.refused("Pasaron más de 15 minutos")
    # The e.firma is still open: the password is not asked for again.
    walk.read()
    expect(walk.page.get_by_label("Leí el documento y lo firmo")).not_to_be_checked()
    walk.agree_and_sign()

    assert LetterSignature.objects.count() == 1


def test_another_text_than_the_one_whose_digest_is_signed_is_not_shown(walk: LetterWalk, pair: Pair) -> None:
    def changed(route: Route) -> None:
        answer: dict[str, Any] = route.fetch().json()
        answer["documents"][0]["text"] += " Y cede su empresa."
        route.fulfill(content_type="application/json", body=json.dumps(answer))

    walk.page.route("**/firma/preparar/", changed)
    walk.bring(pair)
    walk.press(READ)

    walk.refused("Lo que se iba a firmar no es lo que se muestra")
    expect(walk.page.get_by_text("cede su empresa")).to_have_count(0)


def test_another_e_firma_may_be_taken(walk: LetterWalk, pair: Pair, fiel_ca: CA, issuer: User) -> None:
    walk.bring(issue(fiel_ca, issuer, key=rsa_key(2)))
    walk.read()

    walk.press("Usar otra e.firma")
    expect(walk.page.get_by_role("heading", name="Sus dos archivos y su contraseña")).to_be_focused()
    expect(walk.page.locator("[data-efirma-documents]")).to_be_empty()
    walk.bring(pair)
    walk.read()
    walk.agree_and_sign()

    assert LetterSignature.objects.get().representative == "NUPJ800101AB2"


def test_without_a_secure_page_there_is_the_printed_way(
    letter_site: Stack, context: BrowserContext, issuer: User, shots: Path | None
) -> None:
    context.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    walk = LetterWalk(open_letter(context, letter_site, issuer), letter_site.url, shots, "insegura")

    expect(walk.page.get_by_text("Su navegador solo firma en una página segura")).to_be_visible()
    expect(walk.page.get_by_label(LABELS["key"], exact=True)).to_be_hidden()
    walk.look_on_both("carta")


def test_without_javascript_there_is_the_printed_way(
    letter_site: Stack, browser: Browser, issuer: User, shots: Path | None
) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = open_letter(context, letter_site, issuer)

    expect(page.get_by_text("su navegador necesita JavaScript")).to_be_visible()
    expect(page.get_by_label(LABELS["key"], exact=True)).to_be_hidden()
    assert first_heading(page) == "Cómo se firma"
    with page.expect_download() as download:
        page.get_by_role("button", name="Generar manual").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="Continuar", exact=True).click()
    expect(page).to_have_url(f"{letter_site.url}/configuracion/datos-fiscales/")
    context.close()


def first_heading(page: Page) -> str:
    """What stands first below the page's title."""
    return page.locator("main h2").first.inner_text()


def test_the_session_may_end_while_one_reads(walk: LetterWalk, pair: Pair) -> None:
    walk.bring(pair)
    walk.read()
    walk.page.context.clear_cookies(name="sesion")
    asked = sent_by(walk.page)

    walk.page.get_by_label("Leí el documento y lo firmo").check()
    walk.press(SIGN)

    walk.refused("Su sesión terminó")
    assert [request.method for request in asked] == ["POST"]
    assert walk.page.url == f"{walk.url}{STEP}"
