"""What is brought for an e.firma gets its sentence at once, in the page, without a request; none hangs it."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from certificates.testing import CA
from companies.models import User
from tests.browser.efirma_keys import OPENS, OddKey, odd_certificates, odd_keys
from tests.browser.letters import (
    READ,
    LetterWalk,
    issue,
    open_letter,
    sent_by,
)
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# The longest that the page answered nothing: looked at every few milliseconds.
WATCH = """() => {
    let last = performance.now();
    window.longest = 0;
    setInterval(() => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
    }, 5);
}"""
LONGEST = "() => { const found = window.longest; window.longest = 0; return found; }"
# What is said of a file beside it, or of all in the summary, or the next page.
SAID = """() => {
    const [faults, sign] = ["faults", "sign"].map((name) => document.querySelector(`[data-efirma-${name}]`));
    if (!sign.hidden) return sign.querySelector("h3").textContent;
    return faults.hidden ? "" : faults.innerText;
}"""


def prepared(route: Route) -> None:
    """An answer of the server's shape: the real one gives twenty an hour."""
    document = {"title": "Carta", "text": "||a||", "signed": "fHxhfHw=", "digest_of": ""}
    answer = {"token": "x", "algorithm": "SHA-1", "documents": [document], "expires": "2026-01-01T00:00:00Z"}
    route.fulfill(status=200, content_type="application/json", body=json.dumps(answer))


def says(walk: LetterWalk, odd: OddKey) -> str:
    """What the page says of a key: beside the field where that is at once, or else when it is opened."""
    walk.fill(**{"Contraseña de la e.firma": odd.typed})
    walk.choose("key", odd.content)
    walk.press(READ)
    return str(walk.page.wait_for_function(SAID, timeout=20_000).json_value())


def test_each_key_gets_its_sentence_and_none_hangs_the_page(
    letter_site: Stack, context: BrowserContext, issuer: User, fiel_ca: CA
) -> None:
    page = open_letter(context, letter_site, issuer)
    page.route("**/firma/preparar/", prepared)
    walk = LetterWalk(page, letter_site.url)
    page.evaluate(WATCH)
    keys, faults, slowest = odd_keys(fiel_ca), [], ("", 0.0)

    pair = issue(fiel_ca, issuer)
    walk.choose("certificate", pair.certificate)
    for odd in keys:
        said = says(walk, odd)
        if not any(sentence in said for sentence in odd.said):
            faults.append((odd.name, odd.said, said))
        slowest = max(slowest, (odd.name, page.evaluate(LONGEST)), key=lambda each: each[1])
        if said == OPENS:
            walk.press("Usar otra e.firma")
            walk.choose("certificate", pair.certificate)

    print(f"\n{len(keys)} keys; the page stood still {slowest[1]:.0f} ms at most ({slowest[0]})")
    assert not faults, "\n".join(map(str, faults))
    assert len(keys) >= 40
    assert slowest[1] <= 1000


def test_each_certificate_gets_its_sentence_as_soon_as_it_is_chosen(
    letter_site: Stack, context: BrowserContext, issuer: User, fiel_ca: CA
) -> None:
    page = open_letter(context, letter_site, issuer)
    walk = LetterWalk(page, letter_site.url)
    asked = sent_by(page)

    for name, content, sentence in odd_certificates(fiel_ca, "PNA190312AB1"):
        walk.choose("certificate", content)
        error = page.locator("#firma-certificado_error")
        if sentence:
            expect(error, name).to_contain_text(sentence)
        else:
            expect(page.locator("[data-efirma-holder]"), name).to_contain_text("PNA190312AB1")
            expect(error, name).to_be_hidden()

    assert [request.url for request in asked if "/static/" not in request.url] == []


# Two files, one right behind the other.
IN_A_HURRY = """([first, second]) => {
    const input = document.querySelector("#firma-certificado");
    for (const bytes of [first, second]) {
        const chosen = new DataTransfer();
        chosen.items.add(new File([new Uint8Array(bytes)], "a.cer"));
        input.files = chosen.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
    }
}"""


def test_of_two_that_are_chosen_in_a_hurry_the_last_is_spoken_of(
    letter_site: Stack, context: BrowserContext, issuer: User, fiel_ca: CA
) -> None:
    page = open_letter(context, letter_site, issuer)
    walk, good = LetterWalk(page, letter_site.url), issue(fiel_ca, issuer).certificate
    csd = issue(fiel_ca, issuer, kind="CSD").certificate
    error, holder = page.locator("#firma-certificado_error"), page.locator("[data-efirma-holder]")
    walk.choose("certificate", good)
    expect(holder).not_to_be_empty()

    page.evaluate(IN_A_HURRY, [list(csd), list(good)])
    expect(holder).to_contain_text("PNA190312AB1")
    expect(error).to_be_hidden()
    page.evaluate(IN_A_HURRY, [list(good), list(csd)])
    expect(error).to_contain_text("Es un CSD")
    expect(holder).to_be_empty()


def test_all_that_is_missing_is_said_at_once(
    letter_site: Stack, context: BrowserContext, issuer: User
) -> None:
    page = open_letter(context, letter_site, issuer)
    walk = LetterWalk(page, letter_site.url)

    walk.press(READ)
    walk.refused("Elija el certificado de su e.firma")
    walk.refused("Elija la llave privada de su e.firma")
    walk.refused("Escriba la contraseña de la llave")
    walk.look("faltas")

    page.get_by_role("link", name="Escriba la contraseña").click()
    expect(page.get_by_label("Contraseña de la e.firma", exact=True)).to_be_focused()
    assert_described(page)


def assert_described(page: Page) -> None:
    """The field says what is wrong with it."""
    field = page.get_by_label("Contraseña de la e.firma", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(
        "La de la llave privada. Solo la usa su navegador, en este equipo. Escriba la contraseña de la llave."
    )
