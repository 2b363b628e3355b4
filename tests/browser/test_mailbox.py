"""Step 10 in a browser, with real mail servers: hanging, wrong port, wrong password, good, none."""

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from companies.models import PrivacyNotice, User
from mailing.models import Mailbox, MailboxTest
from tests.browser.walk import Walk
from tests.mailing import faulty_servers
from tests.mailing.faulty_servers import Authority, RunningServer, ScriptedServer
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PATIENCE = 25_000


def server(behave: faulty_servers.Behave, port: int) -> AbstractContextManager[RunningServer]:
    """A mail server on one of the usual ports, which not everybody may listen on."""
    try:
        return faulty_servers.serving(behave, port)
    except PermissionError:
        pytest.skip(f"listening on port {port} is not allowed here")


def open_step(context: BrowserContext, stack: Stack, issuer: User) -> Page:
    """The issuer's page of step 10, without the walk up to it."""
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "127.0.0.1", "")
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    context.add_cookies([{"name": "sesion", "value": client.cookies["sesion"].value, "url": stack.url}])
    page = context.new_page()
    page.goto(f"{stack.url}/configuracion/correo/")
    return page


WIDTHS = (390, 1280)


class BothWidths(Walk):
    """Looks at each state on a phone and on a desk."""

    def look(self, what: str) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            super().look(f"{what}-{width}")


def test_a_mailbox_and_its_doctor(
    stack: Stack,
    context: BrowserContext,
    console: list[str],
    shots: Path | None,
    issuer: User,
    authority: Authority,
) -> None:
    page = open_step(context, stack, issuer)
    walk = BothWidths(page, stack.url, shots, "buzon")
    walk.look("vacio")

    # What Gmail wants is said before anything fails; nothing is saved.
    walk.fill(**{"Dirección de correo electrónico": "ana@gmail.com"})
    walk.press("Proponer los datos del servidor")
    expect(page.get_by_label("Servidor SMTP", exact=True)).to_have_value("smtp.gmail.com")
    expect(page.get_by_text("contraseña de aplicación").first).to_be_visible()
    walk.look("propuesta")
    assert not Mailbox.objects.exists()

    # A server that hangs: the stages are shown, and it ends within twelve seconds.
    walk.fill(
        **{
            "Dirección de correo electrónico": "ventas@example.com",
            "Usuario": "ventas",
            "Contraseña": "secreta-1",
            "Servidor SMTP": "localhost",
            "Puerto SMTP": "465",
        }
    )
    with server(faulty_servers.silent, 465):
        walk.press("Enviar correo de prueba")
        expect(page.get_by_role("heading", name="Enviando el correo de prueba")).to_be_visible()
        expect(page.get_by_text("Asegurar la conexión")).to_be_visible()
        walk.look("en-curso")
        expect(page.get_by_role("heading", name="El correo de prueba no salió")).to_be_visible(
            timeout=PATIENCE
        )
    test = MailboxTest.objects.get()
    assert test.started_at is not None
    assert test.finished_at is not None
    assert (test.finished_at - test.started_at).total_seconds() <= 12
    walk.look("no-contesta")

    # The wrong port: the doctor finds the right one, and one press takes it.
    with server(ScriptedServer(starttls=authority.server("localhost")), 587) as good:
        walk.press("Enviar correo de prueba")
        use = page.get_by_role("button", name="Usar estos datos y probar")
        expect(use).to_be_visible(timeout=PATIENCE)
        expect(
            page.get_by_text("Con el puerto 587 y SSL marcado sí funciona. ¿Usarlo?").first
        ).to_be_visible()
        walk.look("otro-puerto")
        use.click()
        expect(page.get_by_role("heading", name="El correo de prueba salió bien")).to_be_visible(
            timeout=PATIENCE
        )
    assert b"panaderia@example.com" in good.encrypted
    assert b"secreta-1" not in good.clear
    expect(page.get_by_role("button", name="Volver al remitente predeterminado")).to_be_visible()
    walk.look("bien")

    # A wrong password: the default sender is back in use.
    wrong = ScriptedServer({"AUTH": b"535 5.7.8 no\r\n"}, starttls=authority.server("localhost"))
    with server(wrong, 587):
        walk.fill(Contraseña="equivocada-2")
        page.get_by_label("Cambiar la contraseña guardada").check()
        walk.press("Enviar correo de prueba")
        expect(page.get_by_text("El servidor no aceptó el usuario «ventas»").first).to_be_visible(
            timeout=PATIENCE
        )
    assert not Mailbox.objects.get().is_active
    walk.look("contrasena")

    walk.press("Omitir por ahora")
    expect(page).to_have_url(f"{stack.url}/configuracion/documentos/")
