"""The e.firma's key and password are in no request and stay nowhere, whatever goes wrong at any stage."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_from_bytes, quote_plus

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from certificates.models import LetterSignature
from certificates.testing import CA, Pair
from companies.models import User
from tests.browser.letters import READ, SIGN, LetterWalk, issue, open_letter, sent_by
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "Canario-Ñandú-79"
# Where WebCrypto is asked; each fails on demand, with all that it was given in the error.
SPY = """() => {
    window.failing = "";
    const subtle = SubtleCrypto.prototype;
    const text = (value) => value instanceof CryptoKey ? "" : ArrayBuffer.isView(value)
        ? new TextDecoder("latin1").decode(value) : JSON.stringify(value);
    for (const name of ["importKey", "deriveBits", "decrypt", "sign", "verify", "digest"]) {
        const real = subtle[name];
        subtle[name] = async function (...given) {
            const stage = name === "importKey" ? `${name} ${given[0]}` : name;
            if (window.failing === stage) throw new Error(given.map(text).join(" "));
            return real.apply(this, given);
        };
    }
}"""
OPENING = ("importKey raw", "deriveBits", "importKey pkcs8", "importKey spki", "sign", "verify")
READING = ("digest",)
SIGNING = ("sign", "verify")
BROKEN, DAMAGED = "Algo falló en su navegador", "La contraseña abre la llave, pero la llave está dañada."
# All that a page may keep.
KEPT = """async () => {
    const stored = [localStorage, sessionStorage].map((storage) => JSON.stringify({ ...storage }));
    const inputs = [...document.querySelectorAll("input")].map(({ value, files }) =>
        [value, ...[...(files ?? [])].map(({ name }) => name)]);
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    const caches = await globalThis.caches.keys();
    return JSON.stringify({
        stored, inputs, databases, caches, state: history.state, name: window.name, url: location.href,
        cookie: document.cookie, html: document.documentElement.outerHTML,
        asked: performance.getEntries().map(({ name }) => name),
        globals: Object.values(window).filter((value) => typeof value === "string"),
    });
}"""


def forms_of_bytes(secret: bytes) -> Iterator[bytes]:
    """As bytes may lie in a request: raw, hexadecimal, for a URL, base64 at every offset."""
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    yield quote_from_bytes(secret, safe="").encode()
    for offset in range(3):
        inner = secret[offset : offset + (len(secret) - offset) // 3 * 3]
        yield base64.b64encode(inner)
        yield base64.urlsafe_b64encode(inner)
        yield quote(base64.b64encode(inner).decode(), safe="").encode()
    # An array of numbers, and bytes that were taken for text.
    yield ",".join(map(str, secret)).encode()
    yield secret.decode("latin-1").encode()
    yield secret.decode("latin-1").encode("utf-16-le")


def forms_of_text(secret: str) -> Iterator[bytes]:
    """As a password may lie there."""
    for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
        yield from forms_of_bytes(secret.encode(encoding))
    yield quote_plus(secret).encode()
    yield json.dumps(secret).strip('"').encode()


def secrets_of(pair: Pair) -> dict[str, list[bytes]]:
    """What may be nowhere: the password, any part of the key's file, and the numbers that are in it."""
    numbers = pair.private_key.private_numbers()
    found = {"password": list(forms_of_text(PASSWORD))}
    # Its ciphertext, in parts: none of them stands in a certificate.
    for start in range(80, len(pair.key) - 48, 48):
        found[f"key from {start}"] = list(forms_of_bytes(pair.key[start : start + 48]))
    for name, number in (("d", numbers.d), ("p", numbers.p), ("q", numbers.q), ("qinv", numbers.iqmp)):
        raw = number.to_bytes((number.bit_length() + 7) // 8)
        found[name] = [*forms_of_bytes(raw[:60]), str(number).encode()]
    return found


def hits(content: bytes, secrets: dict[str, list[bytes]]) -> set[str]:
    return {name for name, forms in secrets.items() if any(form in content for form in forms)}


def whole(request: Request) -> bytes:
    """A request as it went: method, address, headers, body."""
    headers = "\n".join(f"{name}: {value}" for name, value in request.all_headers().items())
    return f"{request.method} {request.url}\n{headers}\n".encode() + (request.post_data_buffer or b"")


class Watched(LetterWalk):
    """Types the secrets, and makes one stage after the other fail."""

    def fail(self, stage: str) -> None:
        self.page.evaluate("stage => { window.failing = stage }", stage)

    def opening_fails(self, pair: Pair, stage: str) -> None:
        """At each use of WebCrypto before anything is asked of the server."""
        self.fail(stage)
        self.bring(pair, PASSWORD)
        self.press(READ)
        opens = stage in ("importKey raw", "deriveBits")
        self.refused(BROKEN if opens else DAMAGED)
        self.fail("")

    def answers(self, address: str, button: str, sentence: str, **answer: object) -> None:
        """The server fails in one manner or another, or the network does."""

        def fulfil(route: Route) -> None:
            route.fulfill(**answer) if answer else route.abort()  # type: ignore[arg-type]

        self.page.route(address, fulfil)
        self.press(button)
        self.refused(sentence)
        self.page.unroute(address)


def test_key_and_password_are_in_no_request_and_stay_nowhere(
    letter_site: Stack, context: BrowserContext, issuer: User, fiel_ca: CA
) -> None:
    context.add_init_script(f"({SPY})()")
    page = open_letter(context, letter_site, issuer)
    asked, said = sent_by(page), listening(page)
    walk = Watched(page, letter_site.url)
    pair = issue(fiel_ca, issuer, password=PASSWORD.encode())
    secrets = secrets_of(pair)

    def nothing_stays(what: str) -> None:
        kept = page.evaluate(KEPT)
        assert hits(kept.encode(), secrets) - typed == set(), what
        assert hits(json.dumps(context.storage_state()).encode(), secrets) == set(), what

    # What is typed stands in its field until the key is open, and nowhere else.
    typed = {"password"}
    for stage in OPENING:
        walk.opening_fails(pair, stage)
        nothing_stays(stage)
    walk.bring(pair, PASSWORD.swapcase())
    walk.press(READ)
    walk.refused("¿Tiene Bloq Mayús activado?")
    walk.fill(**{"Contraseña de la e.firma": PASSWORD})

    typed = set()
    prepare, sign = "**/firma/preparar/", "**/firma/"
    walk.answers(prepare, READ, "No hay conexión.")
    nothing_stays("no network")
    walk.answers(prepare, READ, "No pudimos recibirlo.", status=500, body="<h1>no</h1>")
    walk.answers(prepare, READ, "Su sesión terminó", status=401, json={"message": "Su sesión terminó."})
    walk.answers(prepare, READ, BROKEN, status=200, body="<h1>no es JSON</h1>")
    walk.fail("digest")
    walk.press(READ)
    walk.refused("Lo que se iba a firmar no es lo que se muestra")
    walk.fail("")
    nothing_stays("reading failed")
    walk.read()
    nothing_stays("read")
    page.get_by_label("Leí el documento y lo firmo").check()
    for stage in SIGNING:
        walk.fail(stage)
        walk.press(SIGN)
        walk.refused(BROKEN)
        walk.fail("")
        nothing_stays(f"signing: {stage}")
    walk.answers(sign, SIGN, "No hay conexión.")
    walk.press(SIGN)
    expect(page.get_by_role("heading", name="Su Carta Manifiesto quedó firmada")).to_be_focused()
    nothing_stays("signed")
    page.go_back()
    page.go_forward()
    nothing_stays("back and forth")

    posts = [request for request in asked if request.method == "POST"]
    assert len(posts) >= 8
    assert LetterSignature.objects.count() == 1
    for request in asked:
        assert hits(whole(request), secrets) == set(), request.url
    assert hits("\n".join(said).encode(), secrets) == set()
    # The search itself finds what is there.
    assert "password" in hits(f"a={quote(PASSWORD)}".encode(), secrets)
    assert hits(base64.b64encode(b"xx" + pair.key), secrets) > {"key from 80"}


def listening(page: Page) -> list[str]:
    """All that goes to the console."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
