"""The site's own error pages: drawn when there may be neither request nor database."""

from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from facturamos import context

PAGES = sorted(page.stem for page in (settings.BASE_DIR / "templates/errors").glob("[!_]*.html"))


@pytest.mark.parametrize("name", PAGES)
def test_it_needs_neither_request_nor_database_and_says_what_to_do(name: str) -> None:
    html = render_to_string(f"errors/{name}.html")

    assert '<html lang="es-MX">' in html
    assert html.count("<h1>") == 1
    assert "Ir al inicio" in html


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("more", [{}, {"kept": True}, {"pressed": True}])
def test_it_says_whom_to_call(name: str, more: dict[str, bool], settings: Any) -> None:
    settings.SUPPORT = settings.SUPPORT | {"whatsapp": "477 123 4567"}

    html = render_to_string(f"errors/{name}.html", {"support": context.support(), **more})

    assert 'href="tel:5500000000"' in html
    assert 'href="https://wa.me/524771234567"' in html
