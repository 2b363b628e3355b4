"""The manual for this company, and how far the letter has come."""

from datetime import date
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from companies.models import FormerLetter, ManifestLetter, User
from tests.onboarding.browser import Tab, hidden

SLUG = "carta-manifiesto"


def letter() -> ManifestLetter:
    return ManifestLetter.objects.get()


def test_the_manual_is_a_file_made_for_this_company(tab: Tab, issuer: User) -> None:
    response = tab.submit(SLUG, {}, accion="manual")
    assert response.headers["Location"] == "/configuracion/carta-manifiesto/manual.pdf"

    pdf = tab.client.get(response.headers["Location"])

    assert pdf.headers["Content-Type"] == "application/pdf"
    assert "PNA190312AB1" in pdf.headers["Content-Disposition"]
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf.content))
    for told in ("PANADERÍA LA ÑAPA", "PNA190312AB1", "PAC de Pruebas", "2.7.2.1"):
        assert told in text
    assert letter().state == ManifestLetter.State.MANUAL_MADE


def test_continuing_is_enough_to_go_on(tab: Tab) -> None:
    assert tab.submit(SLUG, {}).headers["Location"] == "/configuracion/datos-fiscales/"


def test_a_declared_letter_is_signed(tab: Tab) -> None:
    tab.submit(SLUG, {"signed_on": "2026-11-02"})

    assert (letter().state, letter().signed_on) == (ManifestLetter.State.SIGNED, date(2026, 11, 2))


def test_an_acknowledgement_comes_back_as_an_attachment(tab: Tab) -> None:
    upload = SimpleUploadedFile("acuse Ñ.pdf", b"%PDF-1.7\n...")
    tab.submit(SLUG, {"signed_on": "2026-11-02", "acknowledgement": upload})

    response: Any = tab.client.get("/configuracion/carta-manifiesto/acuse.pdf")

    assert b"".join(response.streaming_content) == b"%PDF-1.7\n..."
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "acuse" not in str(letter().acknowledgement.name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"PK\x03\x04zip", "Este archivo no es un PDF"), (b"", "El archivo está vacío")],
)
def test_what_is_no_pdf_is_refused(tab: Tab, content: bytes, sentence: str) -> None:
    upload = SimpleUploadedFile("acuse.pdf", content)

    response = tab.submit(SLUG, {"signed_on": "2026-11-02", "acknowledgement": upload})

    text = response.content.decode()
    assert sentence in text
    assert "2026-11-02" in text


def test_without_an_acknowledgement_there_is_nothing_to_fetch(tab: Tab) -> None:
    assert tab.client.get("/configuracion/carta-manifiesto/acuse.pdf").status_code == 404


@pytest.mark.parametrize("date_typed", ["", "2026-13-01", "2999-01-01"])
def test_an_acknowledgement_stays_when_only_the_date_is_wrong(tab: Tab, date_typed: str) -> None:
    upload = SimpleUploadedFile("acuse.pdf", b"%PDF-1.7")

    response = tab.submit(SLUG, {"signed_on": date_typed, "acknowledgement": upload})

    text = response.content.decode()
    assert "Falta corregir 1 dato" in text
    assert "Ya tenemos su" in text
    assert letter().state is not ManifestLetter.State.SIGNED
    response = tab.submit(SLUG, {"signed_on": "2026-11-02"}, hidden(response))
    assert response.status_code == 302
    assert (letter().state, bool(letter().acknowledgement)) == (ManifestLetter.State.SIGNED, True)


def test_a_letter_signed_on_the_page_is_no_longer_the_issuers_to_declare(tab: Tab, issuer: User) -> None:
    assert issuer.company is not None
    signed = ManifestLetter(company=issuer.company)
    signed.sign_here(uuid4(), date(2026, 11, 2))
    signed.save()

    tab.submit(SLUG, {"signed_on": "2026-01-15"})

    assert letter().signed_on == date(2026, 11, 2)


def test_after_a_refusal_it_may_be_signed_at_the_pacs_site_and_declared(tab: Tab, issuer: User) -> None:
    refused(issuer)

    tab.submit(SLUG, {"signed_on": "2026-11-03"})

    assert (letter().state, letter().signature) == (ManifestLetter.State.SIGNED, None)
    assert (letter().rejected_at, letter().rejection, letter().next_action) == (None, "", "")


def test_continuing_with_a_refused_letter_changes_nothing(tab: Tab, issuer: User) -> None:
    refused(issuer)

    answer = tab.submit(SLUG, {"signed_on": "2026-11-02"})

    assert answer.headers["Location"] == "/configuracion/datos-fiscales/"
    assert letter().state is ManifestLetter.State.REJECTED


def test_a_letter_for_another_pac_is_asked_for_anew_and_kept(tab: Tab, issuer: User, settings: Any) -> None:
    upload = SimpleUploadedFile("acuse.pdf", b"%PDF-1.7\n...")
    tab.submit(SLUG, {"signed_on": "2026-11-02", "acknowledgement": upload})
    before = letter()
    settings.PAC = settings.PAC | {"rfc": "OTR010101AA1"}
    page = tab.client.get(f"/configuracion/{SLUG}/").content.decode()
    assert "No iniciada" in page

    tab.submit(SLUG, {"signed_on": "2026-11-04"})

    former = FormerLetter.objects.get()
    assert (letter().signed_on, letter().is_current) == (date(2026, 11, 4), True)
    assert not letter().acknowledgement
    assert (former.signed_on, former.acknowledgement.name) == (date(2026, 11, 2), before.acknowledgement.name)
    assert before.acknowledgement.storage.exists(str(former.acknowledgement))


def test_back_with_the_former_pac_a_letter_counts_that_was_not_signed_anew(tab: Tab, settings: Any) -> None:
    tab.submit(SLUG, {"signed_on": "2026-11-02"})
    pac = settings.PAC
    settings.PAC = pac | {"rfc": "OTR010101AA1"}
    tab.submit(SLUG, {})
    assert not letter().is_current

    settings.PAC = pac

    assert (letter().is_current, letter().state) == (True, ManifestLetter.State.SIGNED)


def refused(issuer: User) -> None:
    """A letter signed on the page that the PAC did not take."""
    assert issuer.company is not None
    signed = ManifestLetter(company=issuer.company)
    signed.sign_here(uuid4(), date(2026, 11, 2))
    signed.rejected_at = timezone.now()
    signed.rejection, signed.next_action = "El PAC no aceptó la firma.", "Firme otra vez."
    signed.save()
