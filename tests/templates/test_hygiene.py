"""What no template may hold: the strict policy would stop it, or it would let something in."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
# A mail has no policy and no style sheet: its look must be inline.
PAGES = [path for path in TEMPLATES if "emails" not in path.parts]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_page_has_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]* src=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_nothing_is_called_safe(path: Path) -> None:
    assert not re.search(r"\|\s*safe|autoescape off|mark_safe", path.read_text())
