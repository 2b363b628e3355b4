"""`manage.py check` warns a year before the last authority ends, and of damaged files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.checks import Error, run_checks
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from certificates.authorities import shipped, trust
from certificates.authorities.chain import Authorities
from certificates.authorities.end import WARN_BEFORE, end_warning
from certificates.testing import make_ca
from companies.models import User
from facturamos.checks import start
from tests.certificates.authorities.test_trust import add
from tests.certificates.conftest import NOW, rsa_key

pytestmark = pytest.mark.django_db
# AC7's.
END = datetime(2031, 5, 23, 22, 24, 10, tzinfo=UTC)


def ids() -> set[str | None]:
    return {message.id for message in run_checks() if str(message.id).startswith("certificates.")}


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (NOW, set()),
        (END - WARN_BEFORE - timedelta(minutes=1), set()),
        (END - WARN_BEFORE + timedelta(minutes=1), {"certificates.W001"}),
        (END + timedelta(days=1), {"certificates.W001"}),
    ],
)
def test_it_warns_a_year_before_the_end(now: datetime, found: set[str]) -> None:
    with time_machine.travel(now, tick=False):
        assert ids() == found


def test_the_commands_output_says_what_to_do() -> None:
    told = StringIO()
    with time_machine.travel(END - timedelta(days=30), tick=False):
        call_command("check", stdout=told, stderr=told)

    assert "termina el 23 de mayo de 2031" in told.getvalue()
    assert "SAT_AUTHORITIES" in told.getvalue()


def test_one_that_support_added_ends_the_warning(support: User) -> None:
    later = make_ca("AC8", key=rsa_key(9), valid_from=NOW, valid_to=END + timedelta(days=1500))

    with time_machine.travel(END - timedelta(days=30), tick=False):
        row = add(later, support)
        assert ids() == set()
        row.withdraw(support, "Fue un error.", NOW)
        assert ids() == {"certificates.W001"}


def test_while_the_end_is_far_no_database_is_asked() -> None:
    with time_machine.travel(NOW, tick=False), CaptureQueriesContext(connection) as queries:
        assert ids() == set()

    assert len(queries) == 0


def test_a_bad_setting_is_an_error(tmp_path: Path, settings: Settings) -> None:
    settings.SAT_AUTHORITIES = [str(tmp_path / "no-esta.cer")]

    assert ids() == {"certificates.E001"}


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AC7's file is AC6's."""
    for path in shipped.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "AC7.cer").write_bytes((tmp_path / "AC6.cer").read_bytes())
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    clear()
    yield
    monkeypatch.undo()
    clear()


def clear() -> None:
    """Forgets what was read."""
    shipped.load.cache_clear()
    trust._authorities.cache_clear()


def test_a_damaged_file_is_an_error(damaged: None) -> None:
    assert ids() == {"certificates.E001"}


def test_the_sentence_tells_a_coming_end_from_a_past_one() -> None:
    known = Authorities([make_ca("AC", key=rsa_key(9), valid_from=NOW, valid_to=END).certificate])

    assert end_warning(known, END - timedelta(days=366)) == ""
    assert "termina el" in end_warning(known, END - timedelta(days=364))
    assert "terminó el" in end_warning(known, END + timedelta(seconds=1))
    assert end_warning(Authorities(), NOW) == ""


def found_at_start() -> list[str]:
    return [str(each.msg) for each in start.findings() if isinstance(each, Error)]


@pytest.mark.parametrize("name", ["SAT_AUTHORITIES", "SAT_TEST_AUTHORITIES"])
def test_a_file_that_is_no_authority_is_refused_at_the_start(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "junk.cer"
    path.write_text("not a certificate")
    setattr(settings, name, [str(path)])
    settings.PRODUCTION = True

    assert any(each.startswith(f"{name}:") for each in found_at_start())


@pytest.mark.parametrize("text", ["Yo, $nombre, firmo.", "Yo, $name, ante ${notario}."])
def test_a_letter_with_a_place_that_nobody_fills_is_refused_at_the_start(
    settings: Settings, tmp_path: Path, text: str
) -> None:
    settings.LETTER_TEXT = tmp_path / "carta.txt"
    settings.LETTER_TEXT.write_text(text)

    assert any(each.startswith("LETTER_TEXT:") for each in found_at_start())


def test_an_amount_in_a_letter_is_no_place(settings: Settings, tmp_path: Path) -> None:
    settings.LETTER_TEXT = tmp_path / "carta.txt"
    settings.LETTER_TEXT.write_text("Yo, $name, pago $100.")

    assert found_at_start() == []
