"""The recipe «a reminder» of docs/recipes.md, tried out: three places, and the rest follows."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.template import Engine
from django.test import Client
from django.utils import timezone

from companies.models import User
from mailing import outbox
from mailing.models import Message
from onboarding.models import Onboarding, Reminder
from onboarding.reminders import kinds, services
from tests.mailing.conftest import run
from tests.recipes import blocks, places

pytestmark = pytest.mark.django_db

NAME = "anniversary"
KIND = f"onboarding.{NAME}"
MODULE = f"{kinds.__name__}.{NAME}"
PLACES = 3
NOON = timezone.localtime().replace(hour=12)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Places 1 and 2: a file beside the other kinds, as far as Python can tell, and its template."""
    (code,) = blocks("A reminder", "python")
    (template,) = blocks("A reminder", "django")
    (tmp_path / f"{NAME}.py").write_text(code)
    folder = tmp_path / "onboarding" / "emails"
    folder.mkdir(parents=True)
    (folder / f"{NAME}.html").write_text(template)
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [tmp_path, *engine.dirs])
    for registry in (outbox, services):
        monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path)])
    # As a process that starts anew does it.
    exec(Path(kinds.__file__).read_text(), vars(kinds))  # noqa: S102
    yield
    del sys.modules[MODULE]


@pytest.fixture
def finished(written: None, issuer: User) -> User:
    """An issuer who finished a year and a day ago."""
    then = timezone.now() - timedelta(days=366)
    Onboarding.objects.filter(company=issuer.company_id).update(finished_at=then, finished_by=issuer)
    return issuer


# Place 3: when it is due, and what it says. The rest of this file is what no recipe asks for.


def test_it_goes_out_once_a_year_after(finished: User) -> None:
    assert [services.send_due(NOON) for _ in range(2)] == [1, 0]

    run(Message.objects.get(kind=KIND))

    (letter,) = mail.outbox
    assert letter.to == [finished.email]
    assert letter.subject == "Un año con Facturamos.com.mx"
    assert "Para no recibir más «Aniversario»: " in str(letter.body)


@pytest.mark.parametrize("days", [364, 396])
def test_it_is_due_for_a_month(finished: User, days: int) -> None:
    Onboarding.objects.update(finished_at=timezone.now() - timedelta(days=days))

    assert list(services._kinds[KIND].due(timezone.now())) == []


# ---


def test_the_recipe_names_three_places() -> None:
    assert 0 < len(places("A reminder")) <= PLACES


def test_its_link_stops_it(finished: User, client: Client) -> None:
    services.send_due(NOON)
    path = services.stop_url(Reminder.objects.get(kind=KIND)).partition("//")[2].partition("/")[2]

    assert "Aniversario" in client.get(f"/{path}").content.decode()
    client.post(f"/{path}")
    run(Message.objects.get(kind=KIND))

    assert mail.outbox == []
