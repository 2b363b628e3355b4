"""Signing the Carta Manifiesto on its page: a page object, and what it may have sent."""

from pathlib import Path

from django.test import Client
from playwright.sync_api import BrowserContext, FilePayload, Page, Request, expect

from certificates.testing import CA, Pair
from companies.models import PrivacyNotice, User
from tests.browser.walk import Walk
from tests.certificates.conftest import rsa_key
from tests.stack import Stack

STEP = "/configuracion/carta-manifiesto/"
READ, SIGN = "Leer lo que voy a firmar", "Firmar con mi e.firma"
LABELS = {
    "certificate": "Certificado de la e.firma (.cer)",
    "key": "Llave privada de la e.firma (.key)",
    "password": "Contraseña de la e.firma",
}
WIDTHS = {"angosto": (390, 844), "ancho": (1280, 900)}


def signs_letters(folder: Path, ca: CA) -> dict[str, str]:
    """The settings of a site that knows this authority, and a PAC without an interface."""
    known = folder / "autoridad.cer"
    known.write_bytes(ca.certificate)
    return {
        "SAT_TEST_AUTHORITIES": str(known),
        "PAC_NAME": "PAC de Pruebas",
        "PAC_RFC": "PPR010101AA1",
        "PAC_AUTHORIZATION": "00000",
        "PAC_RULE": "2.7.2.1",
    }


def issue(ca: CA, user: User, **options: object) -> Pair:
    """The e.firma of a user's company."""
    assert user.company is not None
    company = user.company
    options = {"rfc": company.rfc, "name": company.name, "kind": "FIEL", "key": rsa_key(1)} | options
    return ca.issue(**options)  # type: ignore[arg-type]


def open_letter(context: BrowserContext, stack: Stack, user: User) -> Page:
    """The page of step 3, for who has accepted the notice."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert user.company is not None
    notice.accept(user.company, user, "127.0.0.1", "")
    client = Client()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    context.add_cookies([{"name": "sesion", "value": client.cookies["sesion"].value, "url": stack.url}])
    page = context.new_page()
    page.goto(f"{stack.url}{STEP}")
    return page


class LetterWalk(Walk):
    """Whoever has an e.firma at hand."""

    def choose(self, field: str, content: bytes, name: str = "") -> None:
        """A file."""
        name = name or ("Mi Ñapa.cer" if field == "certificate" else "Claveprivada FIEL.key")
        file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
        self.page.get_by_label(LABELS[field], exact=True).set_input_files(file)

    def bring(self, pair: Pair, password: str | None = None) -> None:
        """Both files, and the password."""
        self.choose("certificate", pair.certificate)
        self.choose("key", pair.key)
        self.fill(**{LABELS["password"]: pair.password.decode() if password is None else password})

    def read(self) -> None:
        """What is to be signed is shown, and a screen reader is there."""
        self.press(READ)
        expect(self.page.get_by_role("heading", name="Lea lo que va a firmar")).to_be_focused()

    def agree_and_sign(self) -> None:
        """Signed, and the outcome has the focus."""
        self.page.get_by_label("Leí el documento y lo firmo").check()
        self.press(SIGN)
        expect(self.page.get_by_role("heading", name="Su Carta Manifiesto quedó firmada")).to_be_focused()

    def refused(self, sentence: str) -> None:
        """The summary has the focus and says so."""
        faults = self.page.locator("[data-efirma-faults]")
        expect(faults).to_contain_text(sentence)
        expect(faults).to_be_focused()

    def look_on_both(self, what: str) -> None:
        """On a telephone and on a desk."""
        for name, (width, height) in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.look(f"{what}-{name}")


def sent_by(page: Page) -> list[Request]:
    """All that the page asks from now on."""
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    return requests
