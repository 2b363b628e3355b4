"""A site with something to back up, and an empty database beside it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from companies.models import Company, User
from facturamos import vault
from facturamos.backup import dump
from mailing.models import Message

SECRETS = 40

Make = Callable[..., Path]


@pytest.fixture(autouse=True)
def any_database(transactional_db: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests may speak with databases of their own, and these are made while they run."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def site(issuer: User, settings: Any, tmp_path: Path) -> Company:
    """A company with a logo, and forty secrets."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    company = issuer.company
    assert company is not None
    messages = [
        Message(kind="test.kind", to="ñandú@example.com", about="1", give_up_at=timezone.now() + timedelta(1))
        for _ in range(SECRETS)
    ]
    for message in messages:
        vault.put(message, "secret", f"canario {message.pk}".encode())
    Message.objects.bulk_create(messages)
    default_storage.save("logos/ñ uno.png", ContentFile(b"picture" * 1000))
    return company


@pytest.fixture
def make(site: Company, tmp_path: Path) -> Make:
    def make(*options: str) -> Path:
        said = StringIO()
        call_command("backup", str(tmp_path / "respaldos"), *options, stdout=said, stderr=StringIO())
        return Path(said.getvalue().strip())

    return make


@pytest.fixture
def empty() -> Iterator[dict[str, str]]:
    # Tests beside these have one, too.
    name = f"{connection.settings_dict['NAME']}_empty"
    where = dump.create(name)
    yield where
    dump.drop(name)
