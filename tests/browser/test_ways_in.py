"""The pages around signing in, in a browser: Enter, a second error after a fragment, one button."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django_otp.oath import totp
from playwright.sync_api import BrowserContext, Page, Route, expect

from companies.accounts import email_confirmation, renewal
from companies.models import SecondFactor, User
from facturamos import vault
from onboarding.models import Reminder
from onboarding.reminders.services import is_stopped, stop_url
from tests.browser.inspection import sees_first
from tests.conftest import make_distributor
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
ASK, SET_UP = "/entrar/segundo-factor/", "/entrar/segundo-factor/activar/"
NEW = "Molcajete-Azul-27"


def small(context: BrowserContext) -> Page:
    """A telephone held so low that an error below its first line is out of sight."""
    page = context.new_page()
    page.set_viewport_size({"width": 390, "height": 420})
    return page


def refused_twice(page: Page, label: str, wrong: str) -> None:
    """Enter sends it, and each time what is wrong is in view and has the focus."""
    summary = page.locator("[data-errors]")
    for _ in range(2):
        field = page.get_by_label(label, exact=True)
        field.fill(wrong)
        field.press("Enter")
        expect(page).to_have_title(re.compile("^Error: "))
        sees_first(page, page.url)
        summary.get_by_role("link").first.click()  # now the address has a fragment
        assert "#" in page.url


def show_with_a_second_factor(page: Page, site: Stack, client: Client) -> None:
    """The running product asks for none: its two pages are answered by the views themselves."""

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        sent = dict(parse_qsl(route.request.post_data or ""))
        got = client.post(path, sent) if route.request.method == "POST" else client.get(path)
        if got.status_code == 302:
            headers = {"Location": got["Location"]}
            return route.fulfill(status=302, headers=headers)
        return route.fulfill(status=got.status_code, content_type="text/html", body=got.content.decode())

    page.route(f"{site.url}/entrar/segundo-factor/**", answer)


def test_the_second_factor(site: Stack, context: BrowserContext, settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = "on"
    user = make_distributor("Distribuidora del Bajío")
    client, page = Client(), small(context)
    client.force_login(user, backend="companies.accounts.auth.Backend")
    client.post(SET_UP, {"accion": "empezar"})
    show_with_a_second_factor(page, site, client)
    page.goto(f"{site.url}{SET_UP}")

    refused_twice(page, "Código", "000 000x")

    key = vault.take(SecondFactor.objects.get(), "key")
    assert key is not None
    page.get_by_label("Código", exact=True).fill(f"{totp(key.reveal()):06d}")
    page.get_by_label("Código", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Guarde sus códigos de recuperación")
    client.logout()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    page.goto(f"{site.url}{ASK}")
    refused_twice(page, "Código", "000 000x")


def test_a_new_password(site: Stack, context: BrowserContext, issuer: User, console: list[str]) -> None:
    page = small(context)
    key, token = urlsafe_base64_encode(force_bytes(issuer.pk)), default_token_generator.make_token(issuer)
    page.goto(f"{site.url}/recuperar/{key}/{token}/")

    refused_twice(page, "Contraseña nueva", "corta")

    page.get_by_label("Contraseña nueva", exact=True).fill(NEW)
    page.get_by_label("Confirme su contraseña", exact=True).fill(NEW)
    page.get_by_label("Confirme su contraseña", exact=True).press("Enter")
    expect(page).to_have_url(f"{site.url}/recuperar/listo/")
    issuer.refresh_from_db()
    assert issuer.check_password(NEW)


def test_new_credentials_an_address_and_reminders_are_one_press_of_a_key(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = small(context)
    User.objects.filter(pk=issuer.pk).update(
        password_is_temporary=True, temporary_password_until=timezone.now(), email="nueva@example.com"
    )
    issuer.refresh_from_db()
    reminder = Reminder.objects.create(kind="onboarding.idle", company=issuer.company, to=issuer.email)
    pages = (
        (
            reverse("confirmar_correo", args=[email_confirmation.email_token(issuer, issuer.email)]),
            "Confirmar correo",
        ),
        (reverse("renovar_credenciales", args=[renewal.token(issuer)]), "Enviarme credenciales nuevas"),
        (urlsplit(stop_url(reminder)).path, "No recibir más"),
    )
    # The worker may have sent them by the time that the page comes back.
    after = ("Su correo quedó confirmado", "van en camino|todavía sirve", "Listo: no le enviaremos más")

    for (path, button), then in zip(pages, after, strict=True):
        page.goto(f"{site.url}{path}#algo")
        page.get_by_role("button", name=button, exact=True).press("Enter")
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_have_text(re.compile(then))
        expect(heading).to_be_in_viewport()

    issuer.refresh_from_db()
    assert issuer.confirmed_email == "nueva@example.com"
    assert is_stopped(reminder)
