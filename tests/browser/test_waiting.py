"""What waits for support, and what protects an account: its pages, narrow and wide."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from certificates.models import Csd
from certificates.testing import make_ca
from companies.accounts import held_email
from companies.models import Company, PrivacyNotice, User
from tests.browser.walk import check
from tests.certificates.conftest import receive, work
from tests.conftest import PASSWORD
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
WIDTHS = (390, 1280)


@pytest.fixture
def pages(browser: Browser, site: Stack) -> Iterator[list[Page]]:
    """A telephone and a computer."""
    contexts = [
        browser.new_context(
            base_url=site.url, viewport={"width": width, "height": 900}, reduced_motion="reduce"
        )
        for width in WIDTHS
    ]
    yield [context.new_page() for context in contexts]
    for context in contexts:
        context.close()


def enter(page: Page, user: User) -> None:
    page.goto("/entrar/")
    page.get_by_label("Usuario").fill(user.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page).not_to_have_url(re.compile("/entrar/"))


def see(page: Page, what: str, heading: str | re.Pattern[str], shots: Path | None) -> None:
    expect(page.get_by_role("heading", name=heading).first).to_be_visible()
    width = page.viewport_size["width"] if page.viewport_size else 0
    if shots:
        page.screenshot(path=shots / f"{what}-{width}.png", full_page=True)
    check(page, f"{what} at {width}")


def test_a_csd_that_waits_for_support(
    pages: list[Page], issuer: User, support: User, shots: Path | None
) -> None:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    company = Company.objects.get(users=issuer)
    company.notice_acceptances.create(notice=notice, user=issuer, address="203.0.113.7")
    made = make_ca("AC DE PAPEL").issue(rfc=company.rfc, name=company.name)
    csd = receive(company, made)
    work(csd)
    assert csd.state == Csd.State.UNDER_REVIEW
    for page in pages:
        enter(page, issuer)
        page.goto("/configuracion/sellos/")
        see(page, "sellos-en-revision", "Sus sellos están en revisión por Asistencia", shots)
        page.goto("/configuracion/")
        expect(page.get_by_text("En revisión por Asistencia").first).to_be_visible()
        see(page, "configuracion-en-revision", re.compile("."), shots)
        page.goto("/configuracion/terminar/")
        see(page, "terminar-en-revision", re.compile("Revise todo"), shots)
        page.goto("/entrar/sesiones/")
        see(page, "sesiones", "Sus sesiones", shots)
        page.context.clear_cookies()
        enter(page, support)
        page.goto(f"/admin/certificates/csd/{csd.pk}/change/")
        see(page, "admin-csd", re.compile("CSD"), shots)
        page.get_by_role("link", name="Confirmar que es del SAT…").click()
        see(page, "admin-confirmar", re.compile("Confirmar"), shots)


def test_an_address_that_staff_gave(
    pages: list[Page], issuer: User, support: User, shots: Path | None
) -> None:
    User.objects.filter(pk=issuer.pk).update(
        email="otra@example.com",
        email_changed_by=support,
        email_held_until=timezone.now() + timedelta(hours=23),
    )
    issuer.refresh_from_db()
    for page in pages:
        page.goto(f"/recuperar/no-fui-yo/{held_email.token(issuer)}/")
        see(page, "no-fui-yo", "¿No pidió usted este cambio?", shots)
    pages[0].get_by_role("button", name="No fui yo: deshacer el cambio").click()
    see(pages[0], "no-fui-yo-hecho", "El cambio quedó deshecho", shots)
    issuer.refresh_from_db()
    assert issuer.email == issuer.confirmed_email
    pages[1].reload()
    see(pages[1], "no-fui-yo-vencido", "Este enlace ya no sirve", shots)
