"""«Probar mi factura» on the last page and on the panel."""

from collections.abc import Callable

import pytest
from django.test import Client
from lxml import etree

from certificates.models import SelfTest
from companies.models import Company, User
from facturamos import jobs
from tests.onboarding.browser import Tab
from tests.onboarding.steps.test_terminar import complete

__all__ = ["complete"]


def do() -> None:
    """What a worker would."""
    job = SelfTest.objects.claim(SelfTest.objects.get(state="queued").pk)
    assert job is not None
    jobs.perform(job)


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


def test_without_seals_there_is_no_button(tab: Tab) -> None:
    shown = page(tab)

    assert "Probar mi factura" not in shown
    assert "cuando sus sellos (CSD) estén validados" in shown
    tab.client.post("/configuracion/prueba/")
    assert not SelfTest.objects.exists()


def test_a_get_starts_nothing(complete: Tab) -> None:
    assert complete.client.get("/configuracion/prueba/").status_code == 405
    assert not SelfTest.objects.exists()


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
