"""Somebody without an account does one step: from the mail to «Hecho», on a telephone and on a desk.

Steps 4 and 5, 9 and 10 also without JavaScript.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from companies.models import PrivacyNotice, User
from onboarding.delegation.models import Delegation
from tests.browser.test_journey import WithoutScript, make_uploads
from tests.browser.walk import Uploads, Walk
from tests.conftest import PASSWORD
from tests.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=900)
EMAIL = "ana.contadora@despacho-de-contadores-del-bajio.example"
SCREENS = [
    pytest.param(PHONE, True, id="390"),
    pytest.param(DESK, True, id="1280"),
    pytest.param(PHONE, False, id="without JavaScript"),
]


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    """The CSD that the accountant has at hand."""
    return make_uploads(tmp_path, "PNA190312AB1", "PANADERÍA LA ÑAPA")


@pytest.fixture
def desk(stack: Stack, browser: Browser, issuer: User, shots: Path | None) -> Iterator[Walk]:
    """The issuer, signed in, with the notice accepted."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "192.0.2.1", "")
    context = browser.new_context(viewport=DESK, locale="es-MX")
    walk = Walk(context.new_page(), stack.url, shots, "emisor")
    walk.page.goto(f"{stack.url}/entrar/")
    walk.fill(Usuario="panaderia", Contraseña=PASSWORD)
    walk.press("Entrar")
    yield walk
    context.close()


def ask(desk: Walk, slug: str) -> None:
    """«Pedir a alguien que lo haga», on the page of a step."""
    desk.page.goto(f"{desk.url}/configuracion/{slug}/")
    desk.look(slug)
    desk.page.get_by_role("link", name=re.compile("^Pedir (a alguien que lo haga|la firma)")).click()
    desk.look("pedir")
    desk.press("Enviar el enlace")
    expect(desk.page.get_by_text("Falta «Nombre».").first).to_be_visible()
    desk.look("pedir-errores")
    desk.fill(Nombre="Ana Contadora", **{"Correo electrónico": EMAIL})
    desk.page.get_by_label("Mensaje").fill("Son los de la matriz.\nGracias, Ana.")
    desk.press("Enviar el enlace")
    expect(desk.page.get_by_text("Le escribimos a Ana Contadora").first).to_be_visible()
    desk.look("pedido")


def mail_link(stack: Stack) -> str:
    """The link in the first mail to who was asked."""
    wait_for(lambda: bool(links(stack)))
    return links(stack)[0]


def links(stack: Stack) -> list[str]:
    """Those of all mails so far."""
    bodies = [mail.get_body(("plain",)) for mail in stack.mails() if mail["To"] == EMAIL]
    texts = [body.get_content() for body in bodies if body]
    return [link for text in texts for link in re.findall(r"http\S+/encargo/enlace/\S+", text)]


def person(browser: Browser, stack: Stack, screen: ViewportSize, *, script: bool, shots: Path | None) -> Walk:
    """Who was asked, before the step: opened, and the notice accepted."""
    context = browser.new_context(viewport=screen, java_script_enabled=script, locale="es-MX")
    kind = Walk if script else WithoutScript
    walk = kind(context.new_page(), stack.url, shots, f"ayuda-{screen['width']}{'' if script else '-sin'}")
    walk.page.goto(mail_link(stack))
    walk.look("enlace")
    walk.press("Abrir")
    expect(walk.page.get_by_role("heading", name="Antes de empezar")).to_be_visible()
    walk.look("aviso")
    walk.press("Aceptar y empezar")
    expect(walk.page.get_by_text("Paso que le pidió")).to_be_visible()
    return walk


def ends(walk: Walk, stack: Stack, desk: Walk) -> None:
    """The outcome; then the link says only that it is done, and the issuer reads who did it."""
    expect(walk.page.get_by_role("heading", name="Hecho", exact=True)).to_be_visible()
    walk.look("hecho")
    walk.page.goto(mail_link(stack))
    expect(walk.page.locator("main")).to_have_text(re.compile(r"^\s*Hecho\s*$"))
    walk.look("enlace-hecho")
    desk.page.goto(f"{desk.url}/configuracion/")
    expect(desk.page.get_by_role("heading", name="Lo que pidió a alguien más")).to_be_visible()
    expect(desk.page.locator("main")).to_contain_text("Hecho el")
    desk.look("lista")
    assert Delegation.objects.get().done_at is not None
    wait_for(lambda: any("ya hizo lo que le pidió" in str(mail["Subject"]) for mail in stack.mails()))


def until(page: Page, text: str) -> None:
    """Waits as a person does, also without JavaScript."""
    for _ in range(120):
        if page.get_by_text(text).first.is_visible():
            return
        refresh = page.get_by_role("button", name="Actualizar estado")
        if refresh.count() and refresh.first.is_visible():
            refresh.first.click()
        page.wait_for_timeout(250)
    expect(page.get_by_text(text).first).to_be_visible()


@pytest.mark.parametrize(("screen", "script"), SCREENS)
def test_an_accountant_uploads_the_csd(
    stack: Stack,
    browser: Browser,
    console: list[str],
    desk: Walk,
    uploads: Uploads,
    shots: Path | None,
    screen: ViewportSize,
    script: bool,
) -> None:
    ask(desk, "sellos")
    walk = person(browser, stack, screen, script=script, shots=shots)
    walk.look("sellos")
    walk.page.get_by_label("Archivo certificado (.cer)", exact=True).set_input_files(uploads.certificate)
    walk.page.get_by_label("Archivo llave (.key)", exact=True).set_input_files(uploads.key)
    walk.fill(**{"Contraseña de la llave": "otra"})
    walk.press("Cargar sellos")
    until(walk.page, "La contraseña no")
    walk.look("sellos-rechazados")
    walk.fill(**{"Contraseña de la llave": uploads.key_password})
    walk.press("Cargar sellos")
    until(walk.page, "Número de certificado")
    walk.look("sellos-resultado")
    walk.press_or_follow("Continuar")
    ends(walk, stack, desk)


@pytest.mark.parametrize(("screen", "script"), SCREENS)
def test_an_accountant_completes_the_fiscal_data(
    stack: Stack,
    browser: Browser,
    console: list[str],
    desk: Walk,
    shots: Path | None,
    screen: ViewportSize,
    script: bool,
) -> None:
    ask(desk, "datos-fiscales")
    walk = person(browser, stack, screen, script=script, shots=shots)
    walk.look("datos-fiscales")
    walk.press("Guardar y continuar")
    expect(walk.page).to_have_title(re.compile("^Error: "))
    walk.look("datos-fiscales-errores")
    walk.page.get_by_role("link", name=re.compile("Llenar con mi Constancia")).click()
    walk.look("constancia")
    walk.page.goto(f"{stack.url}/encargo/")
    walk.fill(**{"Teléfono": "55 5512 3456", "Lugar de expedición": "37000"})
    walk.page.get_by_label("Régimen fiscal", exact=True).select_option("601")
    walk.press("Guardar y continuar")
    walk.page.get_by_label("Código postal", exact=True).fill("37000")
    if script:
        walk.page.get_by_label("Código postal", exact=True).blur()
    else:
        walk.press("Buscar código postal")
    expect(walk.page.get_by_label("Estado", exact=True)).to_have_value("Guanajuato")
    walk.fill(Calle="Avenida de los Ñandúes", Colonia="Centro", **{"No. Ext.": "12-B"})
    walk.look("direccion-fiscal")
    walk.press("Guardar y continuar")
    ends(walk, stack, desk)


@pytest.mark.parametrize(("screen", "script"), SCREENS)
def test_who_looks_after_the_machines_sets_the_mailbox_up(
    stack: Stack,
    browser: Browser,
    console: list[str],
    desk: Walk,
    shots: Path | None,
    screen: ViewportSize,
    script: bool,
) -> None:
    ask(desk, "correo")
    walk = person(browser, stack, screen, script=script, shots=shots)
    walk.test_the_mailbox("127.0.0.1", stack.mail_port)
    until(walk.page, "El correo de prueba salió bien")
    expect(walk.page.get_by_role("link", name="Continuar", exact=True)).to_be_visible()
    walk.look("correo-resultado")
    walk.press_or_follow("Continuar")
    ends(walk, stack, desk)
    assert [mail["To"] for mail in stack.mails() if "ventas@example.com" in str(mail["From"])] == [EMAIL]


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["390", "1280"])
def test_the_representative_reaches_the_letter_and_the_link_can_be_revoked(
    stack: Stack, browser: Browser, console: list[str], desk: Walk, shots: Path | None, screen: ViewportSize
) -> None:
    ask(desk, "carta-manifiesto")
    walk = person(browser, stack, screen, script=True, shots=shots)
    walk.look("carta-manifiesto")
    with walk.page.expect_download() as download:
        walk.press("Generar manual")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    elsewhere = browser.new_context(viewport=screen).new_page()
    elsewhere.goto(mail_link(stack))
    other = Walk(elsewhere, stack.url, shots, f"otro-{screen['width']}")
    other.look("otro-navegador")
    other.press("Enviarme otro enlace")
    expect(elsewhere.get_by_role("heading", name="Otro enlace va en camino")).to_be_visible()
    other.look("otro-enlace")

    desk.page.goto(f"{desk.url}/configuracion/")
    desk.look("lista-en-curso")
    desk.press("Retirar el enlace de Carta manifiesto")

    expect(desk.page.locator("main")).to_contain_text("El enlace ya no sirve: usted lo retiró.")
    walk.page.goto(f"{stack.url}/encargo/carta-manifiesto/")
    expect(walk.page.get_by_role("heading", name="Este enlace no abre nada")).to_be_visible()
    walk.look("retirado")
