"""Step 10 without a password, in a browser: to a provider's page and back, with JavaScript and without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from companies.models import User
from facturamos.devserver.oauth import HOSTS, OAuthStandIn, running
from facturamos.devserver.tls import LocalAuthority
from mailing.models import Mailbox
from tests.browser.walk import check
from tests.conftest import PASSWORD
from tests.oauth import ADDRESS, CLIENTS, ready
from tests.stack import Stack, wait_for
from tests.stack import running as running_stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]

UNDER_WAY_OR_SENT = re.compile("Enviando el correo de prueba|El correo de prueba salió bien")


@pytest.fixture
def both(oauth_authority: tuple[LocalAuthority, Path]) -> Iterator[OAuthStandIn]:
    """Google and Microsoft."""
    with running(oauth_authority[0].server(*HOSTS)) as stand_in:
        yield stand_in


@pytest.fixture
def stack(
    transactional_db: None,
    tmp_path_factory: pytest.TempPathFactory,
    both: OAuthStandIn,
    oauth_authority: tuple[LocalAuthority, Path],
) -> Iterator[Stack]:
    """The running product, which both providers know."""
    more = {
        "OAUTH_STAND_IN": f"127.0.0.1:{both.port}",
        "OAUTH_STAND_IN_PAGES": both.pages,
        "OAUTH_STAND_IN_AUTHORITY": str(oauth_authority[1]),
    }
    for kind, (known, secret) in CLIENTS.items():
        more |= {f"{kind.upper()}_CLIENT_ID": known, f"{kind.upper()}_CLIENT_SECRET": secret}
    with running_stack(tmp_path_factory.mktemp("stack"), more=more) as stack:
        yield stack


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("script", [True, False], ids=["scripted", "plain"])
def test_a_mailbox_is_connected_refused_and_disconnected(
    stack: Stack, browser: Browser, both: OAuthStandIn, issuer: User, width: int, script: bool
) -> None:
    """With one provider after the other: to begin the product takes as long as to walk."""
    ready(issuer)
    context = browser.new_context(java_script_enabled=script, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{stack.url}/entrar/?next=/configuracion/correo/")
    page.get_by_label("Usuario", exact=True).fill(issuer.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    press(page, "Entrar")
    for name in ("Google", "Microsoft"):
        walk(page, both, name, script=script)
    context.close()


def walk(page: Page, both: OAuthStandIn, name: str, *, script: bool) -> None:
    """One provider's whole road, from a mailbox without a connection to one that has none any more."""
    both.permissions.fault, both.permissions.sent = "", []
    look(page, "sin conexión", script=script)

    # Another account than the one typed is refused, with what to do.
    begin(page, name)
    look(page, "antes de ir", script=script)
    page.get_by_role("link", name=f"Continuar en {name}", exact=True).click()
    press(page, "Entrar con otra cuenta")
    expect(page.get_by_role("heading", name="No se conectó su correo", exact=True)).to_be_visible()
    expect(page.get_by_text("Dio permiso con «otra.cuenta@example.com»")).to_be_visible()
    look(page, "otra cuenta", script=script)

    # An administrator is needed: a text to forward.
    again(page, name)
    press(page, "Hace falta un administrador")
    expect(page.get_by_text("Texto para su administrador")).to_be_visible()
    look(page, "administrador", script=script)

    # The right one: a test mail leaves by itself, and the mailbox is in use.
    again(page, name)
    press(page, f"Permitir como {ADDRESS}")
    # Where the mail is faster than the page, its end is all that there is to see.
    expect(page.get_by_role("heading", name=UNDER_WAY_OR_SENT)).to_be_visible()
    wait_for(lambda: both.permissions.sent)
    wait_for(lambda: Mailbox.objects.get().is_active)
    if not script:
        page.reload()
    expect(page.get_by_text(f"Sus facturas salen de {ADDRESS}")).to_be_visible()
    look(page, "conectado", script=script)

    # Withdrawn there, the next test says so, and the way back is on the page.
    both.permissions.fault = "scope"
    press(page, "Enviar correo de prueba")
    wait_for(lambda: Mailbox.objects.get().permit_fault)
    if not script:
        page.reload()
    expect(page.get_by_role("button", name=f"Conectar con {name}", exact=True)).to_be_visible()
    look(page, "retirado", script=script)
    press(page, "Desconectar")
    expect(page.get_by_label("Servidor SMTP", exact=True)).to_be_visible()
    assert Mailbox.objects.get().kind == "smtp"


def begin(page: Page, name: str) -> None:
    """The address and the button, as they stand on step 10 or on the page of the connection."""
    page.get_by_label("Dirección de correo electrónico", exact=True).fill(ADDRESS)
    press(page, f"Conectar con {name}")


def again(page: Page, name: str) -> None:
    """From the page that says what went wrong to the provider's."""
    begin(page, name)
    page.get_by_role("link", name=f"Continuar en {name}", exact=True).click()


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def look(page: Page, what: str, *, script: bool) -> None:
    """axe, widths and names need a script to look."""
    if script:
        check(page, what)
