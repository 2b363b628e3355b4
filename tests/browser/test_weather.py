"""Bad weather: no network for a while. What was asked for comes by itself, and one sees work being done."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from companies.models import User
from mailing.models import MailboxTest
from tests.browser.test_errors import failed_test
from tests.browser.test_mailbox import open_step
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def test_a_postal_code_is_looked_up_when_the_network_is_back(
    site: Stack, context: BrowserContext, issuer: User
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/direccion-fiscal/")
    context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.get_by_label("Código postal", exact=True).fill("64000")
    expect(page.get_by_label("Municipio", exact=True)).to_have_value("")

    context.set_offline(False)

    expect(page.get_by_label("Municipio", exact=True)).to_have_value("Monterrey")


def test_a_refused_look_up_is_asked_for_again_by_typing_it_again(
    site: Stack, context: BrowserContext, issuer: User
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/direccion-fiscal/")
    code = page.get_by_label("Código postal", exact=True)
    page.route("**/codigo-postal/64000/", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        code.fill("64000")
    page.unroute("**/codigo-postal/64000/")

    code.press_sequentially(" ")

    expect(page.get_by_label("Municipio", exact=True)).to_have_value("Monterrey")


BUSY = '{"says": "Consultó muchos códigos postales en poco tiempo."}'


@pytest.mark.parametrize(
    ("status", "kind", "body", "says"),
    [
        (429, "application/json", BUSY, "Consultó muchos códigos postales en poco tiempo."),
        (500, "text/html", "<h1>Algo falló de nuestro lado</h1>", ""),
        (503, "text/html", "<h1>El sitio no está disponible</h1>", ""),
        (403, "text/html", "<h1>No puede entrar</h1>", ""),
    ],
)
def test_a_look_up_that_is_answered_with_an_error_is_asked_for_again(
    site: Stack, context: BrowserContext, issuer: User, status: int, kind: str, body: str, says: str
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/direccion-fiscal/")
    code = page.get_by_label("Código postal", exact=True)
    answer = {"status": status, "content_type": kind, "body": body}
    page.route("**/codigo-postal/64000/", lambda route: route.fulfill(**answer))
    with page.expect_response("**/codigo-postal/64000/"):
        code.fill("64000")
    expect(page.locator("[data-place-says]")).to_have_text(says)
    expect(page.get_by_label("Municipio", exact=True)).to_have_value("")
    page.get_by_label("Calle", exact=True).fill("Hidalgo")  # nothing else on the page has stopped
    page.unroute("**/codigo-postal/64000/")

    code.press_sequentially(" ")

    expect(page.get_by_label("Municipio", exact=True)).to_have_value("Monterrey")


def test_an_unknown_code_is_said_and_not_asked_for_again(
    site: Stack, context: BrowserContext, issuer: User
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/direccion-fiscal/")
    code = page.get_by_label("Código postal", exact=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "codigo-postal" in request.url else None)

    with page.expect_response("**/codigo-postal/99998/"):
        code.fill("99998")
    expect(page.locator("[data-place-says]")).to_contain_text("99998")
    code.press_sequentially(" ")
    page.wait_for_timeout(300)

    assert len(asked) == 1


def test_waiting_goes_on_when_the_network_is_back(site: Stack, context: BrowserContext, issuer: User) -> None:
    assert issuer.company is not None
    failed_test(issuer.company)
    lease = timezone.now() + timedelta(hours=1)
    MailboxTest.objects.update(state="running", code="", lease_until=lease)
    page = open_step(context, site, issuer)
    expect(page.get_by_label("Enviando el correo de prueba")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    context.set_offline(True)
    page.wait_for_timeout(7_000)
    while_away = len(asked)
    MailboxTest.objects.update(state="done", code="internal")

    context.set_offline(False)

    expect(page.get_by_role("heading", level=1)).to_have_text("El correo de prueba no salió")
    assert while_away <= 1  # one that was under way: it does not try and give up


@pytest.mark.parametrize(
    ("slug", "button"), [("datos-fiscales", "Guardar y continuar"), ("sellos", "Cargar sellos")]
)
def test_the_pressed_button_says_that_the_page_is_on_its_way(
    site: Stack, context: BrowserContext, issuer: User, slug: str, button: str
) -> None:
    page = open_step(context, site, issuer)
    page.goto(f"{site.url}/configuracion/{slug}/")
    # The sending itself is held back, so that the page stays to be looked at.
    page.locator("#paso").evaluate("""form => {
        form.dataset.times = 0;
        form.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) form.dataset.times = Number(form.dataset.times) + 1;
            event.preventDefault();
        });
    }""")

    page.get_by_role("button", name=button, exact=True).click()
    pressed = page.get_by_role("button", name="Enviando…", exact=True)
    expect(pressed).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#paso")).to_have_attribute("aria-busy", "true")
    pressed.dispatch_event("click")

    expect(page.locator("#paso")).to_have_attribute("data-times", "1")
    # No answer came: it may be pressed again.
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible(timeout=8_000)
    expect(page.locator("#paso")).not_to_have_attribute("aria-busy", "true")
