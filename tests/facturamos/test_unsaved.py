"""What was typed when the session was over comes back to who typed it, and to nobody else."""

import re
from collections.abc import Callable
from html import unescape
from time import time

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from companies.models import PrivacyNotice, User
from facturamos import unsaved
from onboarding.steps import STEPS
from tests.companies.csf.constancias import Csf
from tests.companies.csf.pdfs import pdf_of
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import hidden

AROUND = (
    "/configuracion/",
    "/configuracion/constancia/",
    "/configuracion/constancia/sat/",
    "/panel/",
    "/asistencia/",
    "/manuales/",
)
STEP = "/configuracion/datos-fiscales/"
TYPED = {
    "datos-fiscales-name": "PANADERÍA «EL ÑANDÚ» <b>",
    "datos-fiscales-rfc": "EKU9003173C9",
    "datos-fiscales-phone": "477 123 4567",
    "datos-fiscales-expedition_place": "37000",
    "datos-fiscales-tax_regime": "601",
}


@pytest.fixture
def client_of(notice: PrivacyNotice) -> Callable[[User], Client]:
    """A browser of that issuer's, who has accepted the notice."""

    def client_of(user: User) -> Client:
        assert user.company is not None
        notice.accept(user.company, user, "127.0.0.1", "")
        client = Client()
        client.force_login(user, backend="companies.accounts.auth.Backend")
        return client

    return client_of


@pytest.fixture
def notice(db: None) -> PrivacyNotice:
    notice = PrivacyNotice(version="1", text="Cuidamos sus datos.")
    notice.publish()
    return notice


def sign_in_again(client: Client, username: str = "panaderia") -> str:
    """Through the page; where it led to."""
    data = {"username": username, "password": PASSWORD, "next": STEP}
    response = client.post("/entrar/", data)
    assert response.status_code == 302
    return response.headers["Location"]


def test_it_is_given_back_after_signing_in_again(issuer: User, client_of: Callable[[User], Client]) -> None:
    client = client_of(issuer)
    page = hidden(client.get(STEP))
    client.cookies.pop("sesion")

    response = client.post(STEP, {**page, **TYPED}, follow=True)
    assert "Su sesión terminó; lo que acaba de escribir todavía no se guardó" in response.content.decode()
    assert sign_in_again(client) == STEP

    text = client.get(STEP).content.decode()
    assert "Recuperamos lo que había escrito" in text
    for value in ("477 123 4567", "37000", "PANADERÍA «EL ÑANDÚ» <b>", 'value="EKU9003173C9"'):
        assert value in unescape(text)
    issuer.company.refresh_from_db()  # type: ignore[union-attr]
    assert issuer.company.phone == ""  # type: ignore[union-attr]
    assert "Recuperamos" not in client.get(STEP).content.decode()  # once


def test_it_is_never_given_to_another(
    issuer: User, other_issuer: User, client_of: Callable[[User], Client]
) -> None:
    client_of(other_issuer)
    client = client_of(issuer)
    page = hidden(client.get(STEP))
    client.cookies.pop("sesion")
    client.post(STEP, {**page, **TYPED})

    sign_in_again(client, other_issuer.username)

    text = client.get(STEP).content.decode()
    assert "ÑANDÚ" not in text
    assert "477 123 4567" not in text
    assert unsaved.SESSION_KEY not in client.session


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_of_every_step_all_but_secrets_and_files_is_kept(
    issuer: User, client_of: Callable[[User], Client], step: object
) -> None:
    slug = step.slug  # type: ignore[attr-defined]
    address = f"/configuracion/{slug}/"
    client = client_of(issuer)
    page = hidden(client.get(address))
    answers = ANSWERS[slug]() if slug in ANSWERS else {"password": "clave-de-la-llave-9"}
    client.cookies.pop("sesion")

    client.post(address, {**page, **{f"{slug}-{name}": value for name, value in answers.items()}})

    kept = client.session[unsaved.SESSION_KEY]["data"]
    secrets = {name for name in answers if "password" in name or name == "image"}
    assert {f"{slug}-{name}" for name in set(answers) - secrets} <= set(kept)
    assert not [name for name in kept if "password" in name]
    assert "clave" not in str(kept)

    sign_in_again(client)
    text = unescape(client.get(address).content.decode())
    if slug == "terminar":
        return  # nothing is typed there
    assert "Recuperamos lo que había escrito" in text
    for name in set(answers) - secrets:
        field = re.search(rf'<(input|select)[^>]*name="{slug}-{name}"[^>]*>(.*?</select>)?', text, re.DOTALL)
        assert field, name
        value = answers[name]
        if value == "on" or name == "position":
            assert re.search(rf'value="{value}"[^>]* checked', text) or " checked" in field[0], name
        elif value:
            assert f'value="{value}"' in field[0], name


@pytest.mark.usefixtures("permitted")
def test_every_form_in_which_an_issuer_types_says_whose_it_is(
    issuer: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(issuer)
    pages = {
        address: client.get(address, follow=True) for address in (*AROUND, *(step.url for step in STEPS))
    }
    constancia = pdf_of(Csf(issued=timezone.localdate()))
    upload = {"accion": "leer", "file": SimpleUploadedFile("csf.pdf", constancia)}
    pages["table"] = client.post("/configuracion/constancia/", upload)
    unread = {"accion": "leer", "file": SimpleUploadedFile("csf.pdf", b"nada")}
    pages["refused"] = client.post("/configuracion/constancia/", unread)
    pages["not asked"] = client.post("/configuracion/constancia/sat/", {"id_cif": "x"})
    seen = 0
    for address, response in pages.items():
        for form in lxml.html.document_fromstring(response.content.decode()).iter("form"):
            shown = form.xpath('.//input[not(@type="hidden")] | .//select | .//textarea')
            if form.get("method") == "post" and shown:
                seen += 1
                assert form.xpath(f'.//input[@name="{unsaved.MARK}"]/@value') != [""], address
                assert form.xpath(f'.//input[@name="{unsaved.MARK}"]/@value'), address
    assert seen >= len(STEPS) + 4


def test_nothing_is_kept_without_the_page_s_own_mark(client: Client, notice: PrivacyNotice) -> None:
    for forged in ("", "eyJ1c2VyIjoxfQ:falsa"):
        client.post(STEP, {**TYPED, unsaved.MARK: forged})

        assert unsaved.SESSION_KEY not in client.session


def test_what_is_too_long_or_too_old_is_not_kept(
    issuer: User, client_of: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(issuer)
    page = hidden(client.get(STEP))
    client.cookies.pop("sesion")
    client.post(STEP, {**page, **TYPED, "datos-fiscales-name": "Ñ" * 30_000})
    assert unsaved.SESSION_KEY not in client.session

    client.post(STEP, {**page, **TYPED})
    later = time() + unsaved.KEPT_FOR.total_seconds() + 1
    monkeypatch.setattr("time.time", lambda: later)
    sign_in_again(client)
    assert "ÑANDÚ" not in client.get(STEP).content.decode()


def test_a_page_of_before_the_last_sign_in_offers_to_try_again(issuer: User, notice: PrivacyNotice) -> None:
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "127.0.0.1", "")
    client = Client(enforce_csrf_checks=True)
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    page = hidden(client.get(STEP))

    response = client.post(STEP, {**page, **TYPED, "csrfmiddlewaretoken": "x" * 64})

    assert response.status_code == 403
    text = response.content.decode()
    assert "Volver e intentar otra vez" in text
    assert "Salir" in text
    assert f'href="{STEP}"' in text
    assert "477 123 4567" in client.get(STEP).content.decode()


def test_another_site_s_form_gets_nothing_into_the_page(issuer: User, notice: PrivacyNotice) -> None:
    assert issuer.company is not None
    notice.accept(issuer.company, issuer, "127.0.0.1", "")
    client = Client(enforce_csrf_checks=True)
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    response = client.post(STEP, TYPED)

    assert response.status_code == 403
    assert "Volver e intentar otra vez" not in response.content.decode()
    assert "ÑANDÚ" not in client.get(STEP).content.decode()


def test_cookies_that_are_all_gone_lead_to_the_sign_in_page(
    issuer: User, client_of: Callable[[User], Client]
) -> None:
    page = hidden(client_of(issuer).get(STEP))
    bare = Client(enforce_csrf_checks=True)

    response = bare.post(STEP, {**page, **TYPED}, follow=True)

    assert "Su sesión terminó" in response.content.decode()
