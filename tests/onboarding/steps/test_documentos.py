"""Nine documents, at least one, each with series and first folio."""

import pytest

from companies.models import Company, DocumentType, User
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab, address_after

SLUG = "documentos"
TITLES = (
    "Factura",
    "Nota de crédito",
    "Nota de cargo",
    "Recibo de honorarios",
    "Recibo de arrendamiento",
    "Recibo de donativo",
    "Carta porte",
    "Recibo electrónico de pago",
    "Recibo de nómina",
)


def test_the_guides_documents_are_offered_in_its_order(tab: Tab) -> None:
    text = tab.client.get("/configuracion/documentos/").content.decode()

    places = [text.index(f">{title}</label>") for title in TITLES]
    assert places == sorted(places)


def test_what_is_chosen_is_saved(tab: Tab, issuer: User) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG]())

    assert response.headers["Location"] == address_after(SLUG)
    rows = DocumentType.objects.filter(company=issuer.company).values_list("kind", "series", "first_folio")
    assert set(rows) == {("invoice", "A", 1), ("payment", "", 100)}


def test_a_choice_can_be_taken_back(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())

    tab.submit(SLUG, {"credit_note": "on", "credit_note_first_folio": "7"})

    assert list(DocumentType.objects.values_list("kind", "first_folio")) == [("credit_note", 7)]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Elija al menos un documento"),
        ({"invoice": "on", "invoice_first_folio": "0"}, "de 1 en adelante"),
        ({"invoice": "on", "invoice_first_folio": "99999999999"}, "demasiado grande"),
        ({"invoice": "on", "invoice_series": "A B"}, "La serie empieza"),
    ],
)
def test_bad_input_gets_a_sentence(tab: Tab, answers: dict[str, str], sentence: str) -> None:
    response = tab.submit(SLUG, answers)

    assert sentence in response.content.decode()
    assert not DocumentType.objects.exists()


def test_factura_is_chosen_already_and_one_press_saves_it(tab: Tab, issuer: User) -> None:
    form = tab.client.get("/configuracion/documentos/").context["form"]
    chosen = {it.kind: "on" for it in form.documents() if it.chosen.value()}
    assert chosen == {"invoice": "on"}

    response = tab.submit("documentos", chosen)

    assert response["Location"] == address_after(SLUG)
    assert [row.kind for row in DocumentType.objects.all()] == ["invoice"]


def test_what_was_taken_away_is_not_chosen_again(tab: Tab, issuer: User) -> None:
    tab.submit("documentos", {"payment": "on"})

    form = tab.client.get("/configuracion/documentos/").context["form"]

    assert [it.kind for it in form.documents() if it.chosen.value()] == ["payment"]


def test_a_document_of_a_former_rfc_is_told_until_it_is_taken_back(tab: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(rfc="NUPJ800101AB2")
    tab.submit(SLUG, {"invoice": "on", "fees": "on"})
    Company.objects.filter(users=issuer).update(rfc="PNA190312AB1")

    page = " ".join(tab.client.get("/configuracion/documentos/").content.decode().split())
    hub = " ".join(tab.client.get("/configuracion/").content.decode().split())
    refused = tab.submit(SLUG, {"invoice": "on", "fees": "on"})

    assert "Lo emiten las personas físicas; su RFC es de persona moral." in page
    assert "Eligió «Recibo de honorarios», y su RFC es de persona moral" in hub
    assert "Con un problema" in hub.split("Documentos")[1][:400]
    assert "Quite la marca de «Recibo de honorarios»" in refused.content.decode()

    tab.submit(SLUG, {"invoice": "on"})

    assert "Recibo de honorarios" not in tab.client.get("/configuracion/").content.decode()
