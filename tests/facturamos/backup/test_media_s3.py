"""Uploaded files in S3: orphans go, and a backup of them is made, proved and restored into another bucket.

Where moto's server is, as for `make rehearsal`.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from companies.models import Logo, User
from facturamos import orphans, s3
from facturamos.devserver.servers import answers
from tests.facturamos.backup.conftest import Make
from tests.facturamos.backup.test_proving import another_site, refused, secrets, verify
from tests.stack import free_port, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

STORAGE = "storages.backends.s3.S3Storage"
NAME = "logos/ñ uno.png"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Moto's; it is no package of ours, so uv runs it (Makefile)."""
    program, port = shutil.which("moto_server"), free_port()
    if program is None:
        pytest.skip("moto_server is not here: make rehearsal")
    child = subprocess.Popen(  # noqa: S603
        [program, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: answers(port) or child.poll() is not None)
        if child.poll() is not None:
            pytest.skip("moto_server does not start: make rehearsal")
        yield f"http://127.0.0.1:{port}"
    finally:
        child.kill()
        child.wait()


def options(server: str, bucket: str) -> dict[str, object]:
    """As docs/production.md has them."""
    return {
        "bucket_name": bucket,
        "endpoint_url": server,
        "access_key": "x",
        "secret_key": "x",
        "default_acl": "private",
        "querystring_auth": True,
        "file_overwrite": False,
    }


def make_bucket(server: str, name: str) -> str:
    client = boto3.client("s3", endpoint_url=server, aws_access_key_id="x", aws_secret_access_key="x")
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture(autouse=True)
def bucket(server: str, settings: Settings) -> str:
    """A fresh one, in which the site has its files."""
    name = make_bucket(server, uuid4().hex)
    storage = {"BACKEND": STORAGE, "OPTIONS": s3.with_time_limits(options(server, name))}
    settings.STORAGES = settings.STORAGES | {"default": storage}
    return name


def test_only_what_is_old_and_of_no_row_goes(issuer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("logos/c.jpg", "cartas/2026/a.pdf"):
        default_storage.save(name, ContentFile(b"x"))
    assert issuer.company
    Logo.objects.create(company=issuer.company, image="logos/c.jpg", source_sha256="", width=1, height=1)
    assert orphans.tidy() == 0

    # Nobody can make an object older than it is.
    monkeypatch.setattr(orphans, "OLD_ENOUGH", timedelta(minutes=-5))

    assert orphans.tidy() == 1
    assert [*orphans.stored_files(default_storage)] == ["logos/c.jpg"]


def test_a_backup_is_proved_and_restored_into_another_bucket(
    server: str, make: Make, empty: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    folder = make()
    said = verify(folder)
    default_storage.delete(NAME)
    elsewhere = options(server, make_bucket(server, "otra"))
    storage = {"MEDIA_STORAGE": STORAGE, "MEDIA_STORAGE_OPTIONS": json.dumps(elsewhere)}

    done = another_site(empty, tmp_path, settings, "restore", str(folder), **storage)

    found = f"1 archivos, {secrets()} secretos"
    assert found in said
    assert done.returncode == 0, done.stderr
    assert found in done.stdout
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": STORAGE, "OPTIONS": elsewhere}}
    with default_storage.open(NAME) as file:
        assert file.read() == b"picture" * 1000


def test_a_file_that_a_row_names_and_the_bucket_lacks_is_named(make: Make, issuer: User) -> None:
    assert issuer.company
    Logo.objects.create(company=issuer.company, image="logos/c.jpg", source_sha256="", width=1, height=1)

    assert "logos/c.jpg" in refused(make())
