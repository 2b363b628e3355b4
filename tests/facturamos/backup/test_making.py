"""A backup is whole whatever people do to their files while it is made."""

from collections.abc import Callable
from io import BytesIO
from threading import Thread
from typing import Any

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError
from django.db import connection
from PIL import Image

from companies.forms import LogoForm, ManifestLetterForm
from companies.models import Company, Logo, ManifestLetter
from facturamos.backup import dump, media, streams
from onboarding.models import Download
from tests.facturamos.backup.conftest import Make
from tests.facturamos.backup.test_proving import verify

pytestmark = pytest.mark.django_db(transaction=True)


def choose_logo(company: Company, what: str) -> None:
    stream = BytesIO()
    Image.new("RGB", (60, 30), "red" if what == "first" else "blue").save(stream, "JPEG")
    files = {"image": SimpleUploadedFile("logo.jpg", stream.getvalue(), "image/jpeg")}
    form = LogoForm({"position": "left"}, files, company=Company.objects.get(pk=company.pk))
    assert form.is_valid(), form.errors
    form.save()


def choose_letter(company: Company, what: str) -> None:
    files = {"acknowledgement": SimpleUploadedFile("acuse.pdf", b"%PDF-" + what.encode(), "application/pdf")}
    letter = ManifestLetter.objects.filter(company=company).first() or ManifestLetter(company=company)
    form = ManifestLetterForm({"signed_on": "2026-01-15"}, files, instance=letter)
    assert form.is_valid(), form.errors
    form.save()


def choose_download(company: Company, what: str) -> None:
    download = Download.objects.first() or Download(title="Manual")
    download.file = ContentFile(what.encode(), "manual.pdf")
    download.save()


def delete_download(company: Company, what: str) -> None:
    if what == "first":
        choose_download(company, what)
    else:
        Download.objects.all().delete()


def elsewhere(work: Callable[..., None], *arguments: object) -> None:
    """As another process does it: on a connection of its own, beside the dump's transaction."""

    def run() -> None:
        work(*arguments)
        connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Has one thing done once the files have been packed, and another while the database is dumped."""
    add_new, dump_it = media._add_new, dump.dump

    def arranged(before: Callable[[], None], during: Callable[[], None]) -> None:
        def add_and_go_on(tar: Any, packed: media.Packed) -> None:
            add_new(tar, packed)
            monkeypatch.setattr(media, "_add_new", add_new)
            elsewhere(before)

        def dump_beside(sink: streams.Sink, snapshot: str) -> None:
            elsewhere(during)
            dump_it(sink, snapshot)

        monkeypatch.setattr(media, "_add_new", add_and_go_on)
        monkeypatch.setattr(dump, "dump", dump_beside)

    return arranged


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("choose", [choose_logo, choose_letter, choose_download, delete_download])
def test_a_file_that_is_replaced_while_it_is_made_is_in_it(
    make: Make,
    site: Company,
    meanwhile: Callable[..., None],
    tmp_path: Any,
    choose: Callable[[Company, str], None],
    *,
    encrypted: bool,
) -> None:
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "llave").write_text(f"{key}\n")
    meanwhile(lambda: choose(site, "first"), lambda: choose(site, "second"))

    folder = make(*(["--para", str(key.to_public())] if encrypted else []))

    assert "Bien" in verify(folder, *(["--identidad", str(tmp_path / "llave")] if encrypted else []))


def test_afterwards_what_is_replaced_goes_at_once(make: Make, site: Company) -> None:
    choose_logo(site, "first")
    former = str(Logo.objects.get().image.name)
    make()

    choose_logo(site, "second")

    assert not default_storage.exists(former)


def test_one_that_failed_keeps_no_file_for_good(
    make: Make, site: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_logo(site, "first")
    former = str(Logo.objects.get().image.name)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", "/nowhere")
        with pytest.raises(CommandError):
            make()

    choose_logo(site, "second")

    assert not default_storage.exists(former)


def test_a_database_that_goes_away_meanwhile_is_told(make: Make, meanwhile: Callable[..., None]) -> None:
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND mode = 'ShareLock' AND pid <> pg_backend_pid()"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )

    meanwhile(cut, lambda: None)

    with pytest.raises(CommandError, match="La base dejó de contestar"):
        make()
