"""The site's own error pages: drawn when there may be neither request nor database."""

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize("name", ["400", "403", "404", "413", "500", "503", "csrf"])
def test_it_needs_neither_request_nor_database_and_says_what_to_do(name: str) -> None:
    html = render_to_string(f"errors/{name}.html")

    assert '<html lang="es-MX">' in html
    assert html.count("<h1>") == 1
    assert "Ir al inicio" in html
