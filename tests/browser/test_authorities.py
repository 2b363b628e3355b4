"""Support adds an authority of the SAT's while web server and worker run on: both know it at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from certificates import services
from certificates.checks.results import CheckResult
from certificates.models import Csd, Diagnosis, SatAuthority
from certificates.testing import CA, Pair, make_ca
from companies.models import Company, User
from facturamos.vault import Secret
from tests.browser.test_admin import Wide
from tests.certificates.sat_names import ac6_name
from tests.conftest import PASSWORD
from tests.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def upload(company: Company, pair: Pair) -> None:
    """A CSD for the worker, which the web server hands over just so."""
    services.receive(
        company,
        company.users.get(),
        certificate=pair.certificate,
        key=pair.key,
        password=Secret(pair.password),
        now=datetime.now(UTC),
    )


def issuer_line(count: int) -> CheckResult:
    """What the worker said of the issuer, once it has judged so many."""
    wait_for(lambda: Diagnosis.objects.count() == count)
    results = Diagnosis.objects.latest("created_at").results
    return next(result for result in results if result.code == "issuer")


def choose(page: Page, ca: CA) -> None:
    file = FilePayload(name="AC8.cer", mimeType="application/octet-stream", buffer=ca.certificate)
    page.get_by_label("Certificado de la autoridad (.cer)").set_input_files(file)
    page.get_by_role("button", name="Revisar el certificado").click()


def test_support_adds_an_authority_and_the_running_worker_knows_it(
    stack: Stack,
    context: BrowserContext,
    console: list[str],
    support: User,
    issuer: User,
    shots: Path | None,
) -> None:
    company = Company.objects.get(users=issuer)
    ac8 = make_ca("", subject=ac6_name(), valid_from=datetime.now(UTC) - timedelta(days=30))
    pair = ac8.issue(rfc=company.rfc, name=company.name, valid_from=datetime.now(UTC) - timedelta(days=9))
    upload(company, pair)
    assert "una autoridad que aún no conocemos" in issuer_line(1).message
    assert Csd.objects.get().state == Csd.State.UNDER_REVIEW

    page = context.new_page()
    desk = Wide(page, stack.url, shots, "autoridades")
    page.goto(f"{stack.url}/admin/certificates/satauthority/")
    desk.fill(Usuario=support.username, Contraseña=PASSWORD)
    desk.press("Entrar")
    expect(page.get_by_text("Conocemos autoridades del SAT hasta el")).to_be_visible()
    page.get_by_text("Las que trae el programa").click()
    desk.look("lista")
    page.locator(".object-tools").get_by_role("link").click()
    desk.look("agregar")
    desk.press("Revisar el certificado")
    expect(page.get_by_text("Elija el certificado de la autoridad.")).to_be_visible()
    desk.look("sin-archivo")
    choose(page, ac8)
    expect(page.get_by_text("CN=A.C. del Servicio de Administración Tributaria")).to_be_visible()
    desk.look("revisar")
    desk.press("Agregar esta autoridad")
    expect(page.get_by_text("Falta «Motivo»")).to_be_visible()
    page.get_by_label("Motivo").fill("La publicó el SAT; la huella es la del DOF.")
    desk.press("Agregar esta autoridad")
    expect(page.get_by_text("cuenta desde ahora, en todo el sitio")).to_be_visible()
    expect(page.get_by_text("Se revisan otra vez los CSD que la esperaban: 1.")).to_be_visible()
    desk.look("agregada")
    assert issuer_line(2).good
    assert Csd.objects.get().state == Csd.State.ACTIVE

    upload(company, pair)
    assert issuer_line(3).good

    page.get_by_role("link", name="Retirar…").click()
    desk.look("retirar")
    page.get_by_label("Motivo").fill("Fue un error.")
    desk.press("Retirar")
    expect(page.get_by_text("La autoridad quedó retirada.")).to_be_visible()
    assert SatAuthority.objects.get().is_withdrawn
    upload(company, pair)
    assert "una autoridad que aún no conocemos" in issuer_line(4).message
