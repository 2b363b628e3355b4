"""Step 9's form."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.forms import SealsForm
from certificates.lookalike import Pair
from certificates.models import Csd, Diagnosis
from companies.models import Company
from tests.certificates.conftest import NOW, Issue, files, rsa_key, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def filled(company: Company, pair: Pair | None = None, password: str = "") -> SealsForm:
    given: dict[str, Any] = files(pair) if pair else {}
    return SealsForm({"password": password}, given, company=company)


def upload(company: Company, pair: Pair, password: str = "12345678a") -> Csd:
    form = filled(company, pair, password)
    assert form.is_valid(), form.errors
    csd = form.save(company.users.get())
    assert csd is not None
    return csd


def test_labels_are_the_guides() -> None:
    assert [field.label for field in SealsForm.base_fields.values()] == [
        "Archivo certificado (.cer)",
        "Archivo llave (.key)",
        "Contraseña de la llave",
    ]


def test_the_password_is_not_offered_to_password_managers_and_never_shown(company: Company) -> None:
    html = str(filled(company, password="canario-9731")["password"])

    assert 'autocomplete="off"' in html
    assert "canario" not in html


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
    form = SealsForm({"password": "x"}, {"certificate": certificate}, company=company)

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
    assert "CertiSAT Web" in form.errors["certificate"][0]
    assert not Csd.objects.exists()
    assert Diagnosis.objects.get().kind == "FIEL"


def test_everything_wrong_is_told_at_once(company: Company, issue: Issue) -> None:
    form = filled(company, issue(kind="FIEL", rfc="EKU9003173C9"), "equivocada")

    assert len(form.errors["certificate"]) == 2
    assert set(form.errors) == {"certificate", "password"}


def test_swapped_files_are_told_so(company: Company, issue: Issue) -> None:
    given = files(issue())
    form = SealsForm(
        {"password": "12345678a"},
        {"certificate": given["key"], "key": given["certificate"]},
        company=company,
    )

    assert "Los archivos están intercambiados" in form.errors["certificate"][0]


def test_a_wrong_key_is_told_at_the_keys_field(company: Company, issue: Issue) -> None:
    given = files(issue())
    given["key"] = SimpleUploadedFile("foto de Ñoño.key", b"\xff\xd8\xff\xe0")

    form = SealsForm({"password": "x"}, given, company=company)

    assert "una imagen" in form.errors["key"][0]


def test_an_empty_file_is_told_so_too(company: Company, issue: Issue) -> None:
    given = files(issue())
    given["certificate"] = SimpleUploadedFile("vacío.cer", b"")

    form = SealsForm({"password": "x"}, given, company=company)

    assert "un archivo vacío" in form.errors["certificate"][0]


def test_a_prefix_is_honoured(company: Company, issue: Issue) -> None:
    given = {f"sellos-{name}": file for name, file in files(issue()).items()}

    form = SealsForm({"sellos-password": "12345678a"}, given, company=company, prefix="sellos")

    assert form.is_valid()
