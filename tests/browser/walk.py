"""Walking every step as an issuer does: by the guide's labels and buttons."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect
from pytest_playwright_axe.axe import MIN_AXE_PATH

from onboarding.steps import STEPS

NEW_PASSWORD = "Molcajete-Azul-27"
AXE = MIN_AXE_PATH.read_text(encoding="utf-8")
VIOLATIONS = """async (rules) => {
    const { violations } = await axe.run(document, rules);
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}"""
type Rules = dict[str, object]
RULES: Rules = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag21a",
            "wcag21aa",
            "wcag22a",
            "wcag22aa",
            "best-practice",
        ],
    },
}
# A colour scheme changes colours.
COLOURS: Rules = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


def bring_axe(page: Page) -> None:
    """Lets a page know axe, unless it does: it is half a megabyte."""
    if page.evaluate("() => typeof axe") == "undefined":
        page.evaluate(AXE)


def violations_on(page: Page, rules: Rules = RULES) -> list[tuple[str, list[str]]]:
    """What axe finds on a page: each broken rule with the elements that break it.

    Asked in one go and for no more: `Axe.run` brings a quarter of a megabyte of what is right, four times.
    """
    bring_axe(page)
    found: list[tuple[str, list[str]]] = page.evaluate(VIOLATIONS, rules)
    return [(rule, elements) for rule, elements in found]


def check(page: Page, what: str, rules: Rules = RULES) -> None:
    """Nothing is wider than the screen, and axe finds nothing. The caller has seen that the page is there."""
    page.wait_for_load_state()
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider), f"{what} scrolls sideways"
    violations = violations_on(page, rules)
    assert violations == [], f"{what}: {violations}"


@dataclass(frozen=True)
class Uploads:
    """What the issuer has at hand."""

    certificate: Path
    key: Path
    key_password: str
    logo: Path


@dataclass
class Walk:
    """One issuer before one browser page. `look` runs axe on what is shown and takes a picture."""

    page: Page
    url: str
    shots: Path | None = None
    name: str = ""
    looked: list[str] = field(default_factory=list)

    def look(self, what: str) -> None:
        """No accessibility violation, nothing wider than the screen; a screenshot when wanted."""
        if self.shots:
            picture = self.shots / f"{self.name}-{len(self.looked):02d}-{what}.png"
            self.page.screenshot(path=picture, full_page=True)
        self.looked.append(what)
        check(self.page, what)

    def fill(self, **fields: str) -> None:
        """Types into fields, named by the guide's labels."""
        for label, value in fields.items():
            self.page.get_by_label(label, exact=True).fill(value)

    def press(self, button: str) -> None:
        """Presses a button of the guide's."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def save(self, then: str) -> None:
        """**Guardar y continuar**, and the next page is there."""
        slugs = [step.slug for step in STEPS]
        here = urlsplit(self.page.url).path.strip("/").rpartition("/")[2]
        following = slugs[slugs.index(here) + 1]
        self.press("Guardar y continuar")
        expect(self.page).to_have_url(re.compile(f"/configuracion/{following}/"))
        if following != then:
            self.answer(following)
            self.save(then)

    def answer(self, slug: str) -> None:
        """A step that has no method here, with its sample answer."""
        (step,) = [step for step in STEPS if step.slug == slug]
        for name, value in step.sample_answer.items():
            field = self.page.locator(f'[name="{slug}-{name}"]')
            if value == "on":
                field.check()
            else:
                field.fill(str(value))
        self.look(slug)

    # --- the steps, in the guide's order

    def sign_in(self, username: str, password: str) -> None:
        """Step 1."""
        self.page.goto(self.url)
        self.look("inicio")
        self.page.get_by_role("link", name="Iniciar Sesión en Facturamos.com.mx").first.click()
        expect(self.page).to_have_url(re.compile("/entrar/"))
        self.look("entrar")
        self.fill(Usuario=username, Contraseña=password)
        self.press("Entrar")
        expect(self.page).to_have_url(re.compile("/configuracion/$"))
        self.look("configuracion")

    def accept_the_notice(self) -> None:
        """Step 2."""
        self.page.goto(f"{self.url}/configuracion/aviso-de-privacidad/")
        self.look("aviso-de-privacidad")
        self.page.get_by_label("Acepto el aviso de privacidad").check()
        self.save("carta-manifiesto")

    def get_the_manual(self) -> bytes:
        """Step 3; returns the PDF."""
        self.look("carta-manifiesto")
        with self.page.expect_download() as download:
            self.press("Generar manual")
        content = Path(download.value.path()).read_bytes()
        self.press("Continuar")
        expect(self.page).to_have_url(re.compile("/configuracion/datos-fiscales/"))
        return content

    def try_it_empty(self, what: str) -> None:
        """A page that was not filled in says so."""
        self.press("Guardar y continuar")
        expect(self.page).to_have_title(re.compile("^Error: "))
        self.look(f"{what}-errores")

    def fill_in_the_company(self) -> None:
        """Steps 4, 5 and 6."""
        self.look("datos-fiscales")
        self.fill(**{"Teléfono": "55 5512 3456", "Lugar de expedición": "37000"})
        self.page.get_by_label("Régimen fiscal", exact=True).select_option("601")
        self.save("direccion-fiscal")
        self.try_it_empty("direccion-fiscal")
        self.fill(
            **{
                "Calle": "Avenida de los Ñandúes",
                "No. Ext.": "12-B",
                "Colonia": "Centro",
                "Código postal": "37000",
                "Municipio": "León",
                "Estado": "Guanajuato",
                "País": "México",
            }
        )
        self.save("direccion-de-emision")
        self.press("Copiar dirección fiscal")
        expect(self.page.get_by_label("Calle", exact=True)).to_have_value("Avenida de los Ñandúes")
        self.look("direccion-de-emision")
        self.save("usuario")

    def replace_the_password(self) -> None:
        """Step 7."""
        self.look("usuario")
        self.fill(
            **{
                "Teléfono": "477 123 4567",
                "Iniciales": "ÍPN",
                "Contraseña": NEW_PASSWORD,
                "Confirme su contraseña": NEW_PASSWORD,
            }
        )
        self.save("logotipo")

    def show_the_logo(self, uploads: Uploads) -> None:
        """Step 8."""
        self.look("logotipo-vacio")
        self.page.get_by_label("Imagen (JPG)", exact=True).set_input_files(uploads.logo)
        self.page.get_by_label("Derecha", exact=True).check()
        with self.page.expect_navigation():
            self.press("Ver en la factura")
        sample = self.page.locator("img[src*='factura.svg']")
        expect(sample).to_be_visible()
        assert sample.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0
        self.look("logotipo")
        self.save("sellos")

    def load_the_csd(self, uploads: Uploads) -> None:
        """Step 9."""
        self.look("sellos-vacio")
        self.page.get_by_label("Archivo certificado (.cer)", exact=True).set_input_files(uploads.certificate)
        self.page.get_by_label("Archivo llave (.key)", exact=True).set_input_files(uploads.key)
        self.fill(**{"Contraseña de la llave": uploads.key_password})
        self.press("Cargar sellos")
        self._wait_for_the_csd()
        self.look("sellos")
        self.press_or_follow("Continuar")
        expect(self.page).to_have_url(re.compile("/configuracion/correo/"))

    def _wait_for_the_csd(self) -> None:
        ready = self.page.get_by_role("link", name="Continuar", exact=True)
        refresh = self.page.get_by_text("Actualizar estado", exact=True)
        for _ in range(60):
            if ready.count():
                return
            if refresh.count() and refresh.first.is_visible():
                refresh.first.click()  # the way without JavaScript
            self.page.wait_for_timeout(250)
        expect(ready).to_be_visible()

    def press_or_follow(self, name: str) -> None:
        """A button or a link of that name."""
        button = self.page.get_by_role("button", name=name, exact=True)
        target = button if button.count() else self.page.get_by_role("link", name=name, exact=True)
        target.first.click()

    def skip_the_mailbox(self) -> None:
        """Step 10, left out."""
        self.look("correo")
        self.press("Omitir por ahora")
        expect(self.page).to_have_url(re.compile("/configuracion/documentos/"))

    def test_the_mailbox(self, host: str, port: int) -> None:
        """Step 10 with a mailbox of one's own, tested for real."""
        self.look("correo-vacio")
        self.fill(
            **{
                "Dirección de correo electrónico": "ventas@example.com",
                "Nombre": "Panadería La Ñapa",
                "Servidor SMTP": host,
                "Puerto SMTP": str(port),
            }
        )
        self.page.get_by_label("SSL", exact=True).uncheck()
        self.press("Enviar correo de prueba")
        expect(self.page.locator("main")).to_contain_text("prueba")

    def choose_the_documents(self) -> None:
        """Step 11."""
        self.look("documentos")
        invoice = self.page.get_by_role("group", name="Factura", exact=True)
        invoice.get_by_label("Factura", exact=True).check()
        invoice.get_by_label("Serie", exact=True).fill("A")
        self.save("terminar")

    def try_invoice(self) -> None:
        """**Probar mi factura**, on the last page: a worker seals it, and the page says so by itself."""
        self.press("Probar mi factura")
        verified = self.page.get_by_role("heading", name="Sello verificado", exact=True)
        refresh = self.page.get_by_text("Actualizar estado", exact=True)
        for _ in range(60):
            if verified.count():
                break
            if refresh.count() and refresh.first.is_visible():
                refresh.first.click()  # the way without JavaScript
            self.page.wait_for_timeout(250)
        expect(verified).to_be_visible()
        self.look("prueba")

    def finish(self) -> None:
        """Step 12, and the panel."""
        self.look("terminar")
        self.press("Finalizar configuración")
        expect(self.page).to_have_url(re.compile("/panel/(#.*)?$"))
        self.look("panel")
