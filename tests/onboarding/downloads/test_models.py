"""A file that no row names any more is gone, whichever way the row let go of it."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from onboarding.models import Download

pytestmark = pytest.mark.django_db(transaction=True)


def name_of(download: Download) -> str:
    return str(download.file.name)


def made(title: str = "Manual") -> Download:
    return Download.objects.create(title=title, file=ContentFile(b"1.0", "manual.pdf"))


def test_a_deleted_downloads_file_is_gone() -> None:
    download = made()
    name = name_of(download)
    assert default_storage.exists(name)

    download.delete()

    assert not default_storage.exists(name)


def test_many_deleted_at_once_leave_no_file() -> None:
    names = [name_of(made(title)) for title in ("Manual", "Firmware")]

    Download.objects.all().delete()

    assert [name for name in names if default_storage.exists(name)] == []


def test_a_replaced_file_is_gone_and_the_new_one_stays() -> None:
    download = made()
    former = name_of(download)

    download.file = ContentFile(b"2.0", "manual.pdf")
    download.save()

    assert not default_storage.exists(former)
    with default_storage.open(name_of(download)) as file:
        assert file.read() == b"2.0"


def test_another_title_leaves_the_file() -> None:
    download = made()

    download.title = "Guía"
    download.save(update_fields=["title"])

    assert default_storage.exists(name_of(download))
