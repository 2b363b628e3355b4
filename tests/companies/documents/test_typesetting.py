"""What reaches typst is what was said, whatever it looks like; and typst is in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pytest
import typst
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companies import typesetter
from companies.documents import typesetting
from companies.documents.typesetting import as_json, literal, printable
from companies.models import User
from facturamos import sandbox


@dataclass(frozen=True)
class Note:
    text: str


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A template of the test's own, empty so far."""
    (tmp_path / typesetting.SHARED).touch()
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    return tmp_path / "note.typ"


@settings(deadline=None)
@given(st.text())
@example('") #panic("')
@example("\\")
@example('\\"')
@example("\\u{0}\n#read(`x`)")
def test_a_text_is_the_same_within_typst(text: str) -> None:
    said = str(printable(text))

    found = typst.query(f"#metadata({literal(said)}) <it>".encode(), "<it>", field="value", one=True)

    assert json.loads(found) == said


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    lines: list[Line]
    named: dict[str, Line | str | datetime]
    logo: bytes
    made_at: datetime

    @cached_property
    def length(self) -> int:
        """What is no field reaches no template."""
        return len(self.lines)


words = st.text() | st.sampled_from(["\x00", "\t", "\x7f", "\n", '"', "\\t", "\\\t", "\ud800", "\u202e", "Ñ"])
lines = st.builds(Line, words, st.lists(words).map(tuple))
moments = st.just(datetime(2026, 11, 29, tzinfo=UTC))


@given(
    st.builds(Letter, st.lists(lines), st.dictionaries(words, lines | words | moments), st.binary(), moments)
)
def test_data_are_the_same_when_they_are_asked_as_a_whole(letter: Letter) -> None:
    assert letter.length == len(letter.lines)

    said = as_json(letter)

    assert said == json.dumps(printable(asdict(letter)), ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\x00b", '"ab"'),
        ("a\tb", '"ab"'),
        ("a\rb", '"ab"'),
        ("a\x7fb", '"ab"'),
        ("a\u202eb", '"ab"'),
        ("a\ud800b", '"ab"'),
        ("a\nb", '"a\\nb"'),
        ("a\\tb", '"a\\\\tb"'),
    ],
)
def test_what_cannot_be_printed_is_left_out(text: str, said: str) -> None:
    assert as_json(Note(text)) == f'{{"text": {said}}}'


def test_data_of_an_unknown_kind_are_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError):
        as_json(Letter([], {}, b"", object()))  # type: ignore[arg-type]


def test_a_template_that_was_changed_is_read_again(template: Path) -> None:
    template.write_text("#let draw(data, images) = [before]")
    typesetting.pdf("note.typ", Note("text"))

    template.write_text("#let draw(data, images) = [#panic()]")
    os.utime(template, ns=(0, 0))  # no clock is too coarse for that

    with pytest.raises(typesetting.NotTypeset, match="panicked"):
        typesetting.pdf("note.typ", Note("text"))


def test_a_template_s_mistake_is_told(template: Path) -> None:
    template.write_text("#let draw(data, images) = [#data.txet]")

    with pytest.raises(typesetting.NotTypeset, match="txet") as told:
        typesetting.pdf("note.typ", Note("somebody's name"))
    # It comes to stand in the log.
    assert "somebody" not in str(told.value)


def test_a_template_reads_no_file(template: Path) -> None:
    template.write_text('#let draw(data, images) = [#read("/typesetter.py")]')

    with pytest.raises(typesetting.NotTypeset, match="access denied"):
        typesetting.pdf("note.typ", Note("text"))


def test_a_helper_that_was_killed_is_replaced(template: Path) -> None:
    template.write_text("#let draw(data, images) = [#data.text]")
    assert typesetting.pdf("note.typ", Note("one")).startswith(b"%PDF")

    os.kill(sandbox._helpers[typesetter.__name__].pid, signal.SIGKILL)

    assert typesetting.pdf("note.typ", Note("two")).startswith(b"%PDF")


@pytest.mark.django_db
def test_without_a_helper_it_is_our_fault_and_passes(
    client: Client, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(issuer)
    client.raise_request_exception = False
    _end_helper()
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert client.get("/configuracion/logotipo/factura.svg").status_code == 503

    monkeypatch.undo()
    assert client.get("/configuracion/logotipo/factura.svg").status_code == 200


def _end_helper() -> None:
    if helper := sandbox._helpers.get(typesetter.__name__):
        helper.kill()


def test_no_process_of_the_site_imports_typst() -> None:
    script = (
        "import django, sys; django.setup(); from facturamos import celery, urls; "
        "print(any('typst' in name for name in sys.modules))"
    )

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603

    assert said.stdout.split() == ["False"]
