"""Step 9's form."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from certificates.forms import CsdForm
from certificates.models import Csd, Diagnosis
from certificates.testing import Pair
from companies.models import Company
from tests.certificates.conftest import NOW, Issue, files, rsa_key, work
from tests.certificates.odd_files import ber_signed, pem, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def filled(company: Company, pair: Pair | None = None, password: str = "") -> CsdForm:
    given: dict[str, Any] = files(pair) if pair else {}
    return CsdForm({"password": password}, given, company=company)


def zip_of(pair: Pair) -> SimpleUploadedFile:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Sellos/00001000000512345678.cer", pair.certificate)
        archive.writestr(f"Sellos/{pair.key_name}", pair.key)
        archive.writestr("Sellos/acuse.pdf", b"%PDF-1.7" + bytes(50_000))
    return SimpleUploadedFile("Sellos.zip", packed.getvalue())


def upload(company: Company, pair: Pair, password: str = "12345678a") -> Csd:
    form = filled(company, pair, password)
    assert form.is_valid(), form.errors
    csd = form.save(company.users.get())
    assert csd is not None
    return csd


def test_labels_are_the_guides() -> None:
    assert [field.label for field in CsdForm.base_fields.values()] == [
        "Los dos archivos juntos, o el .zip",
        "Archivo certificado (.cer)",
        "Archivo llave (.key)",
        "Contraseña de la llave",
    ]


def test_the_password_is_not_offered_to_password_managers_and_never_shown(company: Company) -> None:
    html = str(filled(company, password="canario-9731")["password"])

    assert 'autocomplete="new-password"' in html
    assert "canario" not in html


def test_telephones_grey_nothing_out(company: Company) -> None:
    form = filled(company)

    assert "accept" not in f"{form['certificate']}{form['key']}{form['files_together']}"


def test_a_pair_and_its_password_are_received(company: Company, issue: Issue) -> None:
    csd = upload(company, issue())

    assert csd.state == Csd.State.VALIDATING
    assert csd.uploaded_by == company.users.get()
    assert csd.key_name.startswith("CSD_Matriz")


def test_spaces_around_the_password_are_kept(company: Company, issue: Issue) -> None:
    csd = upload(company, issue(password=b" con espacios "), " con espacios ")

    work(csd)

    assert csd.state == Csd.State.ACTIVE


def test_nothing_at_all_asks_for_all_three(company: Company) -> None:
    form = filled(company)

    assert set(form.errors) == {"certificate", "key", "password"}
    assert form.errors["certificate"] == [
        "Falta «Archivo certificado (.cer)». Elija el archivo para continuar."
    ]


def test_one_file_asks_for_the_other(company: Company, issue: Issue) -> None:
    certificate = files(issue())["certificate"]
    form = CsdForm({"password": "x"}, {"certificate": certificate}, company=company)

    assert set(form.errors) == {"key"}


def test_a_double_click_changes_nothing(company: Company, issue: Issue) -> None:
    pair = issue()
    upload(company, pair)

    again = filled(company, pair, "12345678a")

    assert again.is_valid()
    assert not again.has_changed()
    assert again.save() is None
    assert Csd.objects.count() == 1


def test_so_it_does_once_the_csd_is_active(company: Company, issue: Issue) -> None:
    pair = issue()
    work(upload(company, pair))

    assert not filled(company, pair, "12345678a").has_changed()
    assert not filled(company).has_changed()


def test_another_password_or_another_pair_is_a_change(company: Company, issue: Issue) -> None:
    pair = issue()
    upload(company, pair)

    assert filled(company, pair, "otra").has_changed()
    assert filled(company, issue(key=rsa_key(1)), "12345678a").has_changed()


def test_while_a_pair_waits_the_password_is_enough(company: Company, issue: Issue) -> None:
    csd = upload(company, issue(), "equivocada")
    work(csd)

    form = filled(company, password="12345678a")

    assert form.is_valid()
    assert form.save() == csd
    work(csd)
    assert csd.state == Csd.State.ACTIVE
    assert not filled(company, password="12345678a").has_changed()


def test_while_a_pair_waits_an_empty_form_asks_for_the_password_only(company: Company, issue: Issue) -> None:
    upload(company, issue(), "")

    assert set(filled(company).errors) == {"password"}


def test_a_password_alone_asks_for_the_files_when_none_wait(company: Company, issue: Issue) -> None:
    work(upload(company, issue()))

    assert set(filled(company, password="otra").errors) == {"certificate", "key"}


def test_a_fiel_is_refused_at_its_field_and_never_stored(company: Company, issue: Issue) -> None:
    form = filled(company, issue(kind="FIEL"), "12345678a")

    assert "Son de la FIEL (e.firma), no del CSD" in form.errors["certificate"][0]
    assert "aunque abra el portal del SAT" in form.errors["certificate"][0]
    assert "CertiSAT Web" in form.errors["certificate"][0]
    assert not Csd.objects.exists()
    assert Diagnosis.objects.get().kind == "FIEL"


def test_everything_wrong_is_told_at_once(company: Company, issue: Issue) -> None:
    form = filled(company, issue(kind="FIEL", rfc="EKU9003173C9"), "equivocada")

    assert len(form.errors["certificate"]) == 2
    assert set(form.errors) == {"certificate", "password"}


def test_swapped_files_are_taken(company: Company, issue: Issue) -> None:
    pair = issue()
    given = files(pair)
    form = CsdForm(
        {"password": "12345678a"},
        {"certificate": given["key"], "key": given["certificate"]},
        company=company,
    )

    assert form.is_valid(), form.errors
    csd = form.save()
    assert csd is not None
    assert (bytes(csd.certificate), csd.key_name) == (pair.certificate, pair.key_name)
    work(csd)
    assert csd.state == Csd.State.ACTIVE


def test_one_file_in_the_others_field_asks_for_the_one_that_is_missing(
    company: Company, issue: Issue
) -> None:
    form = CsdForm({"password": "x"}, {"certificate": files(issue())["key"]}, company=company)

    assert form.errors == {
        "certificate": ["Falta «Archivo certificado (.cer)». Elija el archivo para continuar."]
    }


def together(
    company: Company, *sent: SimpleUploadedFile, password: str = "12345678a", **others: Any
) -> CsdForm:
    given = MultiValueDict({"files_together": list(sent), **{name: [file] for name, file in others.items()}})
    return CsdForm({"password": password}, given, company=company)


def test_both_files_together_in_any_order(company: Company, issue: Issue) -> None:
    pair = issue()
    given = files(pair)

    form = together(company, given["key"], given["certificate"])

    assert form.is_valid(), form.errors
    csd = form.save()
    assert csd is not None
    work(csd)
    assert csd.state == Csd.State.ACTIVE
    assert csd.key_name == pair.key_name
    assert not together(company, given["certificate"], given["key"]).has_changed()


@pytest.mark.parametrize("field", ["files_together", "certificate", "key"])
def test_a_zip_is_taken_wherever_it_is_put(company: Company, issue: Issue, field: str) -> None:
    sent = zip_of(issue())

    form = CsdForm({"password": "12345678a"}, MultiValueDict({field: [sent]}), company=company)

    assert form.is_valid(), form.errors
    csd = form.save()
    assert csd is not None
    work(csd)
    assert csd.state == Csd.State.ACTIVE


def test_one_in_its_field_and_the_other_in_the_common_one(company: Company, issue: Issue) -> None:
    given = files(issue())

    form = together(company, given["key"], certificate=given["certificate"])

    assert form.is_valid(), form.errors


def test_what_is_wrong_with_files_that_came_together_is_told_there(company: Company, issue: Issue) -> None:
    form = together(company, zip_of(issue(kind="FIEL")))

    assert set(form.errors) == {"files_together"}
    assert "Son de la FIEL (e.firma), no del CSD" in form.errors["files_together"][0]
    assert not Csd.objects.exists()


def test_what_cannot_be_gathered_is_told_where_it_was_put(company: Company, issue: Issue) -> None:
    assert (
        "falta la llave (.key)"
        in together(company, files(issue())["certificate"]).errors["files_together"][0]
    )
    broken = SimpleUploadedFile("sellos.zip", b"PK\x03\x04" + b"x" * 500)
    form = CsdForm({"password": "x"}, {"key": broken}, company=company)

    assert "dañado o incompleto" in form.errors["key"][0]
    assert set(form.errors) == {"key"}


def test_empty_files_together_are_told_so(company: Company) -> None:
    form = together(company, SimpleUploadedFile("vacío.cer", b""))

    assert "«vacío.cer» es un archivo vacío" in form.errors["files_together"][0]


def test_a_wrong_key_is_told_at_the_keys_field(company: Company, issue: Issue) -> None:
    given = files(issue())
    given["key"] = SimpleUploadedFile("foto de Ñoño.key", b"\xff\xd8\xff\xe0")

    form = CsdForm({"password": "x"}, given, company=company)

    assert "una imagen" in form.errors["key"][0]


def test_each_field_is_told_what_was_put_into_it(company: Company) -> None:
    given = {
        "certificate": SimpleUploadedFile("CSD_Matriz.sdg", ber_signed(zipped("CSD_Matriz.req"))),
        "key": SimpleUploadedFile("acuse.pdf", b"%PDF-1.7"),
    }

    form = CsdForm({"password": "x"}, given, company=company)

    assert "la solicitud que se envía al SAT" in form.errors["certificate"][0]
    assert "Recuperación de certificados" in form.errors["certificate"][0]
    assert "un PDF" in form.errors["key"][0]
    assert "solicitud" not in form.errors["key"][0]


def test_a_text_with_both_is_stored_as_the_block_of_each_field(company: Company, issue: Issue) -> None:
    pair = issue()
    text = pem(pair.certificate, "CERTIFICATE") + pem(pair.key, "ENCRYPTED PRIVATE KEY")
    given = {name: SimpleUploadedFile("todo.pem", text) for name in ("certificate", "key")}
    form = CsdForm({"password": "12345678a"}, given, company=company)
    assert form.is_valid(), form.errors

    csd = form.save()

    assert csd is not None
    assert bytes(csd.certificate) == pair.certificate
    work(csd)
    assert csd.state == Csd.State.ACTIVE


def test_an_empty_file_is_told_so_too(company: Company, issue: Issue) -> None:
    given = files(issue())
    given["certificate"] = SimpleUploadedFile("vacío.cer", b"")

    form = CsdForm({"password": "x"}, given, company=company)

    assert "un archivo vacío" in form.errors["certificate"][0]


def test_a_prefix_is_honoured(company: Company, issue: Issue) -> None:
    given = {f"sellos-{name}": file for name, file in files(issue()).items()}

    form = CsdForm({"sellos-password": "12345678a"}, given, company=company, prefix="sellos")

    assert form.is_valid()
