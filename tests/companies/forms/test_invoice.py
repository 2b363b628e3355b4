"""Steps 8 and 11."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from companies.forms import DocumentsForm, LogoForm
from companies.models import Company, DocumentType, Logo, User


@pytest.fixture
def company(issuer: User) -> Company:
    assert issuer.company is not None
    return issuer.company


def picture(color: str = "red") -> dict[str, SimpleUploadedFile]:
    stream = BytesIO()
    Image.new("RGB", (60, 30), color).save(stream, "JPEG")
    return {"image": SimpleUploadedFile("Mi logo Ñ.jpg", stream.getvalue(), "image/jpeg")}


def save_logo(company: Company, position: str = "left", files: Any = None) -> LogoForm:
    form = LogoForm({"position": position}, files, company=Company.objects.get(pk=company.pk))
    assert form.is_valid(), form.errors
    form.save()
    return form


# --- the logo


def test_the_logos_labels_are_the_guides(company: Company) -> None:
    form = LogoForm(company=company)

    assert [field.label for field in form] == ["Imagen (JPG)", "Posición del logotipo"]
    assert [option.data["label"] for option in form["position"]] == ["Izquierda", "Centro", "Derecha"]
    assert form["position"].value() == "left"


def test_a_logo_is_prepared_and_kept(company: Company) -> None:
    save_logo(company, "center", picture())

    logo = Logo.objects.get()
    assert (logo.position, logo.width, logo.height) == ("center", 60, 30)
    assert re.fullmatch(r"logos/[0-9a-f]{32}\.jpg", str(logo.image.name))
    with default_storage.open(str(logo.image.name)) as stored:
        assert Image.open(stored).format == "JPEG"


def test_an_image_is_needed_only_the_first_time(company: Company) -> None:
    assert "Falta su logotipo" in str(LogoForm({"position": "left"}, company=company).errors["image"])
    save_logo(company, files=picture())

    save_logo(company, "right")

    assert Logo.objects.get().position == "right"


def test_a_refused_image_says_why(company: Company) -> None:
    files = {"image": SimpleUploadedFile("logo.jpg", b"\x89PNG\r\n\x1a\n....", "image/jpeg")}

    form = LogoForm({"position": "left"}, files, company=company)

    assert "PNG" in str(form.errors["image"])


def test_a_position_is_one_of_three(company: Company) -> None:
    form = LogoForm({"position": "arriba"}, picture(), company=company)

    assert "izquierda, centro o derecha" in str(form.errors["position"])


def test_the_same_image_again_writes_nothing(company: Company) -> None:
    save_logo(company, files=picture())
    before = Logo.objects.values().get()

    form = save_logo(company, files=picture())

    assert not form.has_changed()
    assert Logo.objects.values().get() == before


def test_another_image_replaces_the_first(
    company: Company, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    save_logo(company, files=picture())
    first = str(Logo.objects.get().image.name)

    with django_capture_on_commit_callbacks(execute=True):
        form = save_logo(company, files=picture("blue"))

    assert form.changed_data == ["image"]
    assert Logo.objects.get().image.name != first
    assert not default_storage.exists(first)


# --- documents


def choose(company: Company, **data: str) -> DocumentsForm:
    return DocumentsForm(data, company=company)


def test_the_documents_are_the_guides(company: Company) -> None:
    documents = list(DocumentsForm(company=company).documents())

    assert [(document.title, document.cfdi_type) for document in documents] == [
        ("Factura", "I"),
        ("Nota de crédito", "E"),
        ("Nota de cargo", "I"),
        ("Recibo de honorarios", "I"),
        ("Recibo de arrendamiento", "I"),
        ("Recibo de donativo", "I"),
        ("Carta porte", "T"),
        ("Recibo electrónico de pago", "P"),
        ("Recibo de nómina", "N"),
    ]
    first = documents[0]
    assert [first.chosen.label, first.series.label, first.first_folio.label] == [
        "Factura",
        "Serie",
        "Folio inicial",
    ]
    assert first.first_folio.value() == 1


def test_chosen_documents_are_kept(company: Company) -> None:
    form = choose(company, invoice="on", invoice_series="A-1", invoice_first_folio="100", payroll="on")
    assert form.is_valid()

    form.save()

    rows = company.document_types.values_list("kind", "series", "first_folio")
    assert set(rows) == {("invoice", "A-1", 100), ("payroll", "", 1)}


def test_at_least_one_is_needed(company: Company) -> None:
    form = choose(company, invoice_series="A")

    assert "Elija al menos un documento" in str(form.errors["invoice"])


@pytest.mark.parametrize("series", ["A|B", "=1+1", "-A", "A B", "<b>", "Á"])
def test_unsafe_series_are_refused(company: Company, series: str) -> None:
    form = choose(company, invoice="on", invoice_series=series)

    assert "La serie empieza con una letra o un número" in str(form.errors["invoice_series"])


def test_a_series_has_at_most_25_characters(company: Company) -> None:
    assert choose(company, invoice="on", invoice_series="Ñ" * 25).is_valid()
    assert not choose(company, invoice="on", invoice_series="Ñ" * 26).is_valid()


@pytest.mark.parametrize("folio", ["0", "-1", "1.5", "uno", "9999999999"])
def test_folios_start_at_one(company: Company, folio: str) -> None:
    assert "olio" in str(
        choose(company, invoice="on", invoice_first_folio=folio).errors["invoice_first_folio"]
    )


def test_what_is_not_chosen_may_be_wrong(company: Company) -> None:
    form = choose(company, invoice="on", lease_series="|||", lease_first_folio="x")

    assert form.is_valid()
    assert form.changed_data == ["invoice"]


def test_the_same_choice_again_writes_nothing(
    company: Company, django_assert_num_queries: Callable[..., Any]
) -> None:
    company.document_types.create(kind="invoice", series="A")
    form = choose(company, invoice="on", invoice_series="A", invoice_first_folio="")

    with django_assert_num_queries(0):
        assert form.is_valid()
        form.save()

    assert not form.has_changed()


def test_changes_touch_only_what_differs(company: Company) -> None:
    kept = company.document_types.create(kind="invoice", series="A")
    changed = company.document_types.create(kind="payment", series="P")
    company.document_types.create(kind="lease")
    form = choose(
        company, invoice="on", invoice_series="A", payment="on", payment_series="P", payment_first_folio="7"
    )
    assert form.is_valid()

    form.save()

    assert set(company.document_types.values_list("pk", "first_folio")) == {(kept.pk, 1), (changed.pk, 7)}
    assert DocumentType.objects.count() == 2


# --- what a persona moral does not issue


def test_fees_are_not_a_persona_moral_s_to_issue_and_it_says_why(company: Company) -> None:
    form = choose(company, fees="on", fees_series="H", invoice="on")
    (fees,) = [each for each in form.documents() if each.kind == "fees"]

    assert form.is_valid()
    form.save()

    assert fees.chosen.field.disabled
    assert fees.chosen.help_text == "Lo emiten las personas físicas; su RFC es de persona moral. Use Factura."
    assert list(company.document_types.values_list("kind", flat=True)) == ["invoice"]


def test_a_persona_fisica_issues_them(other_issuer: User) -> None:
    assert other_issuer.company is not None
    form = choose(other_issuer.company, fees="on")

    assert form.is_valid()
    form.save()

    assert list(other_issuer.company.document_types.values_list("kind", flat=True)) == ["fees"]


def test_those_of_a_company_that_has_them_can_be_taken_back(company: Company) -> None:
    DocumentType.objects.create(company=company, kind="fees")

    again = choose(company, invoice="on", fees="on")
    (fees,) = [each for each in again.documents() if each.kind == "fees"]
    assert again.errors == {
        "fees": [
            "Quite la marca de «Recibo de honorarios»: su RFC es de persona moral, y solo lo emiten las "
            "personas físicas."
        ]
    }
    assert not fees.chosen.field.disabled
    assert "su RFC es de persona moral" in str(fees.chosen.help_text)

    form = choose(company, invoice="on")
    assert form.is_valid()
    form.save()

    assert list(company.document_types.values_list("kind", flat=True)) == ["invoice"]


@pytest.mark.parametrize(
    ("folio", "number"),
    [("\u200b7", 7), ("1,000", 1000), ("1 000", 1000), ("Folio 12", 12), ("７", 7), ("", 1)],
)
def test_a_folio_is_read_as_people_write_it(company: Company, folio: str, number: int) -> None:
    form = choose(company, invoice="on", invoice_first_folio=folio)

    assert form.is_valid(), form.errors
    assert form.wanted["invoice"].first_folio == number
