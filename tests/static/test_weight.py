"""What a page's first view costs on a telephone; the marks are ux.md's."""

import gzip
from pathlib import Path

import pytest
from django.conf import settings


@pytest.mark.parametrize(("name", "kilobytes"), [("css/app.css", 8), ("js/app.js", 6)])
def test_it_is_light(name: str, kilobytes: int) -> None:
    data = Path(settings.BASE_DIR, "static", name).read_bytes()

    assert len(gzip.compress(data)) <= kilobytes * 1024
