"""«Probar mi factura» on the last page and on the panel."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree
from pytest_django import Settings

from certificates.models import Csd, TestInvoice
from companies.models import Company, User
from facturamos.jobs import tasks
from tests.onboarding.browser import Tab
from tests.onboarding.ready import letter, words
from tests.onboarding.steps.test_terminar import complete

__all__ = ["complete"]


@pytest.fixture
def may_invoice(complete: Tab, issuer: User) -> Tab:
    """One who has done all, and whose letter and CSD are good."""
    assert issuer.company is not None
    Csd.objects.update(usable_since=timezone.now())
    letter(issuer.company, signed_on=timezone.localdate(), verified_at=timezone.now())
    return complete


def do() -> None:
    """What a worker would."""
    job = TestInvoice.objects.claim(TestInvoice.objects.get(state="queued").pk)
    assert job is not None
    tasks.perform(job)


def page(tab: Tab, address: str = "/configuracion/terminar/") -> str:
    return tab.client.get(address).content.decode()


def test_the_button_starts_it_and_the_page_shows_the_verified_seal(complete: Tab) -> None:
    assert "Probar mi factura" in page(complete)

    response = complete.client.post("/configuracion/prueba/", {"de": "terminar"})
    assert response.headers["Location"] == "/configuracion/terminar/#prueba"
    waiting = page(complete)
    assert "Actualizar estado" in waiting
    assert 'data-poll="/configuracion/prueba/estado/?de=terminar"' in waiting

    do()

    shown = page(complete)
    assert "Sello verificado" in shown
    assert "data-poll" not in shown
    fragment = page(complete, "/configuracion/prueba/estado/")
    assert fragment.startswith("<section")
    assert "Sello verificado" in fragment


def test_the_xml_comes_as_an_attachment_marked_as_a_sample(complete: Tab) -> None:
    assert complete.client.get("/configuracion/prueba/muestra.xml").status_code == 404
    complete.client.post("/configuracion/prueba/")
    do()

    response = complete.client.get("/configuracion/prueba/muestra.xml")

    assert response.headers["Content-Disposition"].startswith('attachment; filename="muestra-sin-validez-')
    assert b"SIN VALIDEZ FISCAL" in response.content
    assert etree.fromstring(response.content).get("Sello")


def test_a_problem_links_to_the_page_that_corrects_it(complete: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(name="PANADERÍA LA ÑAPA SA DE CV")
    complete.client.post("/configuracion/prueba/")
    do()

    shown = page(complete)

    assert "El SAT rechazaría su factura" in shown
    assert "En «Datos fiscales» escriba «PANADERÍA LA ÑAPA»." in shown
    assert "/configuracion/datos-fiscales/?de=terminar" in shown


def test_a_problem_does_not_stop_finishing_and_the_panel_offers_it_again(complete: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(expedition_place="00001")
    complete.client.post("/configuracion/prueba/")
    do()

    assert complete.submit("terminar", {}).headers["Location"] == "/panel/"

    panel = page(complete, "/panel/")
    assert "El código postal 00001 no está en el catálogo del SAT." in panel
    assert "/configuracion/datos-fiscales/?de=panel" in panel
    again = complete.client.post("/configuracion/prueba/", {"de": "panel"})
    assert again.headers["Location"] == "/panel/#prueba"


def test_a_refused_invoice_makes_the_panel_an_error_page(complete: Tab, issuer: User) -> None:
    complete.submit("terminar", {})
    assert "<title>Panel" in page(complete, "/panel/")
    Company.objects.filter(users=issuer).update(name="PANADERÍA LA ÑAPA SA DE CV")
    complete.client.post("/configuracion/prueba/", {"de": "panel"})
    do()

    panel = page(complete, "/panel/")

    assert "<title>Error: Panel" in panel
    summary = panel.partition("data-errors")[2].partition("</div>")[0]
    assert "El SAT rechazaría su factura" in summary
    assert "En «Datos fiscales» escriba «PANADERÍA LA ÑAPA»." in summary
    assert "/configuracion/datos-fiscales/?de=panel" in summary
    assert "55 0000 0000" in summary  # whom to ask
    # The stages are folded away.
    assert panel.index("Ver lo que probamos") < panel.index('<ul class="checks">', panel.index('id="prueba"'))


def test_a_test_that_we_gave_up_makes_the_panel_an_error_page(complete: Tab) -> None:
    complete.submit("terminar", {})
    complete.client.post("/configuracion/prueba/", {"de": "panel"})
    TestInvoice.objects.update(state="dead")

    panel = page(complete, "/panel/")

    assert "<title>Error: Panel" in panel
    summary = panel.partition("data-errors")[2].partition("</div>")[0]
    assert "Fue una falla nuestra" in summary
    assert 'href="#prueba"' in summary


def stage(code: str, message: str = "No pasó.") -> dict[str, str]:
    return {"code": code, "state": "bad", "title": "Algo", "message": message, "action": "Corríjalo."}


CORRECTED = [
    ("name", "datos-fiscales"),
    ("tax_regime", "datos-fiscales"),
    ("expedition_place", "datos-fiscales"),
    ("xml", "datos-fiscales"),
    ("seal", "sellos"),
    ("verification", "sellos"),
    ("otra", "terminar"),
]


@pytest.mark.parametrize(("code", "slug"), CORRECTED)
def test_a_refused_invoice_is_a_line_of_the_one_list(
    may_invoice: Tab, settings: Settings, code: str, slug: str
) -> None:
    settings.INVOICING_URL = "https://facturar.example.com/"
    complete = may_invoice
    last = words(page(complete))
    assert "No falta nada" in last
    complete.client.post("/configuracion/prueba/")
    do()
    TestInvoice.objects.update(ok=False, report=[stage(code, "La Ñ no pasó.")])

    last = words(page(complete))
    assert "No falta nada" not in last
    assert "Puede finalizar, pero todavía no podrá facturar: falta" in last
    complete.submit("terminar", {})
    panel = complete.client.get("/panel/")
    shown = words(panel.text)

    assert "<h1>Falta una cosa para facturar</h1>" in shown
    assert "Ir a facturar" not in shown
    [line] = panel.context["readiness"].before_invoicing
    assert "La Ñ no pasó." in line.text
    assert line.url == f"/configuracion/{slug}/"
    assert f'<a class="button" href="{line.url}?de=panel"> {line.action}</a>' in shown
    if slug != "terminar":
        [entry] = [entry for entry in panel.context["stepper"] if entry.slug == slug]
        assert entry.status == "problem"
        assert "Con un problema" in page(complete, f"/configuracion/{slug}/")

    # Once something is corrected, it is old news.
    Company.objects.update(expedition_place="64000")
    assert "<h1>Ya puede facturar</h1>" in words(page(complete, "/panel/"))


def test_a_refusal_that_the_list_says_already_is_not_said_twice(may_invoice: Tab) -> None:
    Company.objects.update(name="PANADERÍA LA ÑAPA SA DE CV", tax_regime="605")
    may_invoice.client.post("/configuracion/prueba/")
    do()

    lines = may_invoice.client.get("/configuracion/terminar/").context["readiness"].before_invoicing

    assert [line.code for line in lines] == ["nombre", "regimen"]


def test_the_page_of_a_csd_that_seals_nothing_says_so(may_invoice: Tab) -> None:
    may_invoice.client.post("/configuracion/prueba/")
    do()
    TestInvoice.objects.update(ok=False, report=[stage("seal", "No pudimos abrir la llave.")])

    shown = page(may_invoice, "/configuracion/sellos/")

    assert "La factura de prueba no se pudo sellar con ellos" in shown
    assert "No pudimos abrir la llave. Corríjalo." in shown
    assert "Sus sellos están listos" not in shown


def test_after_a_test_that_we_gave_up_nothing_says_that_one_may_invoice(
    may_invoice: Tab, settings: Settings
) -> None:
    settings.INVOICING_URL = "https://facturar.example.com/"
    may_invoice.client.post("/configuracion/prueba/")
    TestInvoice.objects.update(state="dead")

    assert "No falta nada" not in page(may_invoice)
    may_invoice.submit("terminar", {})
    shown = words(page(may_invoice, "/panel/"))

    assert "<h1>No pudimos terminar la prueba</h1>" in shown
    assert "Ya puede facturar" not in shown
    assert "Ir a facturar" not in shown
    assert "Probar otra vez" in shown


def test_without_a_csd_there_is_no_button(tab: Tab) -> None:
    shown = page(tab)

    assert "Probar mi factura" not in shown
    assert "cuando sus sellos (CSD) estén validados" in shown
    tab.client.post("/configuracion/prueba/")
    assert not TestInvoice.objects.exists()


def test_a_get_starts_nothing(complete: Tab) -> None:
    assert complete.client.get("/configuracion/prueba/").status_code == 405
    assert not TestInvoice.objects.exists()


@pytest.mark.parametrize("address", ["", "estado/", "muestra.xml"])
def test_it_is_for_who_signed_in(address: str, client: Client, db: None) -> None:
    response = (
        client.post("/configuracion/prueba/")
        if not address
        else client.get(f"/configuracion/prueba/{address}")
    )

    assert response.headers["Location"].startswith("/entrar/")


def test_anothers_xml_is_not_found(
    complete: Tab, other_issuer: User, sign_in: Callable[[User], Client]
) -> None:
    complete.client.post("/configuracion/prueba/")
    do()

    assert sign_in(other_issuer).get("/configuracion/prueba/muestra.xml").status_code == 404
