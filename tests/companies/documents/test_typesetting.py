"""What reaches typst is what was said, whatever it looks like; and typst is in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import typst
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companies import typesetter
from companies.documents import typesetting
from companies.documents.typesetting import literal, printable
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
