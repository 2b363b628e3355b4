"""Files that no row names are removed once they are old, and no others."""

import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from companies.models import FormerLetter, Logo, User
from facturamos import orphans

LONG_AGO = time.time() - orphans.OLD_ENOUGH.total_seconds() - 60

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def stored(name: str, *, old: bool) -> Path:
    path = Path(default_storage.path(default_storage.save(name, ContentFile(b"x"))))
    if old:
        os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_only_what_is_old_and_of_no_row_goes(issuer: User) -> None:
    orphan, young = stored("cartas/a.pdf", old=True), stored("cartas/b.pdf", old=False)
    kept = stored("logos/c.jpg", old=True)
    assert issuer.company
    Logo.objects.create(company=issuer.company, image="logos/c.jpg", source_sha256="", width=1, height=1)

    assert orphans.tidy() == 1

    assert (orphan.exists(), young.exists(), kept.exists()) == (False, True, True)


def test_the_acknowledgement_of_a_letter_that_was_replaced_is_evidence(issuer: User) -> None:
    kept = stored("cartas/acuse.pdf", old=True)
    assert issuer.company
    FormerLetter.objects.create(company=issuer.company, terms="x", acknowledgement="cartas/acuse.pdf")

    assert orphans.tidy() == 0

    assert kept.exists()


def test_every_column_with_files_is_asked() -> None:
    assert orphans.named_files() == set()


def test_only_files_that_no_row_names_are_asked_for_their_age(
    issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a bucket each costs a request."""
    stored("logos/c.jpg", old=True)
    stored("cartas/a.pdf", old=True)
    assert issuer.company
    Logo.objects.create(company=issuer.company, image="logos/c.jpg", source_sha256="", width=1, height=1)
    asked: list[str] = []
    age_of = default_storage.get_modified_time

    def noted(name: str) -> object:
        asked.append(name)
        return age_of(name)

    monkeypatch.setattr(default_storage, "get_modified_time", noted)

    assert orphans.tidy() == 1
    assert asked == ["cartas/a.pdf"]
