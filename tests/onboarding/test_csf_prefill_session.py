"""The constancia's pages when the session was over: the table comes back, a file is asked for again."""

from dataclasses import replace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from companies.models import Address, User
from tests.companies.csf.constancias import Domicile
from tests.companies.csf.pdfs import pdf_of
from tests.conftest import PASSWORD
from tests.onboarding.browser import Tab, hidden
from tests.onboarding.test_csf_prefill import ALL, PAGE, confirm, recent, send


def cut(tab: Tab, issuer: User, data: dict[str, Any], address: str = PAGE) -> Any:
    """What was sent without a session, and the page as it is after signing in again."""
    tab.client.cookies.pop("sesion")
    told = tab.client.post(address, data, follow=True)
    assert "Su sesión terminó" in told.content.decode()
    signed_in = {"username": issuer.username, "password": PASSWORD, "next": address}
    assert tab.client.post("/entrar/", signed_in).headers["Location"] == address
    return tab.client.get(address)


def test_the_table_comes_back_as_it_was_answered(tab: Tab, issuer: User) -> None:
    shown = send(tab, pdf_of(recent(address=replace(Domicile(), exterior_number=""))))
    typed = {"dato-exterior_number": "12-Ñ", "dato-phone": "477 123 4567", "tomar": ["name", "street"]}

    back = cut(tab, issuer, {**hidden(shown), **typed, "accion": "tomar"})

    text = back.content.decode()
    assert "Recuperamos lo que había escrito" in text
    assert 'value="477 123 4567"' in text
    ticked = {row.name for row in back.context["rows"] if row.ticked}
    assert ticked == {"name", "street"}
    assert not Address.objects.exists()
    answered = {name: value for name, value in typed.items() if isinstance(value, str)}
    assert 'value="12-Ñ"' in text
    assert confirm(tab, back, *ALL, **answered).status_code == 302
    assert "Recuperamos" not in tab.client.get(PAGE).content.decode()


def test_a_file_is_asked_for_again_with_the_reason(tab: Tab, issuer: User) -> None:
    page = hidden(tab.client.get(PAGE))
    file = SimpleUploadedFile("CSF.pdf", pdf_of(recent()), "application/pdf")

    text = cut(tab, issuer, {**page, "accion": "leer", "file": file}).content.decode()

    assert "Su sesión había terminado, y el archivo no se conserva" in text


def test_another_company_s_table_does_not_come_back(tab: Tab, issuer: User, other_issuer: User) -> None:
    shown = send(tab, pdf_of(recent()))
    tab.client.cookies.pop("sesion")
    tab.client.post(PAGE, {**hidden(shown), "accion": "tomar", "dato-phone": "477 123 4567"})
    tab.client.post("/entrar/", {"username": other_issuer.username, "password": PASSWORD, "next": PAGE})

    assert "477 123 4567" not in tab.client.get(PAGE, follow=True).content.decode()
