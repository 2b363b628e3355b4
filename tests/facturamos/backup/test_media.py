"""Uploaded files that cannot be read or written, and backups that would lie among them."""

import shutil
import socket
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from companies.models import Company
from facturamos import s3
from facturamos.backup import dump
from tests.facturamos.backup.conftest import Make
from tests.facturamos.backup.test_proving import another_site, verify
from tests.stack import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def refused(folder: Path) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("backup", str(folder), stdout=StringIO(), stderr=StringIO())
    return str(caught.value)


@pytest.mark.parametrize("where", ["media", "media/logos", "media/copias", "link", "link/nueva"])
def test_a_backup_among_the_uploaded_files_is_refused(site: Company, tmp_path: Path, where: str) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "media")

    said = refused(tmp_path / where)

    assert str(tmp_path / "media") in said
    assert "cada noche" in said
    assert not [*tmp_path.rglob("respaldo-*")]


def test_a_folder_whose_name_begins_alike_is_none_of_them(site: Company, tmp_path: Path) -> None:
    call_command("backup", str(tmp_path / "media2"), stdout=StringIO(), stderr=StringIO())

    assert [*(tmp_path / "media2").iterdir()]


def test_files_that_are_gone_are_told_with_their_own_folder(
    site: Company, settings: Settings, tmp_path: Path
) -> None:
    shutil.rmtree(settings.MEDIA_ROOT)

    said = refused(tmp_path / "respaldos")

    assert f"no se pudieron leer ({settings.MEDIA_ROOT})" in said
    assert "respaldos" not in said


def test_one_that_cannot_be_read_is_named(
    site: Company, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(settings.MEDIA_ROOT)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("logo.png")  # nobody can open it, not even root

        assert "El archivo logo.png no se pudo leer" in refused(tmp_path / "respaldos")


@pytest.fixture
def s3_away(settings: Settings) -> None:
    """Files in an S3 that nobody answers for."""
    pytest.importorskip("storages")
    options = {
        **{"bucket_name": "b", "access_key": "x", "secret_key": "x"},
        "endpoint_url": f"http://127.0.0.1:{free_port()}",
    }
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3.with_time_limits(options)}
    settings.STORAGES = settings.STORAGES | {"default": storage}


@pytest.mark.parametrize("folder", ["respaldos", "media"])
def test_an_s3_that_is_away_is_told(site: Company, s3_away: None, tmp_path: Path, folder: str) -> None:
    said = refused(tmp_path / folder)

    assert "Los archivos subidos no se pudieron leer (MEDIA_STORAGE): EndpointConnectionError" in said


def test_a_backup_is_proved_whether_or_not_its_s3_is_there(
    make: Make, request: pytest.FixtureRequest
) -> None:
    folder = make()
    request.getfixturevalue("s3_away")

    assert "Bien" in verify(folder)


def test_a_restore_whose_s3_is_away_says_so(
    make: Make, empty: dict[str, str], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make()
    request.getfixturevalue("s3_away")

    with monkeypatch.context() as patched:
        patched.setattr(dump, "params", lambda: empty)
        with pytest.raises(CommandError, match=r"restaurar \(MEDIA_STORAGE\): EndpointConnectionError"):
            call_command("restore", str(folder), stdout=StringIO())

    assert dump.is_empty(empty)


def test_a_restore_whose_files_fail_leaves_the_database_empty_and_is_given_again(
    make: Make, empty: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    folder, there = make(), tmp_path / "otra-media"
    there.write_text("")

    failed = another_site(empty, there, settings, "restore", str(folder))
    was_empty = dump.is_empty(empty)
    there.unlink()
    again = another_site(empty, there, settings, "restore", str(folder))

    assert failed.returncode == 1
    assert f"logos/ñ uno.png no se pudo restaurar ({there})" in failed.stderr
    assert "La base sigue vacía: resuélvalo y repita la misma orden." in failed.stderr
    assert "Traceback" not in failed.stderr
    assert was_empty
    assert again.returncode == 0, again.stderr
    assert (there / "logos" / "ñ uno.png").read_bytes() == b"picture" * 1000


def test_a_restore_whose_database_fails_is_given_again(
    make: Make, empty: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    folder, there, nowhere = make(), tmp_path / "otra-media", tmp_path / "bin"
    nowhere.mkdir()
    (nowhere / "pg_restore").write_text("#!/bin/sh\nexec false\n")
    (nowhere / "pg_restore").chmod(0o755)

    failed = another_site(empty, there, settings, "restore", str(folder), PATH=str(nowhere))
    again = another_site(empty, there, settings, "restore", str(folder))

    assert "La base sigue vacía" in failed.stderr
    assert again.returncode == 0, again.stderr
