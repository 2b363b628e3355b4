"""The notice in force, and what is stored as evidence that it was accepted."""

from collections.abc import Callable

import lxml.html
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from companies.models import NoticeAcceptance, PrivacyNotice, User
from onboarding.steps import STEPS
from onboarding.wizard.stepper import total
from tests.onboarding.browser import Tab

SLUG = "aviso-de-privacidad"


@pytest.fixture
def fresh(issuer: User, sign_in: Callable[[User], Client], notice: PrivacyNotice) -> Tab:
    """An issuer who has accepted nothing yet."""
    return Tab(sign_in(issuer))


def test_it_keeps_which_text_when_who_and_from_where(fresh: Tab, issuer: User, notice: PrivacyNotice) -> None:
    fresh.client.defaults["HTTP_USER_AGENT"] = "Navegador Ñandú 1.0"

    response = fresh.submit(SLUG, {"accept": "on"})

    assert response.headers["Location"] == "/configuracion/carta-manifiesto/"
    kept = NoticeAcceptance.objects.get()
    assert (kept.notice, kept.user, kept.company) == (notice, issuer, issuer.company)
    assert (kept.sha256, kept.address, kept.browser) == (notice.sha256, "127.0.0.1", "Navegador Ñandú 1.0")


def test_it_asks_for_the_tick(fresh: Tab) -> None:
    response = fresh.submit(SLUG, {})

    text = response.content.decode()
    assert "marque «Acepto el aviso de privacidad»" in text
    assert f"<title>Error: Paso 2 de {total(STEPS)}" in text
    assert not NoticeAcceptance.objects.exists()


def test_a_second_acceptance_leaves_the_evidence_alone(fresh: Tab) -> None:
    page = fresh.open(SLUG)
    fresh.submit(SLUG, {"accept": "on"}, page)

    response = fresh.submit(SLUG, {"accept": "on"}, page)

    assert response.status_code == 302
    assert NoticeAcceptance.objects.count() == 1


def test_a_new_version_asks_again(fresh: Tab) -> None:
    fresh.submit(SLUG, {"accept": "on"})
    PrivacyNotice(version="2", text="Otro texto.").publish()

    response = fresh.client.get("/configuracion/datos-fiscales/")

    assert response.headers["Location"] == "/configuracion/aviso-de-privacidad/"


def test_a_version_published_meanwhile_is_not_accepted_unread(fresh: Tab) -> None:
    page = fresh.open(SLUG)
    PrivacyNotice(version="2", text="Otro texto.").publish()

    response = fresh.submit(SLUG, {"accept": "on"}, page)

    assert response.status_code == 200
    assert "Publicamos una versión nueva" in response.content.decode()
    assert not NoticeAcceptance.objects.exists()


def test_without_a_notice_it_says_so(issuer: User, sign_in: Callable[[User], Client]) -> None:
    client = sign_in(issuer)

    text = client.get("/configuracion/aviso-de-privacidad/").content.decode()

    assert "Todavía no hay un aviso de privacidad publicado" in text
    assert client.get("/configuracion/aviso-de-privacidad/texto/").status_code == 404


def test_evidence_and_a_published_notice_never_change(fresh: Tab, notice: PrivacyNotice) -> None:
    fresh.submit(SLUG, {"accept": "on"})

    for rows, change in (
        (NoticeAcceptance.objects.all(), {"browser": "otro"}),
        (PrivacyNotice.objects.all(), {"text": "otro"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)


def test_the_text_has_a_page_of_its_own(fresh: Tab) -> None:
    text = fresh.client.get("/configuracion/aviso-de-privacidad/texto/").content.decode()

    assert "También los de la Ñ." in text


def test_its_text_is_read_on_the_page_itself_so_that_the_tick_stays(fresh: Tab) -> None:
    page = lxml.html.document_fromstring(fresh.client.get(f"/configuracion/{SLUG}/").content.decode())

    (link,) = page.xpath('//a[normalize-space()="Aviso de privacidad"]')
    assert link.get("href") == "#aviso"
    assert "También los de la Ñ." in page.get_element_by_id("aviso").text_content()
    # Nothing within the page leads away from it with the tick unsaved.
    ways = page.xpath('//form[@id="paso"]//a/@href | //section[@id="aviso"]//a/@href')
    assert [way for way in ways if not way.startswith("#")] == ["/configuracion/"]
