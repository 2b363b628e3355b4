"""What a company or a person is given: all that is held about it, nothing of others, and no secret."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import Client

from certificates.models import Csd
from companies.models import Company, RecoveryCode, SecondFactor, User
from facturamos import vault
from mailing.models import Mailbox, Message
from onboarding.backoffice.personal_data import export
from onboarding.backoffice.personal_data.scope import about_company, tracked_by
from tests.onboarding.backoffice.rows import rows_of

pytestmark = pytest.mark.django_db

CANARY = b"CANARIO-7f3a"


def read(archive: bytes) -> tuple[dict[str, Any], zipfile.ZipFile]:
    packed = zipfile.ZipFile(io.BytesIO(archive))
    return json.loads(packed.read("datos.json")), packed


def words(packed: zipfile.ZipFile) -> str:
    pages = pypdfium2.PdfDocument(packed.read("datos.pdf"))
    return " ".join("".join(page.get_textpage().get_text_range() for page in pages).split())


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def test_it_has_every_row_that_leads_to_the_company(issuer: User, other_issuer: User) -> None:
    rows = rows_of(issuer)
    rows_of(other_issuer)

    data, packed = read(export.company_archive(company_of(issuer)))

    tables = data["tablas"]
    for row in rows:
        label = row._meta.label
        if label in ("backoffice.AccountImport", "backoffice.BulkRun", "companies.Distributor"):
            assert label not in tables
        else:
            keys = [str(each[row._meta.pk.attname]) for each in tables[label]]
            assert keys == [str(row.pk)], label
    for held in about_company(company_of(issuer)):
        if held.rows.exists():
            assert len(tables[held.label]) == held.rows.count(), held.label
    assert any(tracked_by(held.model) for held in about_company(company_of(issuer)) if held.label in tables)
    assert [row["change_message"] for row in tables["admin.LogEntry"]] == [
        f"Revisar. Lo pidió {company_of(issuer).name}."
    ] * 3
    assert {"datos.json", "datos.pdf"} <= set(packed.namelist())
    assert any(name.startswith("archivos/") for name in packed.namelist())


def test_nothing_of_another_company_is_in_it(issuer: User, other_issuer: User) -> None:
    rows_of(issuer)
    rows_of(other_issuer)

    text = json.dumps(read(export.company_archive(company_of(issuer)))[0], ensure_ascii=False)

    other = company_of(other_issuer)
    assert company_of(issuer).name in text
    for foreign in (other.name, other.rfc, other.code, other_issuer.email):
        assert foreign not in text


def test_no_secret_is_in_it(issuer: User, support: User) -> None:
    rows_of(issuer)
    for row, column in (
        (Csd.objects.get(), "key"),
        (Csd.objects.get(), "password"),
        (Mailbox.objects.get(), "password"),
        (Message.objects.get(), "secret"),
    ):
        vault.put(row, column, CANARY)
        row.save(update_fields=[column])
    issuer.set_password(CANARY.decode())
    issuer.save()

    for archive in (export.company_archive(company_of(issuer)), export.user_archive(issuer)):
        data, packed = read(archive)
        text = json.dumps(data)
        assert CANARY.decode() not in text
        assert issuer.password not in text
        assert export.HIDDEN in text
        for name in packed.namelist():
            assert CANARY not in packed.read(name)


def test_the_pdf_can_be_read(issuer: User) -> None:
    rows_of(issuer)
    name = "PANADERÍA «LA ÑAPA» #let x = 1 \\ $"
    Company.objects.filter(pk=company_of(issuer).pk).update(name=name)

    _, packed = read(export.company_archive(Company.objects.get(pk=company_of(issuer).pk)))

    text = words(packed)
    for said in (
        "Datos que guardamos",
        "LA ÑAPA",
        "#let x = 1",
        company_of(issuer).rfc,
        "(secreto: no se entrega)",
    ):
        assert said in text


def test_of_a_person_it_has_what_names_it_and_how_much_it_did(issuer: User, client: Client) -> None:
    rows_of(issuer)
    client.post("/entrar/", {"username": issuer.username, "password": "no es"})
    client.post("/recuperar/", {"asked_for": issuer.username.upper()})
    factor = SecondFactor.objects.create(user=issuer)
    RecoveryCode.objects.create(factor=factor, digest="huella-del-codigo")

    data = read(export.user_archive(issuer))[0]
    tables = data["tablas"]

    assert [row["username"] for row in tables["companies.User"]] == [issuer.username]
    for label in ("companies.NoticeAcceptance", "mailing.Message", "axes.AccessAttempt"):
        assert tables[label], label
    assert [row["asked_for"] for row in tables["companies.ResetRequest"]] == [issuer.username.upper()]
    assert [row["digest"] for row in tables["companies.RecoveryCode"]] == [export.HIDDEN]
    assert [row["object_id"] for row in tables["admin.LogEntry"]] == [str(issuer.pk)]
    assert "certificates.Csd" not in tables
    assert data["solo_contados"]["certificates.Csd"] == 1


def test_of_staff_it_has_nothing_of_those_whom_it_worked_for(issuer: User, support: User) -> None:
    company = company_of(issuer)
    rows_of(issuer)
    Csd.objects.update(vouched_by=support)
    LogEntry.objects.log_actions(
        support.pk, [company], CHANGE, f"Revisar {company.name}.", single_object=True
    )

    data, packed = read(export.user_archive(support))

    assert (
        data["solo_contados"].items()
        >= {"admin.LogEntry": 1, "backoffice.StaffAction": 1, "certificates.Csd": 1}.items()
    )
    for foreign in (company.name, company.rfc, company.code):
        assert foreign not in json.dumps(data, ensure_ascii=False)
    assert export.COUNTED[:20] in words(packed)


def test_support_downloads_it_and_the_log_of_security_knows(
    issuer: User, support: User, distributor: User, sign_in: Callable[[User], Client], caplog: Any
) -> None:
    company = company_of(issuer)
    url = f"/admin/companies/company/{company.pk}/datos/"
    response = sign_in(support).get(url)

    assert response.headers["Content-Type"] == "application/zip"
    assert company.code in response.headers["Content-Disposition"]
    assert read(response.content)[0]["de"] == f"{company.name} ({company.code})"
    assert "data.exported" in caplog.text
    assert sign_in(distributor).get(url).status_code == 403


def test_the_command_writes_it_once(issuer: User, tmp_path: Path) -> None:
    company, file = company_of(issuer), tmp_path / "datos.zip"

    call_command("export_data", "--empresa", company.code.lower(), str(file))
    with pytest.raises(CommandError, match="No se pudo escribir"):
        call_command("export_data", "--usuario", issuer.username, str(file))

    assert read(file.read_bytes())[0]["de"].startswith(company.name)
    for unknown in (["--empresa", "NADA"], ["--usuario", "nadie"]):
        with pytest.raises(CommandError, match="No hay"):
            call_command("export_data", *unknown, str(tmp_path / "x.zip"))


def test_a_file_that_is_gone_is_left_out(issuer: User) -> None:
    rows_of(issuer)
    default_storage.delete("logos/x.jpg")

    _, packed = read(export.company_archive(company_of(issuer)))

    assert "archivos/logos/x.jpg" not in packed.namelist()
